import type { Packet } from '../packet.ts';
import { decodeDccp } from './dccp.ts';
import { announce, INNER, type Frame } from './frame.ts';
import { announceGre } from './gre.ts';
import { decodeIcmp } from './icmp.ts';
import { AUTHENTICATION, extensionLength } from './ipv6-extension.ts';
import { announceMpls } from './mpls.ts';
import { clearTransport, takeHeader } from './payload.ts';
import { decodeSctp } from './sctp.ts';
import { decodeTcp } from './tcp.ts';
import { decodeUdp, decodeUdpLite } from './udp.ts';

const ICMP = 1;
const IPV4 = 4;
const TCP = 6;
const UDP = 17;
const DCCP = 33;
const IPV6 = 41;
const GRE = 47;
const ICMPV6 = 58;
const ETHER_IP = 97;
const SCTP = 132;
const UDP_LITE = 136;
const MPLS = 137;

/** Version 3 and nothing else (RFC 3378 §3). */
const ETHER_IP_HEADER = 0x3000;

/** By `packet.protocol`; `packet.payloadLength` holds the IP payload's declared length. Others have no ports. */
export function decodeTransport(frame: Frame, offset: number, packet: Packet): string | undefined {
  if (!packet.laterFragment) {
    switch (packet.protocol) {
      case TCP:
        return decodeTcp(frame, offset, packet);
      case UDP:
        return decodeUdp(frame, offset, packet);
      case ICMP:
      case ICMPV6:
        return decodeIcmp(frame, offset, packet);
      case SCTP:
        return decodeSctp(frame, offset, packet);
      case DCCP:
        return decodeDccp(frame, offset, packet);
      case UDP_LITE:
        return decodeUdpLite(frame, offset, packet);
      case AUTHENTICATION:
        return decodeAuthenticated(frame, offset, packet);
    }
  }
  clearTransport(packet);
  takeHeader(frame, offset, packet, 0);
  if (!packet.laterFragment) announceByProtocol(frame, offset, packet);
  return undefined;
}

/** RFC 4302 §2 behind IPv4; behind IPv6 it is one of the extension headers. Twelve bytes at least, so it ends. */
function decodeAuthenticated(frame: Frame, offset: number, packet: Packet): string | undefined {
  let at = offset;
  while (packet.protocol === AUTHENTICATION) {
    if (frame.end - at < 8) return 'truncatedAh';
    const length = extensionLength(AUTHENTICATION, frame.bytes[at + 1]!);
    if (frame.end - at < length) return 'truncatedAh';
    packet.protocol = frame.bytes[at]!;
    packet.payloadLength = Math.max(0, packet.payloadLength - length);
    at += length;
  }
  return decodeTransport(frame, at, packet);
}

/** Tunnels that have a protocol number of their own. */
function announceByProtocol(frame: Frame, offset: number, packet: Packet): void {
  switch (packet.protocol) {
    case IPV4: // RFC 2003, RFC 2473 (in IPv6)
      announce(frame, 'ipip', INNER.ipv4, offset);
      break;
    case IPV6: // RFC 4213 (in IPv4), RFC 2473
      announce(frame, packet.ipVersion === 4 ? '6in4' : 'ipip', INNER.ipv6, offset);
      break;
    case GRE:
      announceGre(frame, offset, packet);
      break;
    case ETHER_IP:
      if (packet.payloadCaptured < 2) return;
      if (((frame.bytes[offset]! << 8) | frame.bytes[offset + 1]!) !== ETHER_IP_HEADER) return;
      announce(frame, 'etherip', INNER.ethernet, offset + 2);
      break;
    case MPLS: // RFC 4023
      announceMpls(frame, 'mpls', offset);
      break;
  }
}
