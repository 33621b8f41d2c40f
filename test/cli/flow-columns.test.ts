import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chosenColumns } from '../../src/cli/chosen-columns.ts';
import { FLOW_COLUMNS } from '../../src/cli/flow-columns.ts';
import { CONN_STATES, type Flow } from '../../src/flow/flow.ts';
import { tookHandshake } from '../../src/flow/logs/zeek-conn.ts';
import { readTraffic } from '../../src/flow/read-traffic.ts';
import { rowFormatter } from '../../src/report/rows.ts';

const FLOW: Flow = {
  startUs: 1_700_000_000_123_999,
  endUs: 1_700_000_001_000_000,
  originator: '10.0.0.1',
  responder: '192.0.2.1',
  originatorPort: 40_000,
  responderPort: 443,
  protocol: 6,
  service: 'ssl',
  originatorPackets: 8,
  responderPackets: 9,
  originatorIpBytes: 900,
  responderIpBytes: 4500,
  originatorBytes: 500,
  responderBytes: 4000,
  connState: 'SF',
  history: 'ShADadFf',
  established: true,
};
const TUNNELLED: Flow = {
  ...FLOW,
  tunnel: { kind: 'gre', originator: '198.51.100.1', responder: '198.51.100.2' },
  icmpError: 'unreachable',
};

const cells = (set: keyof typeof FLOW_COLUMNS, flow: Flow) =>
  Object.fromEntries(FLOW_COLUMNS[set].map(({ name, read }) => [name, read(flow)]));

describe('columns of flows', () => {
  test('ours are the fields of a flow, its tunnel and Community ID beside them', () => {
    const { tunnel, ...plain } = TUNNELLED;
    expect(cells('rapsheet', TUNNELLED)).toEqual({
      ...plain,
      communityId: '1:rQCafGKc8LGvM0iFow7oLGxZxy0=',
      tunnel: tunnel!.kind,
      outerOriginator: tunnel!.originator,
      outerResponder: tunnel!.responder,
    });
  });

  test('what an input cannot show is missing in every set, and never 0', () => {
    const bare: Flow = {
      ...FLOW, service: '', connState: '', history: '', originatorPackets: NaN, responderPackets: NaN,
      originatorIpBytes: NaN, responderIpBytes: 5, originatorBytes: NaN, responderBytes: NaN,
    }; // prettier-ignore
    const missing = (set: keyof typeof FLOW_COLUMNS) =>
      Object.entries(cells(set, bare)).flatMap(([name, cell]) => (cell === null ? [name] : []));
    expect(missing('rapsheet')).toEqual([
      'service', 'originatorPackets', 'responderPackets', 'originatorIpBytes', 'originatorBytes', 'responderBytes',
      'connState', 'history', 'tunnel', 'outerOriginator', 'outerResponder', 'icmpError',
    ]); // prettier-ignore
    expect(missing('zeek')).toEqual([
      'service', 'orig_bytes', 'resp_bytes', 'conn_state', 'history', 'orig_pkts', 'orig_ip_bytes', 'resp_pkts',
    ]); // prettier-ignore
    expect(missing('nfstream')).toEqual([
      'bidirectional_packets', 'bidirectional_bytes', 'src2dst_packets', 'src2dst_bytes', 'dst2src_packets',
    ]); // prettier-ignore
  });

  test('names instead of addresses, as in a web server’s log, have no Community ID', () => {
    expect(cells('rapsheet', { ...FLOW, responder: 'web-server' })['communityId']).toBeNull();
    expect(cells('zeek', { ...FLOW, originator: '1.2.3.example' })['community_id']).toBeNull();
    expect(cells('rapsheet', { ...FLOW, originator: '::1' })['communityId']).toMatch(/^1:/);
  });

  test('Zeek’s come in the order of its conn.log', () => {
    expect(FLOW_COLUMNS.zeek.map(({ name }) => name).slice(0, 17).join(' ')).toBe(
      'ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes conn_state history orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes',
    ); // prettier-ignore
  });

  test('a uid depends on the flow alone, and two flows have two', () => {
    const uid = (flow: Flow) => cells('zeek', flow)['uid'];
    expect(uid(FLOW)).toMatch(/^C[0-9A-Za-z]{17}$/);
    expect(uid({ ...FLOW, originatorPackets: 1 })).toBe(uid(FLOW));
    const others = [{ startUs: 1 }, { originatorPort: 1 }, { protocol: 17 }, { responder: '::1' }];
    expect(new Set([FLOW, ...others.map((other) => ({ ...FLOW, ...other }))].map(uid)).size).toBe(
      5,
    );
  });

  // NFStream 6.6.0, accounting_mode=1, of the same packets: times are floored, ICMP has no ports.
  test('NFStream’s have its units', () => {
    expect(cells('nfstream', FLOW)).toMatchObject({
      src_port: 40_000, bidirectional_first_seen_ms: 1_700_000_000_123, bidirectional_last_seen_ms: 1_700_000_001_000,
      bidirectional_duration_ms: 877, bidirectional_packets: 17, bidirectional_bytes: 5400, ip_version: 4,
    }); // prettier-ignore
    const echo = { ...FLOW, protocol: 58, originator: 'fe80::1', responder: '::1', originatorPort: 128, responderPort: 0 }; // prettier-ignore
    expect(cells('nfstream', echo)).toMatchObject({ src_port: 0, dst_port: 0, ip_version: 6 });
  });

  test('sets and names can be mixed; an unknown or repeated one is answered', () => {
    const names = (text: string) => chosenColumns(text).map(({ name }) => name);
    expect(names('ts, uid,communityId,src_ip')).toEqual(['ts', 'uid', 'communityId', 'src_ip']);
    expect(names('nfstream,service')).toContain('service');
    expect(() => chosenColumns('startUs,connstate')).toThrow('did you mean connState?');
    expect(() => chosenColumns('zeke')).toThrow('got zeke (did you mean zeek?)');
    expect(() => chosenColumns('startUs,')).toThrow('--columns: expected rapsheet, zeek, nfstream');
    expect(() => chosenColumns('zeek,ts')).toThrow('ts is there twice');
  });
});

