import type { Packet } from '../packet.ts';
import { i32, type Frame } from './frame.ts';
import { decodeIpv4 } from './ipv4.ts';
import { decodeIpv6 } from './ipv6.ts';

const HEADER = 4;
const AF_INET = 2;

/** AF_INET6 of Linux, Windows, NetBSD and OpenBSD, FreeBSD, Darwin. */
const AF_INET6: ReadonlySet<number> = new Set([10, 23, 24, 28, 30]);

/**
 * LINKTYPE_NULL and LINKTYPE_LOOP: an address family in the byte order of the machine that wrote it. Families
 * are small numbers, so whichever order makes it small is right.
 */
export function decodeLoopback(frame: Frame, offset: number, packet: Packet): string | undefined {
  if (frame.end - offset < HEADER) return 'truncatedFrame';
  const word = i32(frame.bytes, offset);
  const family = word >>> 16 === 0 ? word : (word & 0x00ff_ffff) === 0 ? word >>> 24 : -1;
  if (family === AF_INET) return decodeIpv4(frame, offset + HEADER, packet);
  if (AF_INET6.has(family)) return decodeIpv6(frame, offset + HEADER, packet);
  return 'notIp:loopbackFamily';
}
