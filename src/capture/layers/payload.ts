import type { Packet } from '../packet.ts';
import type { Frame } from './frame.ts';

/**
 * Takes a header of `headerLength` bytes at `offset` off the payload. On entry `packet.payloadLength` is the
 * declared length from `offset` on; a header longer than that leaves an empty payload, never a negative one.
 */
export function takeHeader(
  frame: Frame,
  offset: number,
  packet: Packet,
  headerLength: number,
): void {
  const declared = Math.max(0, packet.payloadLength - headerLength);
  const start = Math.min(offset + headerLength, frame.end);
  packet.payloadOffset = start;
  packet.payloadLength = declared;
  packet.payloadCaptured = Math.min(declared, frame.end - start);
}

/** Ports and TCP fields of a packet that has none. */
export function clearTransport(packet: Packet): void {
  packet.sourcePort = 0;
  packet.destinationPort = 0;
  clearTcp(packet);
}

/** TCP fields of a packet that is not TCP, or whose TCP header was cut. */
export function clearTcp(packet: Packet): void {
  packet.tcpFlags = 0;
  packet.tcpSequence = 0;
  packet.tcpAcknowledgment = 0;
  packet.tcpWindow = 0;
}
