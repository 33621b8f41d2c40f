import { LINK_TYPE } from '../link-type.ts';
import { decodeEthernet } from './ethernet.ts';
import type { Layer } from './frame.ts';
import { decodeIeee80211 } from './ieee80211.ts';
import { decodeLinuxCooked, decodeLinuxCooked2 } from './linux-cooked.ts';
import { decodeLoopback } from './loopback.ts';
import { decodePpp } from './ppp.ts';
import { decodePppoe } from './pppoe.ts';
import { decodeRadiotap } from './radiotap.ts';
import { decodeRawIp } from './raw-ip.ts';

const LAYERS: ReadonlyMap<number, Layer> = new Map<number, Layer>([
  [LINK_TYPE.null, decodeLoopback],
  [LINK_TYPE.ethernet, decodeEthernet],
  [LINK_TYPE.ppp, decodePpp],
  [LINK_TYPE.rawBsd, decodeRawIp],
  [LINK_TYPE.rawOpenBsd, decodeRawIp],
  [LINK_TYPE.pppHdlc, decodePpp],
  [LINK_TYPE.pppEthernet, decodePppoe],
  [LINK_TYPE.raw, decodeRawIp],
  [LINK_TYPE.ieee80211, decodeIeee80211],
  [LINK_TYPE.loop, decodeLoopback],
  [LINK_TYPE.linuxCooked, decodeLinuxCooked],
  [LINK_TYPE.ieee80211Radiotap, decodeRadiotap],
  [LINK_TYPE.ipv4, decodeRawIp],
  [LINK_TYPE.ipv6, decodeRawIp],
  [LINK_TYPE.linuxCooked2, decodeLinuxCooked2],
]);

/** The decoder of a link type, or `undefined` where there is none. */
export function linkLayer(linkType: number): Layer | undefined {
  return LAYERS.get(linkType);
}
