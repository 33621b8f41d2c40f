import type { Packet } from '../packet.ts';
import { i32, u16, type Frame } from './frame.ts';
import { decodeTransport } from './transport.ts';

const HEADER = 40;
const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const DESTINATION = 60;

/** RFC 8200 §3. */
export function decodeIpv6(frame: Frame, offset: number, packet: Packet): string | undefined {
  const { bytes } = frame;
  if (frame.end - offset < HEADER) return 'truncatedIpv6';
  if (bytes[offset]! >>> 4 !== 6) return 'malformedIpv6';
  const declared = u16(bytes, offset + 4);
  // 0 is a jumbogram (RFC 2675) or segmentation offload: then the packet is as long as its frame. Or, with
  // "no next header", an empty one.
  const nextHeader = bytes[offset + 6]!;
  const ipLength =
    declared > 0 || nextHeader === 59 ? HEADER + declared : frame.end + frame.cut - offset;
  if (offset + ipLength < frame.end) frame.end = offset + ipLength;

  packet.ipVersion = 6;
  packet.ipLength = ipLength;
  packet.protocol = nextHeader;
  packet.laterFragment = false;
  packet.payloadLength = ipLength - HEADER;
  writeAddress(packet.source, bytes, offset + 8);
  writeAddress(packet.destination, bytes, offset + 24);
  const transport = walkExtensions(frame, offset + HEADER, packet);
  return transport < 0 ? 'truncatedIpv6' : decodeTransport(frame, transport, packet);
}

function writeAddress(words: Uint32Array, bytes: Uint8Array, offset: number): void {
  words[0] = i32(bytes, offset);
  words[1] = i32(bytes, offset + 4);
  words[2] = i32(bytes, offset + 8);
  words[3] = i32(bytes, offset + 12);
}

/**
 * Steps over the extension headers (RFC 8200 §4, RFC 4302 for AH) and gives the offset behind them, or -1 when
 * they do not end inside the frame. Each takes at least eight bytes, so a hostile chain ends with its frame.
 */
function walkExtensions(frame: Frame, start: number, packet: Packet): number {
  const { bytes, end } = frame;
  let offset = start;
  while (isExtension(packet.protocol)) {
    if (end - offset < 8) return -1;
    const kind = packet.protocol;
    const length = extensionLength(kind, bytes[offset + 1]!);
    if (end - offset < length) return -1;
    packet.protocol = bytes[offset]!;
    packet.payloadLength -= length;
    if (kind === FRAGMENT) packet.laterFragment = (u16(bytes, offset + 2) & 0xfff8) !== 0;
    offset += length;
    if (packet.laterFragment) break; // what follows is the middle of something
  }
  return offset;
}

function isExtension(protocol: number): boolean {
  return (
    protocol === HOP_BY_HOP ||
    protocol === ROUTING ||
    protocol === FRAGMENT ||
    protocol === AUTHENTICATION ||
    protocol === DESTINATION
  );
}

function extensionLength(kind: number, lengthField: number): number {
  if (kind === FRAGMENT) return 8;
  // AH counts 32-bit words less two; an absurd 0 still has its eight bytes.
  return kind === AUTHENTICATION ? (lengthField + 2) * 4 : (lengthField + 1) * 8;
}
