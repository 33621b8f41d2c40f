import type { Packet } from '../packet.ts';
import { decodeEthernet } from './ethernet.ts';
import { AHEAD, HELD, INNER, type Frame } from './frame.ts';
import { decodeIpv4 } from './ipv4.ts';
import { decodeIpv6 } from './ipv6.ts';
import { decodePpp } from './ppp.ts';
import { decodeRawIp } from './raw-ip.ts';

/** More than anybody builds on purpose (a VPN in a mobile network in a data centre is four). */
const MOST_TUNNELS = 8;

/**
 * Goes on into the tunnels that the layers announced, to the innermost packet; `reason` is what they returned.
 * A tunnel whose content gives no packet leaves the packet that carries it as it is, and is counted as
 * `inTunnel:<reason>`: what somebody sends is never lost by being wrapped.
 */
export function decodeInner(
  frame: Frame,
  packet: Packet,
  reason: string | undefined,
): string | undefined {
  let result = reason;
  let hasOuter = false;
  while (frame.inner !== INNER.none && (result === undefined || result === AHEAD)) {
    if (packet.tunnelDepth === MOST_TUNNELS) {
      frame.notes.add('tunnelTooDeep');
      if (result === undefined) return undefined;
      result = 'notIp:tunnel';
      break;
    }
    if (result === undefined) {
      hasOuter = true;
      keepOuter(frame, packet);
    }
    if (packet.tunnelDepth === 0) packet.tunnel = frame.innerTunnel;
    packet.tunnelDepth++;
    const { inner, innerAt } = frame;
    frame.inner = INNER.none;
    result = decode(inner, frame, innerAt, packet);
  }
  if (result === undefined || result === HELD || !hasOuter) return result;
  frame.outer.restore(packet);
  frame.notes.add(`inTunnel:${result}`);
  return undefined;
}

/** Remembers the packet as itself and narrows the frame to its payload. */
function keepOuter(frame: Frame, packet: Packet): void {
  frame.outer.keep(packet);
  if (!frame.outerKnown) {
    packet.outerSource.set(packet.source);
    packet.outerDestination.set(packet.destination);
    frame.outerKnown = true;
  }
  frame.end = packet.payloadOffset + packet.payloadCaptured;
  frame.cut = packet.payloadLength - packet.payloadCaptured;
}

function decode(inner: number, frame: Frame, offset: number, packet: Packet): string | undefined {
  switch (inner) {
    case INNER.ipv4:
      return decodeIpv4(frame, offset, packet);
    case INNER.ipv6:
      return decodeIpv6(frame, offset, packet);
    case INNER.ethernet:
      return decodeEthernet(frame, offset, packet);
    case INNER.ppp:
      return decodePpp(frame, offset, packet);
    default:
      return decodeRawIp(frame, offset, packet);
  }
}
