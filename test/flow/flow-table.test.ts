import { describe, expect, test } from 'vitest';
import type { Flow } from '../../src/flow/flow.ts';
import type { FlowTableOptions } from '../../src/flow/flow-options.ts';
import { FlowTable } from '../../src/flow/flow-table.ts';
import { Collector, makePacket, reply, type PacketWish } from './make-packet.ts';

function flowsOf(wishes: readonly PacketWish[], options?: FlowTableOptions): Flow[] {
  const sink = new Collector();
  const table = new FlowTable(sink, options);
  for (const wish of wishes) table.observe(makePacket(wish));
  table.flush();
  return sink.flows.sort((a, b) => a.startUs - b.startUs);
}

/** `>S <SA >A >D` …: `>` from 10.0.0.1:40000, `<` from 10.0.0.2:80 (or the ports given), 10 ms apart. */
function tcp(script: string, ports: Pick<PacketWish, 'fromPort' | 'toPort'> = {}): PacketWish[] {
  return script.split(' ').map((word, i) => {
    const data = word.includes('D');
    const wish = {
      ...ports,
      at: i / 100,
      flags: data ? word.slice(1).replace('D', 'PA') : word.slice(1),
      payload: data ? 'data' : '',
    };
    return word.startsWith('>') ? wish : reply(wish);
  });
}

describe('conn_state and history', () => {
  test.each([
    ['>S', 'S0', 'S'],
    ['>S >S >S', 'S0', 'S'],
    ['>S <SA', 'S1', 'Sh'],
    ['>S <SA >A', 'S1', 'ShA'],
    ['>S <SA >A >D <D', 'S1', 'ShADd'],
    ['>S <SA >A >D <A <D >FA <FA >A', 'SF', 'ShADadFf'],
    ['>S <SA >A <D <FA >A >FA <A', 'SF', 'ShAdfFa'],
    ['>S <RA', 'REJ', 'Sr'],
    ['>S <SA >A >FA', 'S2', 'ShAF'],
    ['>S <SA >A <FA', 'S3', 'ShAf'],
    ['>S <SA >R', 'RSTO', 'ShR'],
    ['>S <SA >A >D <D >RA', 'RSTO', 'ShADdR'],
    ['>S <SA >A >D <R', 'RSTR', 'ShADr'],
    ['>S >R', 'RSTOS0', 'SR'],
    ['<SA <R', 'RSTRH', '^hr'],
    ['>S >FA', 'SH', 'SF'],
    ['<SA <FA', 'SHR', '^hf'],
    ['<SA', 'OTH', '^h'],
    ['<SA >R', 'RSTO', '^hR'],
    ['>A', 'OTH', 'A'],
    ['>D <D', 'OTH', 'Dd'],
    ['>A <R', 'RSTRH', 'Ar'],
    ['>FA', 'SH', 'F'],
    ['>', 'OTH', ''],
    ['>SF', 'S0', 'Q'],
    ['>S <FRA', 'REJ', 'Si'],
    ['>S <SA >A <FA >FD', 'SF', 'ShAfF'], // as for Zeek, a FIN with data is a FIN
  ])('%s is %s %s', (script, connState, history) => {
    const flows = flowsOf(tcp(script));
    expect(flows).toHaveLength(1);
    expect(flows[0]).toMatchObject({
      connState,
      history,
      originator: '10.0.0.1',
      originatorPort: 40000,
      responder: '10.0.0.2',
      responderPort: 80,
    });
  });

  test('UDP is SF when both spoke, S0 or SHR when one did', () => {
    const query = { protocol: 17, toPort: 53, payload: 'q' };
    expect(flowsOf([query, reply({ ...query, at: 1 })])[0]).toMatchObject({
      connState: 'SF',
      history: 'Dd',
      originatorBytes: 1,
      responderBytes: 1,
    });
    expect(flowsOf([query])[0]).toMatchObject({ connState: 'S0', history: 'D' });
    expect(flowsOf([reply(query)])[0]).toMatchObject({
      connState: 'SHR',
      history: '^d',
      originator: '10.0.0.1',
    });
  });

  test('an address is proven by an answer to the SYN-ACK, or by data both ways', () => {
    expect(flowsOf(tcp('>S <SA'))[0]!.established).toBe(false);
    expect(flowsOf(tcp('>S <SA >R'))[0]!.established).toBe(false);
    expect(flowsOf(tcp('>S <SA >A'))[0]!.established).toBe(true);
    expect(flowsOf(tcp('>D <D'))[0]!.established).toBe(true);
    expect(flowsOf(tcp('>D <A'))[0]!.established).toBe(false);
  });
});

