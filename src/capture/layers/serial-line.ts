import type { Packet } from '../packet.ts';
import { decodeCiscoHdlc, isCiscoHdlc } from './cisco-hdlc.ts';
import type { Frame, Layer } from './frame.ts';
import { decodePpp } from './ppp.ts';

/** Unnumbered information (RFC 1662 §3.1). */
const CONTROL = 0x03;

/** LINKTYPE_PPP_HDLC: PPP in HDLC-like framing (RFC 1662) or Cisco's, which the first byte tells. */
export function decodePppHdlc(frame: Frame, offset: number, packet: Packet): string | undefined {
  const isCisco = offset < frame.end && isCiscoHdlc(frame.bytes[offset]!);
  return isCisco ? decodeCiscoHdlc(frame, offset, packet) : decodePpp(frame, offset, packet);
}

/** LINKTYPE_PPP_PPPD: who sent it stands in place of the address 0xff, before the control byte. */
export function decodePppPppd(frame: Frame, offset: number, packet: Packet): string | undefined {
  const hasControl = offset + 1 < frame.end && frame.bytes[offset + 1] === CONTROL;
  return decodePpp(frame, offset + (hasControl ? 2 : 1), packet);
}

/** The link types that say who sent a frame in a byte before it. */
export function withDirection(layer: Layer): Layer {
  return (frame, offset, packet) => layer(frame, offset + 1, packet);
}
