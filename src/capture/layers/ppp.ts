import type { Packet } from '../packet.ts';
import { u16, type Frame } from './frame.ts';
import { decodeIpv4 } from './ipv4.ts';
import { decodeIpv6 } from './ipv6.ts';
import { announceMpls } from './mpls.ts';

const ADDRESS_AND_CONTROL = 0xff03;
const PROTOCOL_IPV4 = 0x0021;
const PROTOCOL_IPV6 = 0x0057;
const PROTOCOL_MPLS = 0x0281;

/** RFC 1661 §2, with or without the address and control bytes of RFC 1662, which links may leave out. */
export function decodePpp(frame: Frame, offset: number, packet: Packet): string | undefined {
  if (frame.end - offset < 2) return 'truncatedFrame';
  const framed = u16(frame.bytes, offset) === ADDRESS_AND_CONTROL;
  return decodePppProtocol(frame, framed ? offset + 2 : offset, packet);
}

/** The protocol field and what follows. An odd first byte is a whole protocol number (RFC 1661 §6.5). */
export function decodePppProtocol(
  frame: Frame,
  offset: number,
  packet: Packet,
): string | undefined {
  if (frame.end - offset < 2) return 'truncatedFrame';
  const first = frame.bytes[offset]!;
  const compressed = (first & 1) === 1;
  const protocol = compressed ? first : u16(frame.bytes, offset);
  const next = offset + (compressed ? 1 : 2);
  if (protocol === PROTOCOL_IPV4) return decodeIpv4(frame, next, packet);
  if (protocol === PROTOCOL_IPV6) return decodeIpv6(frame, next, packet);
  if (protocol === PROTOCOL_MPLS) return announceMpls(frame, 'mpls', next);
  return 'notIp:ppp';
}