describe('TCP payload bytes', () => {
  const bytes = (segments: readonly (readonly [number, number])[]): number => {
    const wishes = segments.map(([sequence, length], i) => ({
      at: i / 100,
      flags: 'A',
      sequence: (sequence + 2 ** 32) % 2 ** 32,
      payload: new Uint8Array(length),
    }));
    return flowsOf(wishes)[0]!.originatorBytes;
  };

  test.each([
    [
      'in order',
      300,
      [
        [1, 100],
        [101, 100],
        [201, 100],
      ],
    ],
    [
      'one that came again',
      200,
      [
        [1, 100],
        [101, 100],
        [101, 100],
      ],
    ],
    [
      'out of order',
      300,
      [
        [1, 100],
        [201, 100],
        [101, 100],
      ],
    ],
    [
      'one that overlaps',
      150,
      [
        [1, 100],
        [51, 100],
      ],
    ],
    [
      "a keep-alive's byte",
      100,
      [
        [1, 100],
        [100, 1],
        [100, 1],
      ],
    ],
    [
      'with a gap',
      200,
      [
        [1, 100],
        [1_001, 100],
      ],
    ],
    [
      'over the end of the numbers',
      300,
      [
        [-150, 100],
        [-50, 100],
        [50, 100],
        [-50, 100],
      ],
    ],
    [
      'the first of all came late',
      200,
      [
        [101, 100],
        [1, 100],
        [101, 100],
      ],
    ],
  ] as const)('of segments %s are %i', (_, expected, segments) => {
    expect(bytes(segments)).toBe(expected);
  });

  test('beyond four gigabytes are all counted', () => {
    const step = 2 ** 30;
    const sink = new Collector();
    const table = new FlowTable(sink);
    for (let i = 0; i < 6; i++) {
      const packet = makePacket({ at: i, flags: 'A', sequence: (i * step) % 2 ** 32 });
      packet.payloadLength = step;
      table.observe(packet);
      if (i === 3) table.observe(packet);
    }
    table.flush();
    expect(sink.flows[0]!.originatorBytes).toBe(6 * step);
  });

  test('of a SYN stand behind its number; a RST has none', () => {
    const syn = { flags: 'S', sequence: 1, payload: 'hello' };
    const data = { at: 1, flags: 'A', sequence: 7, payload: 'you' };
    const reset = { at: 2, flags: 'RA', sequence: 10, payload: 'go away' };
    expect(flowsOf([syn, data, reset])[0]!.originatorBytes).toBe(8);
  });

  test('are counted as they come where the header was cut before the number', () => {
    const cut = { sequence: 0, payload: new Uint8Array(100) };
    expect(flowsOf([cut, { ...cut, at: 1 }])[0]!.originatorBytes).toBe(200);
  });
});

describe('a zero window', () => {
  test('is a letter until it means nothing', () => {
    const open = { flags: 'A' };
    expect(flowsOf([{ ...open, window: 0 }])[0]!.history).toBe('AW');
    expect(flowsOf([{ flags: 'RA', window: 0 }])[0]!.history).toBe('R');
    expect(flowsOf([reply({ flags: 'FA' }), { ...open, at: 1, window: 0 }])[0]!.history).toBe(
      '^fA',
    );
  });
});

describe('an ICMP error', () => {
  const query = { protocol: 17, fromPort: 40000, toPort: 53, payload: 'x' };
  const error = (type: number, code: number, quoted: PacketWish, at = 1): PacketWish => ({
    at,
    from: '10.9.9.9',
    to: '10.0.0.1',
    protocol: 1,
    fromPort: type,
    toPort: code,
    quoted,
  });
  const udp = (flows: readonly Flow[]): Flow => flows.find(({ protocol }) => protocol === 17)!;

  test('is said of the flow that caused it, which stays as it was', () => {
    const alone = udp(flowsOf([query]));
    const flows = flowsOf([query, error(3, 3, query)]);
    expect(flows).toHaveLength(2);
    expect(udp(flows)).toEqual({ ...alone, icmpError: 'unreachable' });
    expect(udp(flows).connState).toBe('S0');
    expect('icmpError' in alone).toBe(false);
  });

  test('tells the worst of what was said', () => {
    expect(udp(flowsOf([query, error(3, 4, query)])).icmpError).toBe('other');
    expect(udp(flowsOf([query, error(11, 0, query)])).icmpError).toBe('timeExceeded');
    const both = [query, error(3, 1, query), error(11, 0, query)];
    expect(udp(flowsOf(both)).icmpError).toBe('unreachable');
  });

  test("about the responder's packets is not said of the originator's", () => {
    const answered = [query, reply({ ...query, at: 0.5 })];
    const flows = flowsOf([...answered, error(3, 3, reply(query))]);
    expect('icmpError' in udp(flows)).toBe(false);
  });

  test('opens no flow and keeps none open', () => {
    expect(flowsOf([error(3, 3, query)]).map(({ protocol }) => protocol)).toEqual([1]);
    expect(flowsOf([query, error(3, 3, query, 50), { ...query, at: 61 }])).toHaveLength(3);
  });
});

