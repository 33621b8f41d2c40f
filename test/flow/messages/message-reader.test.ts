import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MessageReader } from '../../../src/flow/messages/message-reader.ts';
import { Collector, makePacket, reply, type PacketWish } from '../make-packet.ts';
import { chromeHello, dnsQuery, u16 } from './message-bytes.ts';
import { readAll, segments } from './read-stream.ts';

const REQUEST = 'GET /a HTTP/1.1\r\nHost: h.example\r\nUser-Agent: curl/8\r\n\r\n';
const hello = chromeHello();
const queries = Uint8Array.from(
  ['one.example', 'two.example', 'three.example'].flatMap((name) => {
    const query = dnsQuery(name);
    return [...u16(query.length), ...query];
  }),
);

const streams: readonly (readonly [string, number, Uint8Array])[] = [
  ['a ClientHello', 443, hello],
  ['an HTTP head', 80, Buffer.from(REQUEST, 'latin1')],
  ['DNS over TCP', 53, queries],
];

describe('a message that spans segments', () => {
  test.each(streams)('%s, is the same however it is cut', (_, toPort, stream) => {
    const whole = readAll(segments(stream, [stream.length], { toPort }));
    expect(whole.events.length).toBeGreaterThan(0);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1 }), (sizes) => {
        // The first piece of HTTP must show that it is HTTP.
        const first = toPort === 80 ? 8 : toPort === 443 ? 5 : 1;
        const cut = segments(stream, [first + sizes[0]!, ...sizes], { toPort });
        const { events, reasons } = readAll(cut);
        expect([events, reasons]).toEqual([whole.events, {}]);
      }),
    );
  });

  test.each(streams)('%s, is put in order and read once', (_, toPort, stream) => {
    const whole = readAll(segments(stream, [stream.length], { toPort }));
    const [first, ...rest] = segments(stream, [20, 30, 30], { toPort });
    const wishes = [first!, first!, ...rest.slice(0, 4).reverse(), ...rest, first!, ...rest];
    expect(readAll(wishes).events).toEqual(whole.events);
  });

  test('goes on across the end of the sequence numbers', () => {
    const { events } = readAll(segments(hello, [50], { toPort: 443, sequence: 0xffffffc0 }));
    expect(events).toMatchObject([{ fingerprint: 't13d1516h2_8daaf6152771_e5627efa2ab1' }]);
  });

  test('has the time of the packet that completes it', () => {
    const wishes = segments(hello, [100], { toPort: 443 }).map((wish, i) => ({ ...wish, at: i }));
    const last = makePacket(wishes[wishes.length - 1]!).timeUs;
    expect(readAll(wishes).events).toMatchObject([{ timeUs: last }]);
  });

  test('two directions and two connections are kept apart', () => {
    const pieces = [40_000, 40_001].map((fromPort) =>
      segments(hello, [60], { toPort: 443, fromPort }),
    );
    const back = segments(hello, [60], reply({ toPort: 443 }));
    const mixed = pieces[0]!.flatMap((wish, i) => [wish, back[i]!, pieces[1]![i]!]);
    expect(readAll(mixed).events).toHaveLength(3);
  });

  test('the rest of a message says no other service', () => {
    const body = 'GET /a HTTP/1.1\r\nX: ';
    const { services } = readAll([
      ...segments(body, [body.length]),
      { sequence: 1000 + body.length, payload: 'SSH-2.0-x\r\n\r\n' },
    ]);
    expect(services).toEqual(['http', '']);
  });
});

describe('a message that never ends', () => {
  test.each([
    ['the end of the capture', []],
    ['ten seconds', [{ at: 11, fromPort: 1, toPort: 2, payload: 'x' }]],
    [
      'another connection between the same ports',
      [{ toPort: 443, sequence: 0x7fffffff, payload: 'x' }],
    ],
  ])('is reported as far as it came, and counted, at %s', (_, then: readonly PacketWish[]) => {
    const [first] = segments(hello, [140], { toPort: 443 });
    const { events, reasons } = readAll([first!, ...then]);
    expect(events).toMatchObject([{ serverName: 'clients.example', fingerprint: '', ja3: '' }]);
    expect(reasons).toEqual({ messageIncomplete: 1 });
  });

  test('is let go when the snap length takes part of it', () => {
    const reader = new MessageReader();
    const sink = new Collector();
    const [first, second] = segments(hello, [140], { toPort: 443 });
    reader.read(makePacket(first!), sink);
    const packet = makePacket(second!);
    packet.payloadCaptured = 20;
    reader.read(packet, sink);
    expect(reader.unfinished).toBe(0);
    expect(sink.events).toMatchObject([{ serverName: 'clients.example', fingerprint: '' }]);
    expect([...sink.reasons]).toEqual([['truncated:tls', 1]]);
  });

  test('of a packet that the snap length cut is not waited for', () => {
    const reader = new MessageReader();
    const sink = new Collector();
    const packet = makePacket({ payload: REQUEST.slice(0, 40) });
    packet.payloadLength = REQUEST.length;
    expect(reader.read(packet, sink)).toBe('http');
    expect(reader.unfinished).toBe(0);
    expect(sink.events).toMatchObject([{ uri: '/a', host: 'h.example' }]);
    expect([...sink.reasons]).toEqual([['truncated:http', 1]]);
  });

  test('makes room for others: at most 4,096, and at most 32 MiB', () => {
    const reader = new MessageReader();
    const sink = new Collector();
    for (let i = 0; i < 6000; i++) {
      reader.read(makePacket({ fromPort: 1024 + i, payload: 'GET / HTTP/1.1\r\nA: ' }), sink);
    }
    expect(reader.unfinished).toBe(4096);
    expect(sink.reasons.get('messageIncomplete')).toBe(6000 - 4096);
    const long = `GET / HTTP/1.1\r\nA: ${'x'.repeat(60_000)}`;
    for (let i = 0; i < 2000; i++)
      reader.read(makePacket({ fromPort: 10_000 + i, payload: long }), sink);
    expect(reader.unfinished).toBeLessThan(600);
    reader.end(sink);
    expect(reader.unfinished).toBe(0);
    expect(sink.events).toHaveLength(8000);
    expect(sink.reasons.get('messageIncomplete')).toBe(8000);
  });

  test('longer than 64 KiB is given up', () => {
    const long = `GET / HTTP/1.1\r\nA: ${'x'.repeat(100_000)}`;
    const { events, reasons } = readAll(segments(long, [1000]));
    expect(events).toMatchObject([{ uri: '/' }]);
    expect(reasons).toEqual({ messageIncomplete: 1 });
  });
});

