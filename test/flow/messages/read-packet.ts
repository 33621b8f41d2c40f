import type { AppEvent } from '../../../src/flow/event.ts';
import { readTcpByContent, readTcpByPort } from '../../../src/flow/messages/tcp-services.ts';
import { readUdpService } from '../../../src/flow/messages/udp-services.ts';
import type { Packet } from '../../../src/capture/packet.ts';
import { Collector, makePacket, reply, type PacketWish } from '../make-packet.ts';

export interface Read {
  readonly service: string;
  readonly events: readonly AppEvent[];
}

/** The two ends of every event of these packets: the client is the originator, whoever speaks. */
export const ends = { originator: '10.0.0.1', originatorPort: 40000, responder: '10.0.0.2' };

/** What a packet by itself says. */
export function readPacket(packet: Packet): Read {
  const sink = new Collector();
  const byPort = packet.protocol === 6 ? readTcpByPort(packet, sink) : readUdpService(packet, sink);
  const service = byPort === '' && packet.protocol === 6 ? readTcpByContent(packet, sink) : byPort;
  return { service, events: sink.events };
}

/** What the client says to a port. */
export function ask(port: number, payload: PacketWish['payload'] & {}, protocol = 6): Read {
  return readPacket(makePacket({ toPort: port, protocol, payload }));
}

/** What the server says from a port. */
export function answer(port: number, payload: PacketWish['payload'] & {}, protocol = 6): Read {
  return readPacket(makePacket({ ...reply({ toPort: port, protocol }), payload }));
}

/** The logins of a result as short words: `failure admin`. */
export function logins({ events }: Read): string[] {
  return events.flatMap((e) => (e.kind === 'login' ? [`${e.outcome} ${e.userName}`.trim()] : []));
}

/** The commands of a result. */
export function verbs({ events }: Read): string[] {
  return events.flatMap((e) => (e.kind === 'command' ? [e.verb] : []));
}
