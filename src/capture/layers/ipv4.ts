import type { Packet } from '../packet.ts';
import { takeFragment } from './fragment.ts';
import { HELD, i32, u16, type Frame } from './frame.ts';
import { decodeTransport } from './transport.ts';
import { writeMapped } from './write-address.ts';

const LEAST_HEADER = 20;
/** More fragments, and the offset. */
const FRAGMENTED = 0x3fff;
const MORE = 0x2000;

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
  packet.laterFragment = false;
  packet.payloadLength = ipLength - headerLength;
  writeMapped(packet.source, i32(bytes, offset + 12));
  writeMapped(packet.destination, i32(bytes, offset + 16));
  const fragment = u16(bytes, offset + 6) & FRAGMENTED;
  if (fragment !== 0) return decodeFragment(frame, offset, packet, headerLength, fragment);
  return decodeTransport(frame, offset + headerLength, packet);
}

function decodeFragment(
  frame: Frame,
  offset: number,
  packet: Packet,
  headerLength: number,
  fragment: number,
): string | undefined {
  const at = takeFragment(frame, offset + headerLength, packet, {
    id: u16(frame.bytes, offset + 4),
    offset: (fragment & ~MORE) * 8,
    more: (fragment & MORE) !== 0,
  });
  return at < 0 ? HELD : decodeTransport(frame, at, packet);
}
