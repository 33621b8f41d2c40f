import type { Packet } from '../packet.ts';
import type { Frame } from './frame.ts';
import { clearTcp, takeHeader } from './payload.ts';

/** Type, code, checksum and the word that every type has (RFC 792, RFC 4443 echo): what Zeek takes off as well. */
const HEADER = 8;

/** ICMP and ICMPv6: type and code stand where ports would. */
export function decodeIcmp(frame: Frame, offset: number, packet: Packet): string | undefined {
  if (frame.end - offset < 2) return 'truncatedIcmp';
  packet.sourcePort = frame.bytes[offset]!;
  packet.destinationPort = frame.bytes[offset + 1]!;
  clearTcp(packet);
  takeHeader(frame, offset, packet, HEADER);
  return undefined;
}
