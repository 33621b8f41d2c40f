import {
  emptyPacket,
  TCP_ACK,
  TCP_FIN,
  TCP_PSH,
  TCP_RST,
  TCP_SYN,
} from '../../src/capture/packet.ts';
import type { Packet } from '../../src/capture/packet.ts';
import { parseAddress } from '../../src/bytes/ip-address.ts';
import type { AppEvent, TrafficSink, Visibility } from '../../src/flow/event.ts';
import type { Flow } from '../../src/flow/flow.ts';

export interface PacketWish {
  readonly at?: number;
  readonly from?: string;
  readonly to?: string;
  readonly fromPort?: number;
  readonly toPort?: number;
  readonly protocol?: number;
  /** `S` SYN, `A` ACK, `F` FIN, `R` RST, `P` PSH. */
  readonly flags?: string;
  readonly payload?: Uint8Array | string;
  readonly sequence?: number;
  /** What an ICMP error quotes. */
  readonly quoted?: PacketWish;
  /** The addresses of a GRE tunnel around it. */
  readonly tunnel?: readonly [string, string];
  readonly window?: number;
}

const BITS: Record<string, number> = {
  S: TCP_SYN,
  A: TCP_ACK,
  F: TCP_FIN,
  R: TCP_RST,
  P: TCP_PSH,
};

/** A packet as a decoder would have filled it; `at` is in seconds after a fixed, 30-minute-aligned instant. */
export function makePacket(wish: PacketWish): Packet {
  const packet = emptyPacket();
  const payload =
    typeof wish.payload === 'string' ? Buffer.from(wish.payload, 'latin1') : wish.payload;
  packet.timeUs = 1_700_000_000e6 - (1_700_000_000e6 % 1800e6) + Math.round((wish.at ?? 0) * 1e6);
  packet.source.set(parseAddress(wish.from ?? '10.0.0.1')!);
  packet.destination.set(parseAddress(wish.to ?? '10.0.0.2')!);
  packet.ipVersion = (wish.from ?? '').includes(':') ? 6 : 4;
  packet.protocol = wish.protocol ?? 6;
  packet.sourcePort = wish.fromPort ?? 40000;
  packet.destinationPort = wish.toPort ?? 80;
  packet.tcpSequence = wish.sequence ?? 1;
  packet.tcpWindow = wish.window ?? 64240;
  for (const flag of wish.flags ?? '') packet.tcpFlags |= BITS[flag]!;
  packet.data = payload ?? new Uint8Array(0);
  packet.payloadLength = packet.payloadCaptured = packet.data.length;
  packet.ipLength = 40 + packet.payloadLength;
  if (wish.quoted !== undefined) {
    const quoted = makePacket(wish.quoted);
    packet.hasQuoted = true;
    packet.quoted.source.set(quoted.source);
    packet.quoted.destination.set(quoted.destination);
    packet.quoted.protocol = quoted.protocol;
    packet.quoted.sourcePort = quoted.sourcePort;
    packet.quoted.destinationPort = quoted.destinationPort;
  }
  if (wish.tunnel !== undefined) {
    packet.tunnelDepth = 1;
    packet.tunnel = 'gre';
    packet.outerSource.set(parseAddress(wish.tunnel[0])!);
    packet.outerDestination.set(parseAddress(wish.tunnel[1])!);
  }
  return packet;
}

/** A packet of the other direction. */
export function reply(wish: PacketWish): PacketWish {
  return {
    ...wish,
    from: wish.to ?? '10.0.0.2',
    to: wish.from ?? '10.0.0.1',
    fromPort: wish.toPort ?? 80,
    toPort: wish.fromPort ?? 40000,
  };
}

/** Keeps everything it is given. */
export class Collector implements TrafficSink {
  readonly flows: Flow[] = [];
  readonly events: AppEvent[] = [];
  readonly reasons = new Map<string, number>();
  shown: Visibility | undefined;

  flow(flow: Flow): void {
    this.flows.push(flow);
  }

  event(event: AppEvent): void {
    this.events.push(event);
  }

  visibility(shown: Visibility): void {
    this.shown = shown;
  }

  skipped(reason: string, count: number): void {
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + count);
  }
}

/** The flows as a multiset: one sorted line each. */
export function flowLines(flows: readonly Flow[]): string[] {
  return flows.map((flow) => JSON.stringify(flow)).sort();
}
