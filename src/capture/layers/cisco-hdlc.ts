import type { Packet } from '../packet.ts';
import { decodeEtherType } from './ether-type.ts';
import { u16, type Frame } from './frame.ts';

const HEADER = 4;
const UNICAST = 0x0f;
const BROADCAST = 0x8f;
/** Cisco's address resolution and keepalives, on the number that Ethernet uses for RARP. */
const SLARP = 0x8035;
const CDP = 0x2000;

/** LINKTYPE_C_HDLC (RFC 1547 §4.3.1): address, control, EtherType. */
export function decodeCiscoHdlc(frame: Frame, offset: number, packet: Packet): string | undefined {
  if (frame.end - offset < HEADER) return 'truncatedFrame';
  const etherType = u16(frame.bytes, offset + 2);
  if (etherType === SLARP) return 'notIp:slarp';
  if (etherType === CDP) return 'notIp:cisco';
  if (etherType < 0x0600) return 'notIp:ciscoHdlc';
  return decodeEtherType(frame, offset + HEADER, packet, etherType);
}

/** Whether a frame of a serial line is framed in Cisco's way and not in that of RFC 1662. */
export function isCiscoHdlc(first: number): boolean {
  return first === UNICAST || first === BROADCAST;
}
