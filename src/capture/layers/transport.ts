import type { Packet } from '../packet.ts';
import type { Frame } from './frame.ts';
import { decodeIcmp } from './icmp.ts';
import { clearTransport, takeHeader } from './payload.ts';
import { decodeSctp } from './sctp.ts';
import { decodeTcp } from './tcp.ts';
import { decodeUdp } from './udp.ts';

const ICMP = 1;
const TCP = 6;
const UDP = 17;
const ICMPV6 = 58;
const SCTP = 132;

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
    }
  }
  clearTransport(packet);
  takeHeader(frame, offset, packet, 0);
  return undefined;
}
