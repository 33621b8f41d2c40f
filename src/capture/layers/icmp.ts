import type { Packet } from '../packet.ts';
import type { Frame } from './frame.ts';
import { clearTcp, takeHeader } from './payload.ts';
import { quote } from './quoted.ts';

/** Type, code, checksum and the word that every type has (RFC 792, RFC 4443 echo): what Zeek takes off as well. */
const HEADER = 8;

/** ICMP and ICMPv6: type and code stand where ports would. */
export function decodeIcmp(frame: Frame, offset: number, packet: Packet): string | undefined {
  if (frame.end - offset < 2) return 'truncatedIcmp';
  packet.sourcePort = frame.bytes[offset]!;
  packet.destinationPort = frame.bytes[offset + 1]!;
  clearTcp(packet);
  takeHeader(frame, offset, packet, HEADER);
  if (isIcmpError(packet.protocol, packet.sourcePort)) quote(frame, offset + HEADER, packet);
  return undefined;
}

/**
 * Destination unreachable, source quench, time exceeded, parameter problem; in ICMPv6 all types under 128, of which
 * 1 to 4 are assigned (RFC 4443 §2.1). A redirect quotes a packet too, but that one was delivered: no error here,
 * as in ICMPv6, where it is informational.
 */
export function isIcmpError(protocol: number, type: number): boolean {
  if (protocol === 1) return type === 3 || type === 4 || type === 11 || type === 12;
  return type >= 1 && type <= 4;
}
