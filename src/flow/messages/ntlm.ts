import type { Packet } from '../../capture/packet.ts';
import { hasText, latin1Text, u16le, u32le, utf16Text } from './byte-fields.ts';
import { conversation, type MessageSink } from './conversation.ts';
import { printable, reportAttempt } from './login.ts';

/** NTLM's AUTHENTICATE_MESSAGE (MS-NLMP §2.2.1.3) inside SMB, DCE/RPC, LDAP, HTTP or mail. */

const SIGNATURE = 'NTLMSSP\0';
const AUTHENTICATE = 3;
const UNICODE = 1;
/** Offset of the fields' descriptors: length, maximum, offset in the message. */
const DOMAIN = 28;
const USER = 36;
const WORKSTATION = 44;
const FLAGS = 60;
/** How far into a message the token is looked for: behind SPNEGO's wrapping (RFC 4178). */
const MAX_SEARCH = 512;

/**
 * Looks for an AUTHENTICATE message and reports who it is from; `true` if there was one. A client without name
 * (an anonymous, "null" session) is nobody's attempt.
 */
export function readNtlm(
  packet: Packet,
  sink: MessageSink,
  service: string,
  range: { readonly start: number; readonly end: number },
): boolean {
  const start = findSignature(packet.data, range.start, range.end);
  return start >= 0 && readAuthenticate(packet, { start, end: range.end }, sink, service);
}

function findSignature(data: Uint8Array, start: number, end: number): number {
  const last = Math.min(start + MAX_SEARCH, end - FLAGS);
  for (let at = start; at < last; at++) {
    if (data[at] === 0x4e && hasText(data, at, end, SIGNATURE)) return at;
  }
  return -1;
}

function readAuthenticate(
  packet: Packet,
  { start, end }: { readonly start: number; readonly end: number },
  sink: MessageSink,
  service: string,
): boolean {
  const { data } = packet;
  if (end - start < FLAGS || u32le(data, start + 8) !== AUTHENTICATE) return false;
  // The flags follow the session key's descriptor; a message of Windows NT 4 may end before them.
  const isUnicode = end - start < FLAGS + 4 || (u32le(data, start + FLAGS) & UNICODE) !== 0;
  const field = (descriptor: number): string => {
    const length = u16le(data, start + descriptor);
    const from = start + u32le(data, start + descriptor + 4);
    if (length === 0 || length > 512 || from + length > end) return '';
    return isUnicode ? utf16Text(data, from, from + length) : latin1Text(data, from, from + length);
  };
  const userName = printable(field(USER), 64);
  const domainName = printable(field(DOMAIN), 64);
  const hostName = printable(field(WORKSTATION), 64);
  sink.event({ kind: 'ntlm', ...conversation(packet, true), userName, domainName, hostName });
  if (userName !== '') reportAttempt(packet, sink, service, userName);
  return true;
}
