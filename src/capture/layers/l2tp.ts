import type { Packet } from '../packet.ts';
import { announce, INNER, u16, type Frame } from './frame.ts';

const CONTROL = 0x8000;
const LENGTH = 0x4000;
const SEQUENCE = 0x0800;
const OFFSET = 0x0200;
const RESERVED = 0x34f0;
const VERSION = 0x000f;

/** RFC 2661 §3.1: data messages of version 2, which carry PPP. */
export function announceL2tp(frame: Frame, packet: Packet): void {
  const { bytes } = frame;
  const end = packet.payloadOffset + packet.payloadCaptured;
  let at = packet.payloadOffset;
  if (end - at < 6) return;
  const flags = u16(bytes, at);
  if ((flags & (CONTROL | RESERVED)) !== 0 || (flags & VERSION) !== 2) return;
  at += 2;
  if ((flags & LENGTH) !== 0) {
    if (u16(bytes, at) > packet.payloadLength) return;
    at += 2;
  }
  at += 4; // tunnel and session
  if ((flags & SEQUENCE) !== 0) at += 4;
  if ((flags & OFFSET) !== 0) {
    if (end - at < 2) return;
    at += 2 + u16(bytes, at);
  }
  if (at < end) announce(frame, 'l2tp', INNER.ppp, at);
}
