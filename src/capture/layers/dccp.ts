import type { Packet } from '../packet.ts';
import { u16, type Frame } from './frame.ts';
import { clearTcp, takeHeader } from './payload.ts';

const LEAST_HEADER = 12;

/** RFC 4340 §5.1: the ports; the data offset counts 32-bit words. */
export function decodeDccp(frame: Frame, offset: number, packet: Packet): string | undefined {
  const captured = frame.end - offset;
  if (captured < 4) return 'truncatedDccp';
  packet.sourcePort = u16(frame.bytes, offset);
  packet.destinationPort = u16(frame.bytes, offset + 2);
  clearTcp(packet);
  const words = captured > 4 ? frame.bytes[offset + 4]! : 0;
  takeHeader(frame, offset, packet, Math.max(LEAST_HEADER, words * 4));
  return undefined;
}
