import type { Packet } from '../packet.ts';
import { takeFragment } from './fragment.ts';
import { HELD, i32, u16, type Frame } from './frame.ts';
import { extensionLength, FRAGMENT, isExtension } from './ipv6-extension.ts';
import { decodeTransport } from './transport.ts';
import { writeAddress } from './write-address.ts';

const HEADER = 40;
const NO_NEXT_HEADER = 59;

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
    declared > 0 || nextHeader === NO_NEXT_HEADER
      ? HEADER + declared
      : frame.end + frame.cut - offset;
  if (offset + ipLength < frame.end) frame.end = offset + ipLength;

  packet.ipVersion = 6;
  packet.ipLength = ipLength;
  packet.protocol = nextHeader;
  packet.laterFragment = false;
  packet.payloadLength = ipLength - HEADER;
  writeAddress(packet.source, bytes, offset + 8);
  writeAddress(packet.destination, bytes, offset + 24);
  return decodeIpv6Payload(frame, offset + HEADER, packet);
}

/**
 * Steps over the extension headers (RFC 8200 §4) to the transport; `packet.protocol` says what stands at `start`.
 * Each takes at least eight bytes of the frame or of a datagram that was held, so a hostile chain ends.
 */
export function decodeIpv6Payload(frame: Frame, start: number, packet: Packet): string | undefined {
  let offset = start;
  while (isExtension(packet.protocol) && !packet.laterFragment) {
    const { bytes, end } = frame;
    if (end - offset < 8) return 'truncatedIpv6';
    const kind = packet.protocol;
    const length = extensionLength(kind, bytes[offset + 1]!);
    if (end - offset < length) return 'truncatedIpv6';
    packet.protocol = bytes[offset]!;
    // A first fragment may declare more than the datagram's end leaves: never less than nothing.
    packet.payloadLength = Math.max(0, packet.payloadLength - length);
    if (kind === FRAGMENT) {
      const field = u16(bytes, offset + 2);
      const id = i32(bytes, offset + 4);
      offset += length;
      // Neither more fragments nor an offset: a whole packet that says so, never to be joined (RFC 6946).
      if ((field & 0xfff9) === 0) continue;
      offset = takeFragment(frame, offset, packet, {
        id,
        offset: field & 0xfff8,
        more: (field & 1) !== 0,
      });
      if (offset < 0) return HELD;
    } else {
      offset += length;
    }
  }
  return decodeTransport(frame, offset, packet);
}