describe('a tunnel', () => {
  test("of the first packet is the flow's, its ends on the flow's sides", () => {
    const inside = { flags: 'S', tunnel: ['192.0.2.1', '192.0.2.2'] as const };
    const back = reply({ at: 1, flags: 'SA', tunnel: ['192.0.2.2', '192.0.2.1'] });
    const tunnel = { kind: 'gre', originator: '192.0.2.1', responder: '192.0.2.2' };
    expect(flowsOf([inside, back])[0]!.tunnel).toEqual(tunnel);
    expect(flowsOf([{ flags: 'S' }, { ...back }]).map((flow) => 'tunnel' in flow)).toEqual([false]);
    const answerFirst = flowsOf([
      { ...back, at: 0 },
      { ...inside, at: 1 },
    ]);
    expect(answerFirst[0]!.tunnel).toEqual(tunnel);
  });
});

describe('who began', () => {
  test('the sender of the SYN, even to a port above its own well-known one', () => {
    const flows = flowsOf(tcp('>S <SA >A', { fromPort: 22, toPort: 50000 }));
    expect(flows[0]).toMatchObject({ originatorPort: 22, responderPort: 50000 });
  });

  test('without handshake the known port answers, else the first sender began', () => {
    const known = flowsOf(tcp('<D >A', { fromPort: 50000, toPort: 22 }))[0]!;
    expect(known).toMatchObject({ responderPort: 22, history: '^dA' });
    const unknown = flowsOf(tcp('<D >A', { fromPort: 50000, toPort: 50001 }))[0]!;
    expect(unknown).toMatchObject({ originatorPort: 50001, history: 'Da' });
    const both = flowsOf([{ protocol: 17, fromPort: 53, toPort: 123 }])[0]!;
    expect(both).toMatchObject({ originatorPort: 53 });
  });

  test('a DHCP server answers, though the client has a fixed port too', () => {
    const offer = { protocol: 17, fromPort: 67, toPort: 68, payload: 'x' };
    expect(flowsOf([offer])[0]).toMatchObject({ originatorPort: 68, connState: 'SHR' });
  });
});

describe('ICMP', () => {
  const icmp = (type: number, code: number, more: PacketWish = {}): PacketWish => ({
    protocol: 1,
    fromPort: type,
    toPort: code,
    payload: 'ping',
    ...more,
  });
  const back = { from: '10.0.0.2', to: '10.0.0.1' };

  test('a reply belongs to its request, whichever address is lower', () => {
    for (const [request, answer] of [
      [{}, back],
      [back, {}],
    ] as const) {
      const flows = flowsOf([icmp(8, 0, request), icmp(0, 0, { ...answer, at: 0.1 })]);
      expect(flows).toHaveLength(1);
      expect(flows[0]).toMatchObject({
        originator: 'from' in request ? '10.0.0.2' : '10.0.0.1',
        originatorPort: 8,
        responderPort: 0,
        originatorPackets: 1,
        responderPackets: 1,
        connState: 'OTH',
        history: '',
      });
    }
  });

  test('an echo reply alone is an answer: its receiver is the originator', () => {
    expect(flowsOf([icmp(0, 0)])[0]).toMatchObject({ originator: '10.0.0.2', originatorPort: 8 });
  });

  test('an unasked advertisement begins a flow', () => {
    const flow = flowsOf([icmp(134, 0, { protocol: 58, from: 'fe80::1', to: 'ff02::1' })])[0];
    expect(flow).toMatchObject({ originator: 'fe80::1', originatorPort: 134 });
  });

  test('unreachables of both sides are two one-way flows', () => {
    const flows = flowsOf([icmp(3, 3), icmp(3, 3, { ...back, at: 0.1 })]);
    expect(flows.map((f) => [f.originator, f.originatorPort, f.responderPort])).toEqual([
      ['10.0.0.1', 3, 3],
      ['10.0.0.2', 3, 3],
    ]);
  });
});

