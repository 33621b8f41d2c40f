import { u16 } from './frame.ts';

/** What an LLC header (IEEE 802.2) leads to: an EtherType behind SNAP, or the name of something else. */
export const SNAP_LENGTH = 8;

const SNAP = 0xaaaa;
const OUI_ETHERNET = 0x000000;
const OUI_BRIDGE_TUNNEL = 0x0000f8;
const OUI_CISCO = 0x00000c;

const SERVICES: ReadonlyMap<number, string> = new Map([
  [0x4242, 'notIp:stp'],
  [0xe0e0, 'notIp:ipx'],
  [0xffff, 'notIp:ipx'],
  [0xf0f0, 'notIp:netbios'],
  [0xfefe, 'notIp:osi'],
]);

/** The EtherType behind LLC and SNAP at `offset`, or a skip reason. */
export function snapEtherType(bytes: Uint8Array, offset: number, end: number): number | string {
  if (end - offset < 3) return 'truncatedFrame';
  const services = u16(bytes, offset);
  if (services !== SNAP) return SERVICES.get(services) ?? 'notIp:llc';
  if (end - offset < SNAP_LENGTH) return 'truncatedFrame';
  const oui = (u16(bytes, offset + 3) << 8) | bytes[offset + 5]!;
  if (oui === OUI_ETHERNET || oui === OUI_BRIDGE_TUNNEL) return u16(bytes, offset + 6);
  return oui === OUI_CISCO ? 'notIp:cisco' : 'notIp:snap';
}
