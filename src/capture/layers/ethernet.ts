import type { Packet } from '../packet.ts';
import { decodeEtherType } from './ether-type.ts';
import { u16, type Frame } from './frame.ts';

const HEADER = 14;

/** Ethernet II and IEEE 802.3. */
export function decodeEthernet(frame: Frame, offset: number, packet: Packet): string | undefined {
  if (frame.end - offset < HEADER) return 'truncatedFrame';
  return decodeEtherType(frame, offset + HEADER, packet, u16(frame.bytes, offset + 12));
}
