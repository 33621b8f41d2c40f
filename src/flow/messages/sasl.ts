import { decodeBase64 } from './base64.ts';

/**
 * The user name in the client's side of a SASL exchange as mail protocols write it (base64). Only what its shape
 * alone gives away: PLAIN (RFC 4616: authzid NUL authcid NUL password), CRAM-MD5 (RFC 2195: name, 32 hexadecimal
 * digits) and SCRAM's first message (RFC 5802 §7). A bare line of LOGIN may be a password and is never taken for
 * a name.
 */
export function saslUserName(base64: string): string {
  if (base64.length > 1024) return '';
  const text = decodeBase64(base64);
  const plain = /^[^\0]*\0([^\0]+)\0[^\0]+$/.exec(text);
  if (plain !== null) return plain[1]!;
  const cram = /^([!-~]{1,128}) [0-9a-f]{32}$/.exec(text);
  if (cram !== null) return cram[1]!;
  return scramUserName(text);
}

/** The user name in SCRAM's `client-first-message`, or `''`. */
export function scramUserName(text: string): string {
  const name = /^[nyp](?:=[!-+\--~]{1,64})?,[^,]{0,128},n=([^,]{1,128}),r=/.exec(text)?.[1] ?? '';
  return name.replace(/=2C/g, ',').replace(/=3D/g, '=');
}

/** The name in `AUTH LOGIN`'s initial response, which only that place tells from a password. */
export function loginUserName(base64: string): string {
  return base64.length > 256 ? '' : decodeBase64(base64);
}
