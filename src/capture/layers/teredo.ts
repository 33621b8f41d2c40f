import type { Packet } from '../packet.ts';
import { announce, INNER, u16, type Frame } from './frame.ts';

const AUTHENTICATION = 0x0001;
const ORIGIN = 0x0000;
const ORIGIN_LENGTH = 8;
/** Type and two lengths before, nonce and confirmation after the client's identifier and its value. */
const AUTHENTICATION_FIXED = 4 + 8 + 1;
const IPV6_HEADER = 40;

/** RFC 4380 §5.1.1: IPv6 behind an authentication and an origin indication, each of which may be missing. */
export function announceTeredo(frame: Frame, packet: Packet): void {
  const { bytes } = frame;
  const end = packet.payloadOffset + packet.payloadCaptured;
  let at = packet.payloadOffset;
  if (end - at >= 4 && u16(bytes, at) === AUTHENTICATION) {
    at += AUTHENTICATION_FIXED + bytes[at + 2]! + bytes[at + 3]!;
  }
  if (end - at >= ORIGIN_LENGTH && u16(bytes, at) === ORIGIN) at += ORIGIN_LENGTH;
  if (end - at < IPV6_HEADER || bytes[at]! >>> 4 !== 6) return;
  const there = packet.payloadOffset + packet.payloadLength - at;
  if (IPV6_HEADER + u16(bytes, at + 4) <= there) announce(frame, 'teredo', INNER.ipv6, at);
}
