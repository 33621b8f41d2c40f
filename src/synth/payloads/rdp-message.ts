import { joinBytes, textBytes } from './text-bytes.ts';

/** TPKT (RFC 1006 §6) around an X.224 PDU whose first byte after its length is the code. */
function tpkt(code: number, variable: Uint8Array): Uint8Array {
  const x224 = joinBytes(Uint8Array.of(6 + variable.length, code, 0, 0, 0, 0, 0), variable);
  const length = 4 + x224.length;
  return joinBytes(Uint8Array.of(3, 0, length >> 8, length & 0xff), x224);
}

/** X.224 Connection Request with a cookie and RDP_NEG_REQ for TLS and CredSSP (MS-RDPBCGR §2.2.1.1). */
export function rdpConnectionRequest(user: string): Uint8Array {
  const cookie = textBytes(`Cookie: mstshash=${user.slice(0, 9)}\r\n`);
  return tpkt(0xe0, joinBytes(cookie, Uint8Array.of(1, 0, 8, 0, 3, 0, 0, 0)));
}

/** X.224 Connection Confirm: CredSSP it is (§2.2.1.2). */
export function rdpConnectionConfirm(): Uint8Array {
  return tpkt(0xd0, Uint8Array.of(2, 0x1f, 8, 0, 2, 0, 0, 0));
}