describe('a reader handed from part to part of a capture', () => {
  test('says what it says of the whole; a reader for each part loses only what spans the cut', () => {
    const wishes = Array.from({ length: 12 }, (_, i) =>
      segments(hello, [200], { toPort: 443, fromPort: 5000 + i }),
    ).flat();
    const whole = readAll(wishes).events;
    for (let cut = 0; cut <= wishes.length; cut++) {
      const parts = [wishes.slice(0, cut), wishes.slice(cut)];
      const sinks = [new Collector(), new Collector()];
      const reader = new MessageReader();
      parts.forEach((part, i) => part.forEach((wish) => reader.read(makePacket(wish), sinks[i]!)));
      reader.end(sinks[1]!);
      expect(sinks.flatMap((sink) => sink.events)).toEqual(whole);

      const apart = parts.flatMap((part) => readAll(part).events);
      const lost = whole.filter(
        (event) => !apart.some((e) => JSON.stringify(e) === JSON.stringify(event)),
      );
      expect(lost.length).toBeLessThanOrEqual(1);
    }
  });
});

describe('a segment that is sent again', () => {
  const request: PacketWish = { sequence: 77, payload: REQUEST };

  test('is read once, whatever lies between', () => {
    const other = { sequence: 500, payload: REQUEST };
    expect(readAll([request, other, request, other, request]).events).toHaveLength(2);
  });

  test('is another message if it says something else, or comes a minute later', () => {
    expect(
      readAll([request, { ...request, payload: REQUEST.replace('/a', '/b') }]).events,
    ).toHaveLength(2);
    expect(readAll([request, { ...request, at: 61 }]).events).toHaveLength(2);
  });
});

describe('any bytes', () => {
  const port = fc.oneof(
    fc.constantFrom(21, 22, 23, 25, 53, 67, 80, 88, 110, 123, 137, 143, 161, 389, 443, 445, 1433, 3306, 3389, 5353, 5355, 5432, 6379), // prettier-ignore
    fc.nat(65535),
  );
  const beginnings = [
    hello, queries, Buffer.from(REQUEST), Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n'), Buffer.from('SSH-2.0-x\r\n'),
    Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), Uint8Array.of(0x16, 3, 3, 0, 60, 2, 0, 0, 56, 3, 3), Uint8Array.of(0xc3, 0, 0, 0, 1, 8),
    Uint8Array.of(0, 0, 5, 0, 6, 20), Uint8Array.of(0x80, 46, 1, 3, 1, 0, 21, 0, 0, 0, 16), Uint8Array.of(0x16, 0xfe, 0xff, 0, 0),
  ]; // prettier-ignore
  const bytes = fc
    .tuple(fc.option(fc.constantFrom(...beginnings)), fc.uint8Array({ maxLength: 1500 }))
    .map(([head, rest]) => (head === null ? rest : Uint8Array.from([...head, ...rest])));
  const packets = fc.array(
    fc.record({
      bytes,
      port,
      back: fc.boolean(),
      protocol: fc.constantFrom(6, 17),
      sequence: fc.nat(3000),
      missing: fc.nat(3),
    }),
    { maxLength: 12 },
  );

  test('on any port, either way, in any order: never throw, end, and leave nothing behind', () => {
    fc.assert(
      fc.property(packets, (list) => {
        const reader = new MessageReader();
        const sink = new Collector();
        for (const { bytes: payload, port: toPort, back, protocol, sequence, missing } of list) {
          const wish = { protocol, toPort };
          const packet = makePacket({ ...(back ? reply(wish) : wish), sequence, payload });
          packet.payloadLength += missing;
          reader.read(packet, sink);
        }
        reader.end(sink);
        expect(reader.unfinished).toBe(0);
        expect(sink.events.length).toBeLessThanOrEqual(list.length * 200);
      }),
      { numRuns: 1500 },
    );
  });

  test('every prefix and every flipped bit of a message ends, with one event at most of its kind', () => {
    for (const [, toPort, stream] of streams) {
      for (let at = 0; at < stream.length; at++) {
        const flipped = Uint8Array.from(stream);
        flipped[at]! ^= 1 << (at & 7);
        for (const payload of [stream.subarray(0, at), flipped]) {
          expect(readAll([{ toPort, payload }]).events.length).toBeLessThanOrEqual(3);
        }
      }
    }
  });
});