describe('where a flow ends', () => {
  const udp = { protocol: 17, toPort: 5000, payload: 'x' };

  test('after the idle time-out, not a microsecond before', () => {
    expect(flowsOf([udp, { ...udp, at: 59.999999 }])).toHaveLength(1);
    expect(flowsOf([udp, { ...udp, at: 60 }])).toHaveLength(2);
    expect(flowsOf([{ flags: 'A' }, { flags: 'A', at: 299.9 }])).toHaveLength(1);
    expect(flowsOf([{ flags: 'A' }, { flags: 'A', at: 300 }])).toHaveLength(2);
  });

  test('at a SYN after FIN or RST, not at a repeated SYN', () => {
    expect(flowsOf(tcp('>S <RA >S <RA >S <RA')).map((f) => f.connState)).toEqual([
      'REJ',
      'REJ',
      'REJ',
    ]);
    expect(flowsOf(tcp('>S <SA >A >FA <FA >A >S <SA')).map((f) => f.connState)).toEqual([
      'SF',
      'S1',
    ]);
    expect(flowsOf(tcp('>S >S <SA'))).toHaveLength(1);
  });

  test('at multiples of 30 minutes since the epoch, and the rest keeps its direction', () => {
    const shell = { fromPort: 50000, toPort: 50001, payload: 'x' };
    const flows = flowsOf([
      { ...shell, at: 1790, flags: 'S', payload: '' },
      reply({ ...shell, at: 1791, flags: 'SA', payload: '' }),
      reply({ ...shell, at: 1800, flags: 'A' }),
      { ...shell, at: 1801, flags: 'A' },
    ]);
    expect(flows.map((f) => [f.originatorPort, f.history])).toEqual([
      [50000, 'Sh'],
      [50000, 'dD'],
    ]);
  });

  test('a late packet belongs to its flow, and no duration is negative', () => {
    const flows = flowsOf([
      { ...udp, at: 10 },
      { ...udp, at: 9 },
      { ...udp, at: 11 },
    ]);
    expect(flows).toHaveLength(1);
    expect(flows[0]!.endUs - flows[0]!.startUs).toBe(2e6);
  });

  test('years back and forth neither join flows nor keep them for ever', () => {
    const sink = new Collector();
    const table = new FlowTable(sink);
    let at = 0;
    for (let i = 0; i < 20_000; i++) {
      if (i % 5000 === 0) at = i % 10_000 === 0 ? 1e8 : 0;
      at += 1;
      table.observe(makePacket({ ...udp, at, fromPort: 1024 + (i % 60_000) }));
    }
    expect(table.openFlows).toBeLessThan(2000);
    table.flush();
    expect(sink.flows).toHaveLength(20_000);
  });
});

describe('a full table', () => {
  test('lets the longest idle go and says so', () => {
    const sink = new Collector();
    const table = new FlowTable(sink, { maxFlows: 100 });
    for (let i = 0; i < 1000; i++) {
      table.observe(makePacket({ at: i / 1e5, fromPort: 1 + i, flags: 'S' }));
      table.observe(makePacket({ at: i / 1e5, fromPort: 1, flags: 'A' }));
    }
    expect(table.openFlows).toBe(100);
    table.flush();
    expect(sink.flows).toHaveLength(1000);
    expect(sink.reasons.get('flowTableFull')).toBe(900);
    expect(sink.flows.find((f) => f.originatorPort === 1)!.originatorPackets).toBe(1001);
  });

  test('looks for what is over before it lets anything go', () => {
    const sink = new Collector();
    const table = new FlowTable(sink, { maxFlows: 100 });
    for (let i = 0; i < 100; i++) table.observe(makePacket({ at: 0, fromPort: 1 + i, flags: 'S' }));
    for (let i = 0; i < 100; i++) {
      table.observe(makePacket({ at: 361 + i, fromPort: 1000 + i, flags: 'S' }));
    }
    table.flush();
    expect(sink.flows).toHaveLength(200);
    expect(sink.reasons.get('flowTableFull') ?? 0).toBeLessThanOrEqual(2);
  });

  test('gives the same flows whatever its hash is seeded with', () => {
    const wishes = Array.from({ length: 500 }, (_, i) => ({
      at: i / 9,
      fromPort: i % 97,
      flags: 'A',
    }));
    const plain = flowsOf(wishes).map((flow) => JSON.stringify(flow));
    const seeded = flowsOf(wishes, { hashSeed: 123_456 }).map((flow) => JSON.stringify(flow));
    expect(seeded.sort()).toEqual(plain.sort());
  });

  test('refuses nonsense at once', () => {
    const sink = new Collector();
    expect(() => new FlowTable(sink, { maxFlows: 0 })).toThrow('maxFlows: expected an integer > 0');
    expect(() => new FlowTable(sink).finishPart()).toThrow(TypeError);
    expect(() => new FlowTable(sink, { part: true }).flush()).toThrow(TypeError);
  });
});
