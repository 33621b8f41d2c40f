import type { Packet } from '../packet.ts';
import { u16, type Frame } from './frame.ts';
import { decodePppProtocol } from './ppp.ts';

const HEADER = 6;

/** The session stage of RFC 2516 §4: a header, then PPP from its protocol field on. */
export function decodePppoe(frame: Frame, offset: number, packet: Packet): string | undefined {
  if (frame.end - offset < HEADER + 2) return 'truncatedFrame';
  const end = offset + HEADER + u16(frame.bytes, offset + 4);
  if (end < frame.end) frame.end = end;
  return decodePppProtocol(frame, offset + HEADER, packet);
}
