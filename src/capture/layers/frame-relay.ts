import type { Packet } from '../packet.ts';
import { decodeEtherType } from './ether-type.ts';
import { u16, type Frame } from './frame.ts';
import { decodeIpv4 } from './ipv4.ts';
import { decodeIpv6 } from './ipv6.ts';

const MOST_ADDRESS = 4;
const UNNUMBERED_INFORMATION = 0x03;
const NLPID_SNAP = 0x80;
const NLPID_IPV6 = 0x8e;
const NLPID_IPV4 = 0xcc;

/** LINKTYPE_FRELAY (RFC 2427 §3): Q.922 address, control, NLPID; or Cisco's, an EtherType behind the address. */
export function decodeFrameRelay(frame: Frame, offset: number, packet: Packet): string | undefined {
  const { bytes, end } = frame;
  let at = offset;
  // The last byte of the address has its lowest bit set.
  do {
    if (at >= end || at - offset === MOST_ADDRESS) return 'truncatedFrame';
  } while ((bytes[at++]! & 1) === 0);
  if (end - at < 3) return 'truncatedFrame';
  if (bytes[at] !== UNNUMBERED_INFORMATION) {
    const etherType = u16(bytes, at);
    if (etherType < 0x0600) return 'notIp:frameRelay';
    return decodeEtherType(frame, at + 2, packet, etherType);
  }
  at++;
  if (bytes[at] === 0) at++; // padding
  switch (at < end ? bytes[at] : 0) {
    case NLPID_IPV4:
      return decodeIpv4(frame, at + 1, packet);
    case NLPID_IPV6:
      return decodeIpv6(frame, at + 1, packet);
    case NLPID_SNAP:
      if (end - at < 6) return 'truncatedFrame';
      if (bytes[at + 1] !== 0 || u16(bytes, at + 2) !== 0) return 'notIp:snap';
      if (u16(bytes, at + 4) < 0x0600) return 'notIp:snap';
      return decodeEtherType(frame, at + 6, packet, u16(bytes, at + 4));
    default:
      return 'notIp:frameRelay';
  }
}
