import type { Packet } from '../packet.ts';
import { decodeEtherType } from './ether-type.ts';
import { u16, type Frame } from './frame.ts';

const HEADER = 16;
const HEADER_2 = 20;
const ARPHRD_NETLINK = 824;
/** Linux's own protocol numbers under 0x0600 (if_ether.h); only LLC leads to IP. */
const ETH_P_802_2 = 0x0004;

/** LINKTYPE_LINUX_SLL: what `tcpdump -i any` wrote. */
export function decodeLinuxCooked(
  frame: Frame,
  offset: number,
  packet: Packet,
): string | undefined {
  if (frame.end - offset < HEADER) return 'truncatedFrame';
  const device = u16(frame.bytes, offset + 2);
  return decodeProtocol(frame, offset + HEADER, packet, device, u16(frame.bytes, offset + 14));
}

/** LINKTYPE_LINUX_SLL2: the same with the interface's number. */
export function decodeLinuxCooked2(
  frame: Frame,
  offset: number,
  packet: Packet,
): string | undefined {
  if (frame.end - offset < HEADER_2) return 'truncatedFrame';
  const device = u16(frame.bytes, offset + 8);
  return decodeProtocol(frame, offset + HEADER_2, packet, device, u16(frame.bytes, offset));
}

function decodeProtocol(
  frame: Frame,
  offset: number,
  packet: Packet,
  device: number,
  protocol: number,
): string | undefined {
  if (device === ARPHRD_NETLINK) return 'notIp:netlink';
  if (protocol < 0x0600 && protocol !== ETH_P_802_2) return 'notIp:linuxProtocol';
  return decodeEtherType(frame, offset, packet, protocol);
}
