import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Packet } from '../../src/capture/packet.ts';
import type { FlowTableOptions } from '../../src/flow/flow-options.ts';
import { stitchParts, type FlowPart } from '../../src/flow/flow-part.ts';
import { FlowTable } from '../../src/flow/flow-table.ts';
import { Collector, flowLines, makePacket, type PacketWish } from './make-packet.ts';

const options: FlowTableOptions = { tcpIdleTimeoutUs: 300e6, idleTimeoutUs: 60e6 };

function whole(packets: readonly Packet[]): string[] {
  const sink = new Collector();
  const table = new FlowTable(sink, options);
  for (const packet of packets) table.observe(packet, serviceOf(packet));
  table.flush();
  return flowLines(sink.flows);
}

function inParts(packets: readonly Packet[], cuts: readonly number[]): string[] {
  const sink = new Collector();
  const parts: FlowPart[] = [];
  const edges = [0, ...[...cuts].sort((a, b) => a - b), packets.length];
  for (let i = 1; i < edges.length; i++) {
    const table = new FlowTable(sink, { ...options, part: true });
    for (const packet of packets.slice(edges[i - 1], edges[i])) {
      table.observe(packet, serviceOf(packet));
    }
    parts.push(JSON.parse(JSON.stringify(table.finishPart())) as FlowPart);
  }
  stitchParts(parts, sink, options);
  return flowLines(sink.flows);
}

/** Stands for what the payload would say: some packets show a service, different ones within a flow too. */
function serviceOf(packet: Packet): string {
  return packet.payloadLength === 3 ? 'http' : packet.payloadLength === 4 ? 'ssl' : '';
}

/** Steps around everything that can decide: the time-outs, the grace, the boundary, back and forth. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(0, 0.000001, 0.5, 1, 5, 20) },
  { weight: 4, arbitrary: fc.constantFrom(29, 31, 59, 59.999999, 60, 61, 121) },
  { weight: 2, arbitrary: fc.constantFrom(239, 299, 299.999999, 300, 301, 359, 360, 361, 601) },
  { weight: 3, arbitrary: fc.constantFrom(-0.5, -1, -5, -29, -31, -59, -60, -61, -299, -300) },
  { weight: 1, arbitrary: fc.constantFrom(1000, 1799, 1800, 3600, -1800, -3600, 1e8, -1e8) },
);

const flags = fc.constantFrom('S', 'SA', 'A', 'A', 'PA', 'FA', 'R', 'RA', '', 'SF', 'FR');

/** In order, overlapping, far away, around the wrap, and where nearness turns over. */
const sequence = fc.oneof(
  fc.constantFrom(1, 1, 4, 5, 8, 2 ** 32 - 3, 2 ** 31, 2 ** 31 + 5, 3 * 2 ** 30, 1_000_000),
  fc.nat(2 ** 32 - 1),
);

const tunnel = ['192.0.2.1', '192.0.2.2'] as const;
const other = ['192.0.2.1', '192.0.2.3'] as const;

const steps = fc.array(
  fc.record({
    step,
    flags,
    back: fc.boolean(),
    kind: fc.constantFrom(
      'tcp',
      'tcp',
      'tcp',
      'tcp2',
      'udp',
      'icmp',
      'oneway',
      'self',
      'error',
      'error',
    ),
    size: fc.constantFrom(0, 0, 1, 3, 4),
    sequence,
    window: fc.constantFrom(0, 64240, 64240),
    tunnel: fc.constantFrom(undefined, undefined, undefined, tunnel, other),
    quotes: fc.constantFrom('tcp', 'tcp', 'tcp2', 'udp', 'icmp', 'oneway', 'self'),
    quotesBack: fc.boolean(),
    code: fc.constantFrom(1, 4, 11),
  }),
  { minLength: 1, maxLength: 40 },
);

interface Step {
  readonly step: number;
  readonly flags: string;
  readonly back: boolean;
  readonly kind: string;
  readonly size: number;
  readonly sequence: number;
  readonly window: number;
  readonly tunnel: readonly [string, string] | undefined;
  readonly quotes: string;
  readonly quotesBack: boolean;
  readonly code: number;
}

function ends(kind: string, back: boolean, code: number): PacketWish {
  const [a, b] = kind === 'self' ? ['10.0.0.9', '10.0.0.9'] : ['10.0.0.1', '10.0.0.2'];
  const ports: Record<string, [number, number, number]> = {
    tcp: [6, 40000, 4321],
    tcp2: [6, 40001, 22],
    udp: [17, 40000, 4321],
    icmp: [1, back ? 0 : 8, 0],
    oneway: [1, 3, 3],
    self: [6, 40000, 4321],
    error: [1, code === 11 ? 11 : 3, code === 11 ? 0 : code],
  };
  const [protocol, low, high] = ports[kind]!;
  const swap = back && protocol !== 1;
  return {
    from: back ? b : a,
    to: back ? a : b,
    protocol,
    fromPort: swap ? high : low,
    toPort: swap ? low : high,
  };
}

function packetsOf(list: readonly Step[]): Packet[] {
  let at = 1700; // near a 30-minute boundary
  return list.map((item) => {
    at = Math.round((at + item.step) * 1e6) / 1e6;
    const wish = ends(item.kind, item.back, item.code);
    return makePacket({
      ...wish,
      at,
      flags: wish.protocol === 6 ? item.flags : '',
      payload: new Uint8Array(item.size),
      sequence: item.sequence,
      window: item.window,
      ...(item.tunnel === undefined ? {} : { tunnel: item.tunnel }),
      ...(item.kind === 'error' ? { quoted: ends(item.quotes, item.quotesBack, 3) } : {}),
    });
  });
}

describe('parts of a capture, stitched', () => {
  test('give the flows of the whole, wherever it is cut', () => {
    fc.assert(
      fc.property(steps, fc.array(fc.nat(), { maxLength: 5 }), (list, places) => {
        const packets = packetsOf(list);
        const cuts = places.map((place) => place % (packets.length + 1));
        expect(inParts(packets, cuts)).toEqual(whole(packets));
      }),
      { numRuns: Number(process.env['FLOW_RUNS'] ?? 1500) },
    );
  });

  test('give the flows of the whole when every packet is a part', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const packets = packetsOf(list);
        const cuts = packets.map((_, index) => index);
        expect(inParts(packets, cuts)).toEqual(whole(packets));
      }),
      { numRuns: 300 },
    );
  });

  test('no packet is lost or counted twice', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const flows = whole(packetsOf(list)).map((line) => JSON.parse(line) as Counted);
        const packets = flows.reduce((n, f) => n + f.originatorPackets + f.responderPackets, 0);
        expect(packets).toBe(list.length);
        for (const flow of flows) expect(flow.endUs).toBeGreaterThanOrEqual(flow.startUs);
      }),
    );
  });
});

interface Counted {
  readonly originatorPackets: number;
  readonly responderPackets: number;
  readonly startUs: number;
  readonly endUs: number;
}
