import type { Packet } from '../packet.ts';
import { announce, INNER, u16, type Frame } from './frame.ts';

const HEADER = 8;
const OPTIONAL = 4;
const G_PDU = 255;
const HAS_EXTENSION = 0x04;
const HAS_OPTIONAL = 0x07;

/** 3GPP TS 29.281 §5: version 1 of the user plane, a user's packet (G-PDU) behind any extension headers. */
export function announceGtpu(frame: Frame, packet: Packet): void {
  const { bytes } = frame;
  const start = packet.payloadOffset;
  const end = start + packet.payloadCaptured;
  if (end - start < HEADER) return;
  const flags = bytes[start]!;
  if ((flags & 0xf8) !== 0x30 || bytes[start + 1] !== G_PDU) return;
  if (u16(bytes, start + 2) > packet.payloadLength - HEADER) return;
  let at = start + HEADER;
  if ((flags & HAS_OPTIONAL) !== 0) {
    at += OPTIONAL;
    if (at > end) return;
    let next = (flags & HAS_EXTENSION) !== 0 ? bytes[at - 1]! : 0;
    while (next !== 0) {
      // A length of 0 is forbidden (§5.2.1), and would never end.
      const length = at < end ? bytes[at]! * 4 : 0;
      if (length === 0 || length > end - at) return;
      at += length;
      next = bytes[at - 1]!;
    }
  }
  announce(frame, 'gtp', INNER.ip, at);
}
