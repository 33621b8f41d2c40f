import type { Packet } from '../packet.ts';
import { decodeEtherType } from './ether-type.ts';
import { u16, type Frame } from './frame.ts';

const HEADER = 24;
const TYPE_MANAGEMENT = 0;
const TYPE_CONTROL = 1;
const TYPE_DATA = 2;
const SUBFRAME_HEADER = 14;
const SNAP = 0xaaaa;

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
  if (frame.end - offset < HEADER) return 'truncatedFrame';
  if ((bytes[offset + 22]! & 15) !== 0) return 'notIp:ieee80211LaterFragment';
  const qualityOfService = (subtype & 8) !== 0;
  let length = HEADER;
  if ((flags & 3) === 3) length += 6; // fourth address: to and from a distribution system
  const qosAt = offset + length;
  if (qualityOfService) length += 2;
  if (qualityOfService && (flags & 0x80) !== 0) length += 4; // HT control
  const body = offset + withPadding(frame, offset, length);
  if (qualityOfService && qosAt < frame.end && (bytes[qosAt]! & 0x80) !== 0) {
    frame.moreEnd = frame.end;
    return decodeSubframe(frame, body, packet);
  }
  return decodeEtherType(frame, body, packet, 0);
}

/** Some radios pad the header to 32 bits: then LLC stands two bytes on, and not where it should. */
function withPadding({ bytes, end }: Frame, offset: number, length: number): number {
  const padded = (length + 3) & ~3;
  if (padded === length || end - offset < padded + 2) return length;
  const isPadded = u16(bytes, offset + length) !== SNAP && u16(bytes, offset + padded) === SNAP;
  return isPadded ? padded : length;
}

/** One of the frames in an A-MSDU (§9.3.2.2.2): addresses, length, LLC; the next one begins on a multiple of four. */
export function decodeSubframe(frame: Frame, offset: number, packet: Packet): string | undefined {
  const { bytes, end } = frame;
  if (end - offset < SUBFRAME_HEADER) return 'truncatedFrame';
  const length = SUBFRAME_HEADER + u16(bytes, offset + 12);
  const next = offset + ((length + 3) & ~3);
  if (next + SUBFRAME_HEADER <= end) frame.more = next;
  if (offset + length < end) {
    frame.end = offset + length;
    frame.cut = 0;
  }
  return decodeEtherType(frame, offset + SUBFRAME_HEADER, packet, 0);
}
