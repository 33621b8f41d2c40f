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

  test('refuses nonsense at once', () => {
    const sink = new Collector();
    expect(() => new FlowTable(sink, { maxFlows: 0 })).toThrow('maxFlows: expected an integer > 0');
    expect(() => new FlowTable(sink).finishPart()).toThrow(TypeError);
    expect(() => new FlowTable(sink, { part: true }).flush()).toThrow(TypeError);
  });
});
