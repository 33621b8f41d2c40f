import type { Packet } from '../packet.ts';
import { i32, u16, type Frame } from './frame.ts';
import { clearTcp, takeHeader } from './payload.ts';

const PORTS_LENGTH = 4;
const SEQUENCE_END = 8;
const ACKNOWLEDGMENT_END = 12;
const FLAGS_END = 14;
const WINDOW_END = 16;
const LEAST_HEADER = 20;

/** RFC 9293 §3.1. A header cut after its ports gives what is there; a data offset under 20 bytes counts as 20. */
export function decodeTcp(frame: Frame, offset: number, packet: Packet): string | undefined {
  const { bytes } = frame;
  const captured = frame.end - offset;
  if (captured < PORTS_LENGTH) return 'truncatedTcp';
  packet.sourcePort = u16(bytes, offset);
  packet.destinationPort = u16(bytes, offset + 2);
  if (captured >= WINDOW_END) {
    packet.tcpSequence = i32(bytes, offset + 4) >>> 0;
    packet.tcpAcknowledgment = i32(bytes, offset + 8) >>> 0;
    packet.tcpFlags = bytes[offset + 13]!;
    packet.tcpWindow = u16(bytes, offset + 14);
    takeHeader(frame, offset, packet, Math.max(LEAST_HEADER, (bytes[offset + 12]! >>> 4) * 4));
    return undefined;
  }
  decodeCutTcp(frame, offset, packet);
  return undefined;
}

/** A header that ends before its window: captures with a tiny snap length, and hostile fragments. */
function decodeCutTcp(frame: Frame, offset: number, packet: Packet): void {
  const { bytes } = frame;
  const captured = frame.end - offset;
  clearTcp(packet);
  let headerLength = LEAST_HEADER;
  if (captured >= SEQUENCE_END) packet.tcpSequence = i32(bytes, offset + 4) >>> 0;
  if (captured >= ACKNOWLEDGMENT_END) packet.tcpAcknowledgment = i32(bytes, offset + 8) >>> 0;
  if (captured >= FLAGS_END) {
    packet.tcpFlags = bytes[offset + 13]!;
    headerLength = Math.max(LEAST_HEADER, (bytes[offset + 12]! >>> 4) * 4);
  }
  takeHeader(frame, offset, packet, headerLength);
}
