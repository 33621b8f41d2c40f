import type { Packet } from '../packet.ts';
import { announce, INNER, u16, type Frame } from './frame.ts';
import { announceGtpu } from './gtpu.ts';
import { announceL2tp } from './l2tp.ts';
import { announceMpls } from './mpls.ts';
import { announceTeredo } from './teredo.ts';

const LEAST = 8;
const L2TP = 1701;
const GTP_U = 2152;
const TEREDO = 3544;
const VXLAN = 4789;
const VXLAN_GPE = 4790;
const GENEVE = 6081;
const MPLS = 6635;
/** Linux's default until 4789 was assigned, and still what it uses when nobody says otherwise. */
const VXLAN_LINUX = 8472;

const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const BRIDGED_ETHERNET = 0x6558;

/**
 * Tunnels over UDP: the port says which one it may be, its header whether it is. What does not look like one stays
 * a UDP packet, and so does what cannot be decoded inside.
 */
export function announceUdpTunnel(frame: Frame, packet: Packet): void {
  switch (packet.destinationPort) {
    case VXLAN:
    case VXLAN_LINUX:
      announceVxlan(frame, packet);
      return;
    case VXLAN_GPE:
      announceVxlanGpe(frame, packet);
      return;
    case GENEVE:
      announceGeneve(frame, packet);
      return;
    case MPLS: // RFC 7510
      announceMpls(frame, 'mpls', packet.payloadOffset);
      return;
    case GTP_U:
      announceGtpu(frame, packet);
      return;
    case TEREDO:
      announceTeredo(frame, packet);
      return;
    case L2TP:
      announceL2tp(frame, packet);
      return;
  }
  // These answer from their port.
  if (packet.sourcePort === TEREDO) announceTeredo(frame, packet);
  else if (packet.sourcePort === L2TP) announceL2tp(frame, packet);
}

/** Whether `announceUdpTunnel` looks at a datagram between these ports. */
export function mayCarryUdpTunnel(sourcePort: number, destinationPort: number): boolean {
  if (sourcePort === TEREDO || sourcePort === L2TP) return true;
  if (destinationPort < L2TP || destinationPort > VXLAN_LINUX) return false;
  switch (destinationPort) {
    case VXLAN:
    case VXLAN_LINUX:
    case VXLAN_GPE:
    case GENEVE:
    case MPLS:
    case GTP_U:
    case TEREDO:
    case L2TP:
      return true;
    default:
      return false;
  }
}

/** RFC 7348 §5: the I bit, reserved bits zero; or with a group (draft-smith-vxlan-group-policy, the G bit). */
function announceVxlan(frame: Frame, packet: Packet): void {
  const { bytes } = frame;
  const at = packet.payloadOffset;
  if (packet.payloadCaptured < LEAST || bytes[at + 7] !== 0) return;
  const flags = bytes[at]!;
  const isPlain = flags === 0x08 && bytes[at + 1] === 0 && u16(bytes, at + 2) === 0;
  if (isPlain || flags === 0x88) announce(frame, 'vxlan', INNER.ethernet, at + LEAST);
}

/** draft-ietf-nvo3-vxlan-gpe §3: I and P bits, the next protocol in the fourth byte. */
function announceVxlanGpe(frame: Frame, packet: Packet): void {
  const { bytes } = frame;
  const at = packet.payloadOffset;
  if (packet.payloadCaptured < LEAST || bytes[at] !== 0x0c || bytes[at + 7] !== 0) return;
  const inner = [INNER.none, INNER.ipv4, INNER.ipv6, INNER.ethernet][bytes[at + 3]!] ?? INNER.none;
  announce(frame, 'vxlan', inner, at + LEAST);
}

/** RFC 8926 §3.4: version 0, no control message, reserved bits zero, options of a length that is there. */
function announceGeneve(frame: Frame, packet: Packet): void {
  const { bytes } = frame;
  const at = packet.payloadOffset;
  if (packet.payloadCaptured < LEAST || bytes[at + 7] !== 0) return;
  const first = bytes[at]!;
  if (first >>> 6 !== 0 || (bytes[at + 1]! & 0xbf) !== 0) return;
  const start = at + LEAST + (first & 0x3f) * 4;
  if (start > at + packet.payloadCaptured) return;
  const kind = u16(bytes, at + 2);
  if (kind === BRIDGED_ETHERNET) announce(frame, 'geneve', INNER.ethernet, start);
  else if (kind === IPV4) announce(frame, 'geneve', INNER.ipv4, start);
  else if (kind === IPV6) announce(frame, 'geneve', INNER.ipv6, start);
}
