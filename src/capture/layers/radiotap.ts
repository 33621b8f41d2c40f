import type { Packet } from '../packet.ts';
import type { Frame } from './frame.ts';
import { decodeIeee80211 } from './ieee80211.ts';

const LEAST_HEADER = 8;

/** LINKTYPE_IEEE802_11_RADIOTAP (https://www.radiotap.org): a header of little-endian length, then 802.11. */
export function decodeRadiotap(frame: Frame, offset: number, packet: Packet): string | undefined {
  if (frame.end - offset < LEAST_HEADER) return 'truncatedFrame';
  const length = frame.bytes[offset + 2]! | (frame.bytes[offset + 3]! << 8);
  if (length < LEAST_HEADER) return 'malformedRadiotap';
  if (frame.end - offset < length) return 'truncatedFrame';
  return decodeIeee80211(frame, offset + length, packet);
}
