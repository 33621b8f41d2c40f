import type { Packet } from '../packet.ts';
import type { Frame } from './frame.ts';
import { decodeIpv4 } from './ipv4.ts';
import { decodeIpv6 } from './ipv6.ts';

/** IP without a link layer: its first four bits tell which. */
export function decodeRawIp(frame: Frame, offset: number, packet: Packet): string | undefined {
  if (offset >= frame.end) return 'truncatedFrame';
  switch (frame.bytes[offset]! >>> 4) {
    case 4:
      return decodeIpv4(frame, offset, packet);
    case 6:
      return decodeIpv6(frame, offset, packet);
    default:
      return 'notIp:raw';
  }
}
