import type { Packet } from '../packet.ts';
import { u16, type Frame } from './frame.ts';
import { decodeIpv4 } from './ipv4.ts';
import { decodeIpv6 } from './ipv6.ts';
import { SNAP_LENGTH, snapEtherType } from './llc.ts';
import { announceMpls } from './mpls.ts';
import { decodePppoe } from './pppoe.ts';

const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const PPPOE_SESSION = 0x8864;
const MPLS = 0x8847;
/** Multicast, or labels given out by the upstream router (RFC 5332). */
const MPLS_MULTICAST = 0x8848;
/** Port extenders put this before a VLAN tag (IEEE 802.1BR §7.5): type and six bytes. */
const E_TAG = 0x893f;
/** Smaller numbers are lengths (IEEE 802.3 §3.2.6) or Linux's own. */
const LEAST_ETHER_TYPE = 0x0600;

/** Skip reasons of what is not IP (IEEE registration authority, and what captures hold). */
const NOT_IP: ReadonlyMap<number, string> = new Map(
  Object.entries({
    arp: 0x0806,
    wakeOnLan: 0x0842,
    avtp: 0x22f0,
    trill: 0x22f3,
    decnet: 0x6003,
    transparentEthernet: 0x6558,
    rarp: 0x8035,
    appleTalk: 0x809b,
    aarp: 0x80f3,
    ipx: 0x8137,
    qnet: 0x8204,
    macControl: 0x8808,
    slowProtocols: 0x8809,
    pppoeDiscovery: 0x8863,
    homePlug: 0x887b,
    eapol: 0x888e,
    profinet: 0x8892,
    realtek: 0x8899,
    etherCat: 0x88a4,
    powerlink: 0x88ab,
    goose: 0x88b8,
    sampledValues: 0x88ba,
    lldp: 0x88cc,
    sercos: 0x88cd,
    homePlugAv: 0x88e1,
    mediaRedundancy: 0x88e3,
    macsec: 0x88e5,
    providerBackbone: 0x88e7,
    ptp: 0x88f7,
    connectivityFault: 0x8902,
    fabricPath: 0x8903,
    fibreChannel: 0x8906,
    fastRoaming: 0x890d,
    ieee1905: 0x893a,
    configurationTest: 0x9000,
  }).map(([name, etherType]) => [etherType, `notIp:${name}`]),
);

/** What an EtherType says follows at `offset`, through any VLAN tags (802.1Q, 802.1ad) and SNAP. */
export function decodeEtherType(
  frame: Frame,
  offset: number,
  packet: Packet,
  etherType: number,
): string | undefined {
  const { bytes, end } = frame;
  let type = etherType;
  let at = offset;
  for (;;) {
    if (type === IPV4) return decodeIpv4(frame, at, packet);
    if (type === IPV6) return decodeIpv6(frame, at, packet);
    if (isVlan(type)) {
      if (end - at < 4) return 'truncatedFrame';
      type = u16(bytes, at + 2);
      at += 4;
    } else if (type < LEAST_ETHER_TYPE) {
      const next = snapEtherType(bytes, at, end);
      if (typeof next === 'string') return next;
      if (next < LEAST_ETHER_TYPE) return 'notIp:snap';
      type = next;
      at += SNAP_LENGTH;
    } else if (type === PPPOE_SESSION) {
      return decodePppoe(frame, at, packet);
    } else if (type === MPLS || type === MPLS_MULTICAST) {
      return announceMpls(frame, 'mpls', at);
    } else if (type === E_TAG) {
      if (end - at < 8) return 'truncatedFrame';
      type = u16(bytes, at + 6);
      at += 8;
    } else {
      return NOT_IP.get(type) ?? `notIp:0x${type.toString(16)}`;
    }
  }
}

/** 802.1Q, 802.1ad, and the numbers switches used before it. */
function isVlan(etherType: number): boolean {
  return (
    etherType === 0x8100 || etherType === 0x88a8 || etherType === 0x9100 || etherType === 0x9200
  );
}
