import { LINK_TYPE } from '../link-type.ts';
import { decodeCiscoHdlc } from './cisco-hdlc.ts';
import { decodeEthernet } from './ethernet.ts';
import { decodeNflog, decodePflog } from './firewall-log.ts';
import { decodeFrameRelay } from './frame-relay.ts';
import type { Layer } from './frame.ts';
import { decodeIeee80211 } from './ieee80211.ts';
import {
  decodeIpNet,
  decodeIpOverFibreChannel,
  decodeIpOverFirewire,
  decodeIpOverInfiniband,
  decodeLlc,
  decodeMpls,
  decodeNetAnalyzer,
} from './ip-over.ts';
import { decodeLinuxCooked, decodeLinuxCooked2 } from './linux-cooked.ts';
import { decodeLoopback } from './loopback.ts';
import { decodePktap } from './pktap.ts';
import { decodePpp } from './ppp.ts';
import { decodePppoe } from './pppoe.ts';
import { decodeAvs, decodePpi, decodePrism } from './radio-header.ts';
import { decodeRadiotap } from './radiotap.ts';
import { decodeRawIp } from './raw-ip.ts';
import { decodePppHdlc, decodePppPppd, withDirection } from './serial-line.ts';

const LAYERS: ReadonlyMap<number, Layer> = new Map<number, Layer>([
  [LINK_TYPE.null, decodeLoopback],
  [LINK_TYPE.ethernet, decodeEthernet],
  [LINK_TYPE.ppp, decodePpp],
  [LINK_TYPE.rawBsd, decodeRawIp],
  [LINK_TYPE.rawOpenBsd, decodeRawIp],
  [LINK_TYPE.pppHdlc, decodePppHdlc],
  [LINK_TYPE.pppEthernet, decodePppoe],
  [LINK_TYPE.raw, decodeRawIp],
  [LINK_TYPE.ieee80211, decodeIeee80211],
  [LINK_TYPE.loop, decodeLoopback],
  [LINK_TYPE.linuxCooked, decodeLinuxCooked],
  [LINK_TYPE.ieee80211Radiotap, decodeRadiotap],
  [LINK_TYPE.ipv4, decodeRawIp],
  [LINK_TYPE.ipv6, decodeRawIp],
  [LINK_TYPE.linuxCooked2, decodeLinuxCooked2],
  [LINK_TYPE.atmRfc1483, decodeLlc],
  [LINK_TYPE.ciscoHdlc, decodeCiscoHdlc],
  [LINK_TYPE.frameRelay, decodeFrameRelay],
  [LINK_TYPE.pflog, decodePflog],
  [LINK_TYPE.ieee80211Prism, decodePrism],
  [LINK_TYPE.ipOverFibreChannel, decodeIpOverFibreChannel],
  [LINK_TYPE.appleIpOverFirewire, decodeIpOverFirewire],
  [LINK_TYPE.ieee80211Avs, decodeAvs],
  [LINK_TYPE.pppPppd, decodePppPppd],
  [LINK_TYPE.ppi, decodePpi],
  [LINK_TYPE.pppWithDirection, withDirection(decodePpp)],
  [LINK_TYPE.ciscoHdlcWithDirection, withDirection(decodeCiscoHdlc)],
  [LINK_TYPE.frameRelayWithDirection, withDirection(decodeFrameRelay)],
  [LINK_TYPE.mpls, decodeMpls],
  [LINK_TYPE.ipNet, decodeIpNet],
  [LINK_TYPE.nflog, decodeNflog],
  [LINK_TYPE.netAnalyzer, decodeNetAnalyzer],
  [LINK_TYPE.ipOverInfiniband, decodeIpOverInfiniband],
  [LINK_TYPE.pktap, decodePktap],
]);

/** The decoder of a link type, or `undefined` where there is none. */
export function linkLayer(linkType: number): Layer | undefined {
  return LAYERS.get(linkType);
}
