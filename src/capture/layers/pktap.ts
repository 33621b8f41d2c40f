import type { Packet } from '../packet.ts';
import { decodeEthernet } from './ethernet.ts';
import type { Frame } from './frame.ts';
import { decodeLoopback } from './loopback.ts';
import { decodeRawIp } from './raw-ip.ts';

const LEAST_HEADER = 12;

/** LINKTYPE_PKTAP of macOS: its length, what follows, and that one's link type, little-endian words. */
export function decodePktap(frame: Frame, offset: number, packet: Packet): string | undefined {
  const { bytes, end } = frame;
  if (end - offset < LEAST_HEADER) return 'truncatedFrame';
  const length = bytes[offset]! | (bytes[offset + 1]! << 8);
  if (length < LEAST_HEADER || bytes[offset + 2] !== 0 || bytes[offset + 3] !== 0) {
    return 'malformedPktap';
  }
  if (end - offset < length) return 'truncatedFrame';
  const linkType = bytes[offset + 8]! | (bytes[offset + 9]! << 8);
  if (linkType === 1) return decodeEthernet(frame, offset + length, packet);
  if (linkType === 0) return decodeLoopback(frame, offset + length, packet);
  if (linkType === 12 || linkType === 101) return decodeRawIp(frame, offset + length, packet);
  return 'notIp:pktap';
}