const count = fc.oneof(fc.nat({ max: 2 ** 40 }), fc.constant(NaN));
const address4 = fc.ipV4();
const address6 = fc.constantFrom('2001:db8::1', 'fe80::1:2', '::1', 'ff02::fb');
const port = fc.nat({ max: 65_535 });

/** Flows as a conn.log can tell them: the handshake is what history and state say of it. */
const flows: fc.Arbitrary<Flow> = fc
  .record({
    startUs: fc.nat({ max: 4e15 }),
    lasted: fc.oneof(fc.constant(0), fc.nat({ max: 1e12 })),
    addresses: fc.oneof(fc.tuple(address4, address4), fc.tuple(address6, address6)),
    originatorPort: port,
    responderPort: port.filter((number) => ![137, 5353, 5355].includes(number)),
    protocol: fc.constantFrom(6, 17, 1, 132, 47, 0, 255),
    service: fc.constantFrom('', 'dns', 'ssl', 'http', 'smb'),
    counts: fc.tuple(count, count, count, count, count, count),
    connState: fc.constantFrom('' as const, ...CONN_STATES),
    history: fc.constantFrom('', 'S', 'ShADadFf', 'ShR', 'Dd', '^hadf'),
  })
  .map(({ startUs, lasted, addresses, protocol: named, counts, connState, history, ...rest }) => {
    const protocol = named === 1 && addresses[0].includes(':') ? 58 : named;
    return {
      startUs,
      endUs: startUs + lasted,
      originator: addresses[0],
      responder: addresses[1],
      protocol,
      originatorPackets: counts[0],
      responderPackets: counts[1],
      originatorIpBytes: counts[2],
      responderIpBytes: counts[3],
      originatorBytes: counts[4],
      responderBytes: counts[5],
      connState,
      history,
      established: protocol === 6 && tookHandshake(history, connState),
      ...rest,
    };
  });

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text));
}

async function readBack(format: 'zeek' | 'ndjson', written: readonly Flow[]): Promise<Flow[]> {
  let text = '';
  const begin = await rowFormatter(format);
  const writer = begin(FLOW_COLUMNS.zeek, (piece) => (text += Buffer.from(piece).toString()));
  for (const flow of written) writer.row(flow);
  writer.end();
  const read: Flow[] = [];
  await readTraffic(format === 'zeek' ? 'zeek-tsv' : 'zeek-json', once(text), {
    flow: (flow) => read.push(flow),
    event: () => undefined,
    visibility: () => undefined,
    skipped: (reason) => expect(reason).toBe(''),
  });
  return read;
}

test.each(['zeek', 'ndjson'] as const)('a conn.log written as %s is read back to the same flows', async (format) => {
  // A JSON line that lacks its state is not known for one of a conn.log: nothing in it says so.
  const told = flows.filter(({ connState }) => format === 'zeek' || connState !== '');
  await fc.assert(
    fc.asyncProperty(fc.array(told, { minLength: 1, maxLength: 20 }), async (written) => {
      expect(await readBack(format, written)).toEqual(written);
    }),
    { numRuns: 200 },
  );
}); // prettier-ignore

test('what Zeek calls dns is told apart by its port when read back', async () => {
  const names = [[5353, 'mdns'], [5355, 'llmnr'], [137, 'netbios-ns'], [53, 'dns']] as const; // prettier-ignore
  const written = names.map(([responderPort, service]) => ({ ...FLOW, responderPort, service }));
  expect(new Set(written.map((flow) => cells('zeek', flow)['service']))).toEqual(new Set(['dns']));
  expect(await readBack('zeek', written)).toEqual(written);
});
