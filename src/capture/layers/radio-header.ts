import type { Packet } from '../packet.ts';
import { decodeEthernet } from './ethernet.ts';
import { i32, type Frame } from './frame.ts';
import { decodeIeee80211 } from './ieee80211.ts';

const PRISM_HEADER = 144;
const AVS_MAGIC = 0x80211000;
const PPI_HEADER = 8;
const LINK_IEEE80211 = 105;
const LINK_ETHERNET = 1;

/** LINKTYPE_IEEE802_11_AVS: a big-endian magic number and length, then 802.11. */
export function decodeAvs(frame: Frame, offset: number, packet: Packet): string | undefined {
  if (frame.end - offset < 8) return 'truncatedFrame';
  if ((i32(frame.bytes, offset) & ~0xfff) !== (AVS_MAGIC | 0)) return 'malformedAvs';
  const length = i32(frame.bytes, offset + 4) >>> 0;
  if (length < 8) return 'malformedAvs';
  if (length > frame.end - offset) return 'truncatedFrame';
  return decodeIeee80211(frame, offset + length, packet);
}

/** LINKTYPE_IEEE802_11_PRISM: 144 bytes that say nothing about what follows; some drivers write AVS instead. */
export function decodePrism(frame: Frame, offset: number, packet: Packet): string | undefined {
  if (frame.end - offset < 8) return 'truncatedFrame';
  if ((i32(frame.bytes, offset) & ~0xfff) === (AVS_MAGIC | 0)) {
    return decodeAvs(frame, offset, packet);
  }
  if (frame.end - offset < PRISM_HEADER) return 'truncatedFrame';
  return decodeIeee80211(frame, offset + PRISM_HEADER, packet);
}

/** LINKTYPE_PPI: a little-endian length, and the link type of what follows it (802.11 is what it was made for). */
export function decodePpi(frame: Frame, offset: number, packet: Packet): string | undefined {
  const { bytes, end } = frame;
  if (end - offset < PPI_HEADER) return 'truncatedFrame';
  const length = bytes[offset + 2]! | (bytes[offset + 3]! << 8);
  if (length < PPI_HEADER) return 'malformedPpi';
  if (end - offset < length) return 'truncatedFrame';
  const linkType = bytes[offset + 4]! | (bytes[offset + 5]! << 8);
  if (linkType === LINK_IEEE80211) return decodeIeee80211(frame, offset + length, packet);
  if (linkType === LINK_ETHERNET) return decodeEthernet(frame, offset + length, packet);
  return 'notIp:ppi';
}
