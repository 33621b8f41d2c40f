import type { Packet } from '../packet.ts';
import { u16, type Frame } from './frame.ts';
import { clearTcp, takeHeader } from './payload.ts';
import { announceUdpTunnel } from './udp-tunnel.ts';

const HEADER = 8;

/**
 * RFC 768. The shorter of UDP's own length and IP's counts: the first fragment of a datagram carries the length
 * of the whole, and a length under 8 (0 is RFC 2675's jumbogram, or segmentation offload) says nothing.
 */
export function decodeUdp(frame: Frame, offset: number, packet: Packet): string | undefined {
  const captured = frame.end - offset;
  if (captured < 4) return 'truncatedUdp';
  packet.sourcePort = u16(frame.bytes, offset);
  packet.destinationPort = u16(frame.bytes, offset + 2);
  clearTcp(packet);
  if (captured >= 6) {
    const length = u16(frame.bytes, offset + 4);
    if (length >= HEADER && length < packet.payloadLength) packet.payloadLength = length;
  }
  takeHeader(frame, offset, packet, HEADER);
  announceUdpTunnel(frame, packet);
  return undefined;
}

/** RFC 3828 §3.1: where UDP has its length, the part that the checksum covers. */
export function decodeUdpLite(frame: Frame, offset: number, packet: Packet): string | undefined {
  if (frame.end - offset < 4) return 'truncatedUdpLite';
  packet.sourcePort = u16(frame.bytes, offset);
  packet.destinationPort = u16(frame.bytes, offset + 2);
  clearTcp(packet);
  takeHeader(frame, offset, packet, HEADER);
  return undefined;
}
