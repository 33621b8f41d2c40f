import type { AppEvent } from '../../../src/flow/event.ts';
import { MessageReader } from '../../../src/flow/messages/message-reader.ts';
import { Collector, makePacket, reply, type PacketWish } from '../make-packet.ts';

export interface ReadStream {
  readonly services: readonly string[];
  readonly events: readonly AppEvent[];
  readonly reasons: Readonly<Record<string, number>>;
}

/** Packets that carry a stream from the client in pieces of these sizes, the last one over and over. */
export function segments(
  stream: Uint8Array | string,
  sizes: readonly number[],
  wish: PacketWish = {},
): PacketWish[] {
  const bytes = typeof stream === 'string' ? Buffer.from(stream, 'latin1') : stream;
  const wishes: PacketWish[] = [];
  let at = 0;
  while (at < bytes.length) {
    const size = sizes[Math.min(wishes.length, sizes.length - 1)] ?? bytes.length;
    const sequence = ((wish.sequence ?? 1000) + at) >>> 0;
    wishes.push({ ...wish, sequence, payload: bytes.subarray(at, at + size) });
    at += size;
  }
  return wishes;
}

/** What a reader says of these packets, in their order, and at their end. */
export function readAll(wishes: readonly PacketWish[], reader = new MessageReader()): ReadStream {
  const sink = new Collector();
  const services = wishes.map((wish) => reader.read(makePacket(wish), sink));
  reader.end(sink);
  return { services, events: sink.events, reasons: Object.fromEntries(sink.reasons) };
}

/** What the client says to a port, in one packet. */
export function ask(port: number, payload: Uint8Array | string, wish: PacketWish = {}): ReadStream {
  return readAll([{ toPort: port, ...wish, payload }]);
}

/** What the server says from a port, in one packet. */
export function answer(
  port: number,
  payload: Uint8Array | string,
  wish: PacketWish = {},
): ReadStream {
  return readAll([{ ...reply({ toPort: port, ...wish }), payload }]);
}
