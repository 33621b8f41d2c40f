import type { Packet } from '../packet.ts';
import { u16, type Frame } from './frame.ts';
import { clearTcp, takeHeader } from './payload.ts';

const COMMON_HEADER = 12;

/** RFC 9260 §3.1: the ports; chunks are the payload. */
export function decodeSctp(frame: Frame, offset: number, packet: Packet): string | undefined {
  if (frame.end - offset < 4) return 'truncatedSctp';
  packet.sourcePort = u16(frame.bytes, offset);
  packet.destinationPort = u16(frame.bytes, offset + 2);
  clearTcp(packet);
  takeHeader(frame, offset, packet, COMMON_HEADER);
  return undefined;
}
