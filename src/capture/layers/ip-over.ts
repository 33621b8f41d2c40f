import type { Packet } from '../packet.ts';
import { decodeEtherType } from './ether-type.ts';
import { decodeEthernet } from './ethernet.ts';
import { u16, type Frame, type Layer } from './frame.ts';
import { announceMpls } from './mpls.ts';
import { decodeRawIp } from './raw-ip.ts';

const IP_NET_HEADER = 24;

/** A header of `length` bytes that ends with an EtherType `behind` bytes before its end, and says nothing else. */
function overHeader(length: number, behind: number): Layer {
  return (frame: Frame, offset: number, packet: Packet) => {
    if (frame.end - offset < length) return 'truncatedFrame';
    const etherType = u16(frame.bytes, offset + length - behind);
    if (etherType < 0x0600) return 'notIp:linkProtocol';
    return decodeEtherType(frame, offset + length, packet, etherType);
  };
}

/** LINKTYPE_IPOIB: a global routing header, then RFC 4391 §6's EtherType and two reserved bytes. */
export const decodeIpOverInfiniband = overHeader(44, 4);

/** LINKTYPE_APPLE_IP_OVER_IEEE1394: two addresses of eight bytes and an EtherType. */
export const decodeIpOverFirewire = overHeader(18, 2);

/** LINKTYPE_IP_OVER_FC: RFC 2625's two addresses of eight bytes, then LLC and SNAP. */
export function decodeIpOverFibreChannel(
  frame: Frame,
  offset: number,
  packet: Packet,
): string | undefined {
  if (frame.end - offset < 16) return 'truncatedFrame';
  return decodeEtherType(frame, offset + 16, packet, 0);
}

/** LINKTYPE_ATM_RFC1483: LLC and SNAP. */
export function decodeLlc(frame: Frame, offset: number, packet: Packet): string | undefined {
  return decodeEtherType(frame, offset, packet, 0);
}

/** LINKTYPE_NETANALYZER: four bytes of the analyzer's, then Ethernet. */
export function decodeNetAnalyzer(
  frame: Frame,
  offset: number,
  packet: Packet,
): string | undefined {
  if (frame.end - offset < 4) return 'truncatedFrame';
  return decodeEthernet(frame, offset + 4, packet);
}

/** LINKTYPE_MPLS: labels, then IP or a pseudowire. */
export function decodeMpls(frame: Frame, offset: number): string {
  return announceMpls(frame, 'mpls', offset);
}

/** LINKTYPE_IPNET: Solaris' header of version 2, then IP. */
export function decodeIpNet(frame: Frame, offset: number, packet: Packet): string | undefined {
  if (frame.end - offset < IP_NET_HEADER) return 'truncatedFrame';
  if (frame.bytes[offset] !== 2) return 'malformedIpNet';
  return decodeRawIp(frame, offset + IP_NET_HEADER, packet);
}
