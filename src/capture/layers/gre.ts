import type { Packet } from '../packet.ts';
import { announce, INNER, u16, type Frame } from './frame.ts';
import { announceMpls } from './mpls.ts';

const CHECKSUM = 0x8000;
const ROUTING = 0x4000;
const KEY = 0x2000;
const SEQUENCE = 0x1000;
const ACKNOWLEDGMENT = 0x0080;
const VERSION = 0x0007;

const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const BRIDGED_ETHERNET = 0x6558;
const MPLS = 0x8847;
const MPLS_MULTICAST = 0x8848;
const PPP = 0x880b;
const ERSPAN = 0x88be;
const ERSPAN_3 = 0x22eb;

/**
 * Generic routing encapsulation: RFC 2784 and 2890, bridged Ethernet in it (NVGRE, RFC 7637), PPTP's version 1
 * (RFC 2637 §4.1) and ERSPAN (draft-foschiano-erspan-03). Whatever is none of them stays a GRE packet.
 */
export function announceGre(frame: Frame, offset: number, packet: Packet): void {
  if (packet.payloadCaptured < 4) return;
  const flags = u16(frame.bytes, offset);
  const kind = u16(frame.bytes, offset + 2);
  const version = flags & VERSION;
  if (version === 1) {
    if (kind === PPP) announcePptp(frame, offset, packet, flags);
    return;
  }
  // Source routes (RFC 1701) have not been seen for decades; RFC 2784 §2.3 drops them.
  if (version !== 0 || (flags & ROUTING) !== 0) return;
  let at = offset + 4;
  if ((flags & CHECKSUM) !== 0) at += 4;
  if ((flags & KEY) !== 0) at += 4;
  if ((flags & SEQUENCE) !== 0) at += 4;
  if (kind === ERSPAN || kind === ERSPAN_3) announceErspan(frame, at, kind, flags);
  else announcePayload(frame, at, kind);
}

function announcePayload(frame: Frame, at: number, kind: number): void {
  if (kind === IPV4) announce(frame, 'gre', INNER.ipv4, at);
  else if (kind === IPV6) announce(frame, 'gre', INNER.ipv6, at);
  else if (kind === BRIDGED_ETHERNET) announce(frame, 'gre', INNER.ethernet, at);
  else if (kind === PPP) announce(frame, 'gre', INNER.ppp, at);
  else if (kind === MPLS || kind === MPLS_MULTICAST) announceMpls(frame, 'gre', at);
}

/** The key's upper half is the payload's length; an acknowledgement alone has none. */
function announcePptp(frame: Frame, offset: number, packet: Packet, flags: number): void {
  if ((flags & KEY) === 0 || packet.payloadCaptured < 8) return;
  if (u16(frame.bytes, offset + 4) === 0) return;
  let at = offset + 8;
  if ((flags & SEQUENCE) !== 0) at += 4;
  if ((flags & ACKNOWLEDGMENT) !== 0) at += 4;
  announce(frame, 'pptp', INNER.ppp, at);
}

/** Type I has no header and no sequence number, II has eight bytes, III twelve and perhaps eight more. */
function announceErspan(frame: Frame, at: number, kind: number, flags: number): void {
  const { bytes, end } = frame;
  if (kind === ERSPAN) {
    const isFirst = (flags & SEQUENCE) === 0;
    if (isFirst) announce(frame, 'erspan', INNER.ethernet, at);
    else if (end - at >= 8 && bytes[at]! >>> 4 === 1) {
      announce(frame, 'erspan', INNER.ethernet, at + 8);
    }
    return;
  }
  if (end - at < 12 || bytes[at]! >>> 4 !== 2) return;
  const isIp = ((bytes[at + 10]! >>> 2) & 31) === 2;
  const start = at + ((bytes[at + 11]! & 1) !== 0 ? 20 : 12);
  announce(frame, 'erspan', isIp ? INNER.ip : INNER.ethernet, start);
}
