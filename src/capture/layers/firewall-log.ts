import type { Packet } from '../packet.ts';
import type { Frame } from './frame.ts';
import { decodeRawIp } from './raw-ip.ts';

const NFLOG_HEADER = 4;
const NFULA_PAYLOAD = 9;
/** Families of Linux: `nft … log` of a bridge or of ARP carries no bare IP. */
const LINUX_IP: ReadonlySet<number> = new Set([2, 10]);
/** AF_INET, and AF_INET6 of OpenBSD, FreeBSD and Darwin. */
const BSD_IP: ReadonlySet<number> = new Set([2, 24, 28, 30]);

/** LINKTYPE_NFLOG: type-length-values in the byte order of the machine that wrote it, one of them the packet. */
export function decodeNflog(frame: Frame, offset: number, packet: Packet): string | undefined {
  const { bytes, end } = frame;
  if (end - offset < NFLOG_HEADER) return 'truncatedFrame';
  if (bytes[offset + 1] !== 0) return 'notIp:nflog';
  if (!LINUX_IP.has(bytes[offset]!)) return 'notIp:nflog';
  let at = offset + NFLOG_HEADER;
  while (end - at >= 4) {
    // Kinds are small: the byte that holds something says which order it is.
    const isLittle = bytes[at + 2] !== 0;
    const kind = bytes[at + (isLittle ? 2 : 3)]!;
    const low = bytes[at + (isLittle ? 0 : 1)]!;
    const length = low | (bytes[at + (isLittle ? 1 : 0)]! << 8);
    if (length < 4) return 'malformedNflog';
    if (kind === NFULA_PAYLOAD) {
      if (at + length < end) frame.end = at + length;
      return decodeRawIp(frame, at + 4, packet);
    }
    at += (length + 3) & ~3;
  }
  return 'notIp:nflog';
}

/** LINKTYPE_PFLOG: a header that tells its length, rounded up to 32 bits, and the address family. */
export function decodePflog(frame: Frame, offset: number, packet: Packet): string | undefined {
  if (frame.end - offset < 4) return 'truncatedFrame';
  const length = (frame.bytes[offset]! + 3) & ~3;
  if (length < 4) return 'malformedPflog';
  if (!BSD_IP.has(frame.bytes[offset + 1]!)) return 'notIp:pflog';
  return decodeRawIp(frame, offset + length, packet);
}
