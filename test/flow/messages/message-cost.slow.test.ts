import { describe, expect, test } from 'vitest';
import { MessageReader } from '../../../src/flow/messages/message-reader.ts';
import { makePacket, reply, type PacketWish } from '../make-packet.ts';
import { answer as record, dnsResponse, hello, u16 } from './message-bytes.ts';
import { segments } from './read-stream.ts';

/** What an attacker may send who wants a reader to be slow: packets for about so many bytes. */
const worst: Readonly<Record<string, (bytes: number) => PacketWish[]>> = {
  'an HTTP head of empty names, byte by byte': (bytes) =>
    segments(`GET / HTTP/1.1\r\n${':\r\n'.repeat(bytes / 3)}`, [16, 1]),
  'newlines and carriage returns that nearly end an HTTP head': (bytes) =>
    segments(`GET / HTTP/1.1${'\r\n\r'.repeat(bytes / 3)}`, [20, 7]),
  'requests without end in one segment': (bytes) =>
    segments('GET / HTTP/1.1\n\n'.repeat(bytes / 16), [bytes]),
  'blanks before the version of a request': (bytes) =>
    segments(`GET /${' HTTP/1'.repeat(bytes / 7)}\r\n\r\n`, [bytes]),
  'a ClientHello in records of one byte, byte by byte': (bytes) =>
    segments(records(bytes / 6, 1), [8, 1], { toPort: 443 }),
  'a ClientHello of extensions without content': (bytes) =>
    segments(hello(1, bareHello(new Array<number>(bytes - 64).fill(0))), [bytes], { toPort: 443 }),
  'a ClientHello whose segments come backwards': (bytes) => {
    const [first, ...rest] = segments(hello(1, new Array<number>(bytes).fill(3)), [40, 30], {
      toPort: 443,
    });
    return [first!, ...rest.reverse()];
  },
  'a certificate of empty sequences': (bytes) => {
    const inner = new Array<number>(Math.floor(bytes / 2)).fill(0).flatMap(() => [0x30, 0]);
    const leaf = [0x30, 0x82, ...u16(inner.length + 4), 0x30, 0x82, ...u16(inner.length), ...inner];
    const list = [0, ...u16(leaf.length + 3), 0, ...u16(leaf.length), ...leaf];
    const message = [11, 0, ...u16(list.length), ...list];
    return segments(Uint8Array.from([0x16, 3, 3, ...u16(message.length), ...message]), [bytes * 2], reply({ toPort: 443 })); // prettier-ignore
  },
  'DNS answers whose names are chains of pointers': (bytes) => {
    const answers = Array.from({ length: Math.floor(bytes / 16) }, (_, i) => {
      const at = Math.min(0x3fff, 29 + 16 * Math.max(0, i - 1));
      return [0xc0 | (at >>> 8), at & 255, ...record(1, 1, [1, 2, 3, 4]).slice(2)];
    });
    return [{ ...reply({ protocol: 17, toPort: 53 }), payload: dnsResponse('a', 1, 0, answers) }];
  },
  'DNS messages over TCP, a length by itself each': (bytes) =>
    segments(Uint8Array.from({ length: bytes }, (_, i) => (i % 14 === 1 ? 12 : 0)), [2, 12, 2, 12], { toPort: 53 }), // prettier-ignore
  'a QUIC datagram that nobody can decrypt': (bytes) =>
    Array.from({ length: bytes / 1200 }, (_, i) => ({
      protocol: 17, toPort: 443, payload: Uint8Array.from([0xc3, 0, 0, 0, 1, 8, ...u16(i), 0, 0, 0, 0, 0, 0, 0, 0, 0x44, 0x9e, ...new Array<number>(1182).fill(i)]),
    })), // prettier-ignore
  'an SSH banner byte by byte, again and again': (bytes) =>
    segments(`SSH-2.0-${'x'.repeat(bytes)}`, [8, 1], { toPort: 22 }),
};

function bareHello(extensions: readonly number[]): number[] {
  return [3, 3, ...new Array<number>(32).fill(0), 0, 0, 2, 0, 1, 1, 0, ...u16(extensions.length), ...extensions]; // prettier-ignore
}

function records(count: number, bytes: number): Uint8Array {
  const one = [0x16, 3, 1, 0, bytes];
  const handshake = [1, 0, ...u16(count - 4), 3, 3]; // complete with its last record
  return Uint8Array.from(
    Array.from({ length: count }, (_, i) => [...one, handshake[i] ?? 0]).flat(),
  );
}

function seconds(wishes: readonly PacketWish[], runs: number): number {
  const packets = wishes.map((wish) => makePacket(wish));
  const sink = { event: () => undefined, skipped: () => undefined };
  let best = Infinity;
  for (let attempt = 0; attempt < 5; attempt++) {
    const started = process.cpuUsage();
    for (let run = 0; run < runs; run++) {
      const reader = new MessageReader();
      for (const packet of packets) reader.read(packet, sink);
      reader.end(sink);
    }
    const { user, system } = process.cpuUsage(started);
    best = Math.min(best, (user + system) / runs / 1e6);
  }
  return best;
}

describe('the cost of hostile messages', () => {
  test.each(Object.keys(worst))('grows about linearly with their bytes: %s', (name) => {
    const [small, large] = [6_000, 48_000];
    const of = worst[name]!;
    seconds(of(small), 60); // warm up
    const few = seconds(of(small), 120);
    const many = seconds(of(large), 15);
    // A quadratic reader has 2; n log n and a busy machine's caches give 1.1 to 1.2.
    const exponent = Math.log(many / few) / Math.log(large / small);
    expect(exponent, `${few} s, then ${many} s`).toBeLessThanOrEqual(1.3);
  });
});
