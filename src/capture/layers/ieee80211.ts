import type { Packet } from '../packet.ts';
import { decodeEtherType } from './ether-type.ts';
import type { Frame } from './frame.ts';

const HEADER = 24;
const TYPE_MANAGEMENT = 0;
const TYPE_CONTROL = 1;
const TYPE_DATA = 2;

/** IEEE 802.11-2020 §9.2: data frames that are not encrypted lead to LLC; the others are counted by kind. */
export function decodeIeee80211(frame: Frame, offset: number, packet: Packet): string | undefined {
  const { bytes } = frame;
  if (frame.end - offset < 2) return 'truncatedFrame';
  const control = bytes[offset]!;
  const flags = bytes[offset + 1]!;
  const type = (control >>> 2) & 3;
  const subtype = control >>> 4;
  if (type === TYPE_MANAGEMENT) return 'notIp:ieee80211Management';
  if (type === TYPE_CONTROL) return 'notIp:ieee80211Control';
  if (type !== TYPE_DATA) return 'notIp:ieee80211Extension';
  if ((subtype & 4) !== 0) return 'notIp:ieee80211NoData';
  if ((flags & 0x40) !== 0) return 'notIp:ieee80211Protected';
  const qualityOfService = (subtype & 8) !== 0;
  let length = HEADER;
  if ((flags & 3) === 3) length += 6; // fourth address: to and from a distribution system
  if (qualityOfService) length += 2;
  if (qualityOfService && (flags & 0x80) !== 0) length += 4; // HT control
  return decodeEtherType(frame, offset + length, packet, 0);
}
