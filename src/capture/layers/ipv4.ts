import type { Packet } from '../packet.ts';
import { i32, u16, type Frame } from './frame.ts';
import { decodeTransport } from './transport.ts';

const LEAST_HEADER = 20;

/** RFC 791 §3.1. Checksums are not looked at: offloading makes them wrong in most captures of a sender. */
export function decodeIpv4(frame: Frame, offset: number, packet: Packet): string | undefined {
  const { bytes } = frame;
  if (frame.end - offset < LEAST_HEADER) return 'truncatedIpv4';
  const first = bytes[offset]!;
  const headerLength = (first & 15) * 4;
  if (first >>> 4 !== 4 || headerLength < LEAST_HEADER) return 'malformedIpv4';
  let ipLength = u16(bytes, offset + 2);
  // 0 is what a sender with segmentation offload shows: then the packet is as long as its frame.
  if (ipLength === 0) ipLength = frame.end + frame.cut - offset;
  if (ipLength < headerLength) return 'malformedIpv4';
  if (frame.end - offset < headerLength) return 'truncatedIpv4';
  if (offset + ipLength < frame.end) frame.end = offset + ipLength; // Ethernet padding

  packet.ipVersion = 4;
  packet.ipLength = ipLength;
  packet.protocol = bytes[offset + 9]!;
  packet.laterFragment = (u16(bytes, offset + 6) & 0x1fff) !== 0;
  packet.payloadLength = ipLength - headerLength;
  writeMapped(packet.source, i32(bytes, offset + 12));
  writeMapped(packet.destination, i32(bytes, offset + 16));
  return decodeTransport(frame, offset + headerLength, packet);
}

function writeMapped(words: Uint32Array, address: number): void {
  words[0] = 0;
  words[1] = 0;
  words[2] = 0xffff;
  words[3] = address;
}
