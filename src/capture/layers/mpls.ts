import { announce, INNER, u16, type Frame } from './frame.ts';

const LABEL = 4;
const BOTTOM = 0x01;
const CONTROL_WORD = 4;
const ETHER_TYPE = 12;

/** Where an EtherType would be, these are believed: IP, VLAN, ARP, MPLS, PPPoE. */
const USUAL: ReadonlySet<number> = new Set([
  0x0800, 0x86dd, 0x8100, 0x88a8, 0x9100, 0x0806, 0x8847, 0x8848, 0x8864, 0x8863,
]);

/**
 * A stack of labels (RFC 3032 §2.1) and what is in `tunnel` behind it. No label says what that is: an IP header
 * whose length fits does, or the zeros of a control word (RFC 4385 §3) before an Ethernet frame, or a frame's own
 * EtherType where there is no such word.
 */
export function announceMpls(frame: Frame, tunnel: string, offset: number): string {
  const { bytes, end } = frame;
  let at = offset;
  for (;;) {
    if (end - at < LABEL + 1) return 'truncatedMpls';
    const isBottom = (bytes[at + 2]! & BOTTOM) !== 0;
    at += LABEL;
    if (isBottom) break;
  }
  const nibble = bytes[at]! >>> 4;
  if (nibble === 4 && isIpv4(frame, at)) return announce(frame, tunnel, INNER.ipv4, at);
  if (nibble === 6 && isIpv6(frame, at)) return announce(frame, tunnel, INNER.ipv6, at);
  if (nibble === 0 && isFrame(frame, at + CONTROL_WORD)) {
    return announce(frame, tunnel, INNER.ethernet, at + CONTROL_WORD);
  }
  if (isFrame(frame, at)) return announce(frame, tunnel, INNER.ethernet, at);
  return 'notIp:mpls';
}

function isIpv4({ bytes, end, cut }: Frame, at: number): boolean {
  if (end - at < 20 || (bytes[at]! & 15) < 5) return false;
  const length = u16(bytes, at + 2);
  return length >= 20 && length <= end + cut - at;
}

function isIpv6({ bytes, end, cut }: Frame, at: number): boolean {
  return end - at >= 40 && 40 + u16(bytes, at + 4) <= end + cut - at;
}

function isFrame({ bytes, end }: Frame, at: number): boolean {
  return end - at >= ETHER_TYPE + 2 && USUAL.has(u16(bytes, at + ETHER_TYPE));
}
