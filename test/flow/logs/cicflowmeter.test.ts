import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cicflowmeter } from '../../../src/flow/logs/cicflowmeter.ts';
import { readText } from './recording-sink.ts';

type Row = Readonly<Record<string, string | number>>;

const TCP_FLOW: Row = {
  'Flow ID': 'x',
  'Src IP': '172.16.0.1',
  'Src Port': 36212,
  'Dst IP': '192.168.10.50',
  'Dst Port': 80,
  Protocol: 6,
  Timestamp: '2017-07-06 13:41:54.064531',
  'Flow Duration': 5013185,
  'Total Fwd Packet': 7,
  'Total Bwd packets': 5,
  'Total Length of Fwd Packet': 600,
  'Total Length of Bwd Packet': 4149,
  'Fwd RST Flags': 0,
  'Bwd RST Flags': 0,
  'Fwd Header Length': 232,
  'Bwd Header Length': 168,
  'FIN Flag Count': 2,
  'SYN Flag Count': 2,
  'ICMP Code': -1,
  'ICMP Type': -1,
  Label: 'BENIGN',
};

const table = (row: Row): string =>
  `${Object.keys(row).join(',')}\n${Object.values(row).join(',')}\n`;
const read = (row: Row) => readText(cicflowmeter, table(row));
const flowOf = async (changes: Row) => (await read({ ...TCP_FLOW, ...changes })).flows[0]!;

describe('CICFlowMeter tables', () => {
  test('of the corrected form give payload, IP bytes and the outcome', async () => {
    const { flows, shown } = await read(TCP_FLOW);
    expect(flows).toEqual([
      {
        startUs: Date.UTC(2017, 6, 6, 13, 41, 54) * 1000 + 64531,
        endUs: Date.UTC(2017, 6, 6, 13, 41, 59) * 1000 + 77716,
        originator: '172.16.0.1',
        originatorPort: 36212,
        responder: '192.168.10.50',
        responderPort: 80,
        protocol: 6,
        service: '',
        originatorPackets: 7,
        responderPackets: 5,
        originatorIpBytes: 600 + 232 + 7 * 20,
        responderIpBytes: 4149 + 168 + 5 * 20,
        originatorBytes: 600,
        responderBytes: 4149,
        connState: 'SF',
        history: '',
        established: true,
      },
    ]);
    expect(shown).toMatchObject([{ packets: true, connState: true }]);
  });

  test.each([
    [{ 'SYN Flag Count': 1, 'FIN Flag Count': 0, 'Total Bwd packets': 0 }, 'S0', false],
    [
      { 'SYN Flag Count': 1, 'FIN Flag Count': 0, 'Total Fwd Packet': 1, 'Total Bwd packets': 1, 'Bwd RST Flags': 1 },
      'REJ',
      false,
    ],
    [
      { 'FIN Flag Count': 0, 'Total Fwd Packet': 2, 'Total Bwd packets': 1, 'Fwd RST Flags': 1 },
      'RSTO',
      false,
    ],
    [{ 'FIN Flag Count': 0, 'Fwd RST Flags': 1 }, 'RSTO', true],
    [{ 'FIN Flag Count': 1, 'Bwd RST Flags': 1 }, 'RSTR', true],
    [{ 'FIN Flag Count': 0 }, 'S1', true],
    [{ 'FIN Flag Count': 1 }, '', true],
    [{ 'SYN Flag Count': 0 }, 'OTH', false],
    [{ Protocol: 17 }, 'SF', false],
    [{ Protocol: 17, 'Total Bwd packets': 0 }, 'S0', false],
  ])('with %o end as %s, established %s', async (changes, connState, established) => {
    expect(await flowOf(changes as unknown as Row)).toMatchObject({ connState, established });
  }); // prettier-ignore

  test('a header length that ran over 16 bits leaves the IP bytes missing', async () => {
    const flow = await flowOf({ 'Fwd Header Length': -20600, 'Bwd Header Length': 4 });
    expect([flow.originatorIpBytes, flow.responderIpBytes]).toEqual([NaN, NaN]);
    expect(flow.originatorBytes).toBe(600);
  });

  test('ICMP has its type and code for ports', async () => {
    const flow = await flowOf({ Protocol: 1, 'ICMP Type': 3, 'ICMP Code': 1 });
    expect(flow).toMatchObject({ originatorPort: 3, responderPort: 1, connState: 'OTH' });
  });

  test.each([
    ['5/7/2017 8:42', [2017, 6, 5, 8, 42, 0]],
    ['03/07/2017 01:55:58 PM', [2017, 6, 3, 13, 55, 58]],
    ['03/07/2017 12:05:00 am', [2017, 6, 3, 0, 5, 0]],
    ['14/02/2018 08:31:01', [2018, 1, 14, 8, 31, 1]],
  ] as const)('read the time %s', async (Timestamp, [year, month, day, hour, minute, second]) => {
    const { startUs } = await flowOf({ Timestamp });
    expect(startUs).toBe(Date.UTC(year, month, day, hour, minute, second) * 1000);
  });

  test('of 2017 and 2018, with their spellings, say nothing of the outcome', async () => {
    const { flows, shown } = await readText(
      cicflowmeter,
      ' Source IP, Source Port, Destination IP, Destination Port, Protocol, Timestamp, Flow Duration, Total Fwd Packets, Total Backward Packets,Total Length of Fwd Packets, Total Length of Bwd Packets, FIN Flag Count, SYN Flag Count\n' +
        '10.0.0.1,1000,10.0.0.2,80,6,7/7/2017 3:30,15,2,1,12,6,0,0\n',
    );
    expect(flows[0]).toMatchObject({ originatorPackets: 2, responderBytes: 6, connState: '' });
    expect(flows[0]!.originatorIpBytes).toBeNaN();
    expect(shown).toMatchObject([{ connState: false }]);
    const short = await readText(
      cicflowmeter,
      'Flow ID,Src IP,Src Port,Dst IP,Dst Port,Protocol,Timestamp,Flow Duration,Tot Fwd Pkts,Tot Bwd Pkts,TotLen Fwd Pkts,TotLen Bwd Pkts,Fwd Header Len,Bwd Header Len\n' +
        'x,10.0.0.1,1000,10.0.0.2,53,17,20/02/2018 10:00:00,15,2,1,12,6,16,8\n',
    );
    expect(short.flows[0]).toMatchObject({ originatorIpBytes: 68, connState: 'SF' });
  });

  test('without addresses are refused row by row', async () => {
    const row = Object.fromEntries(
      Object.entries(TCP_FLOW).filter(([column]) => !column.endsWith(' IP')),
    );
    expect((await read(row)).skips).toEqual({ flowWithoutAddresses: 1 });
  });

  test('any text under the heading is read or counted', async () => {
    const cell = fc.oneof(fc.string(), fc.constantFrom('6', '10.0.0.1', '-1', 'Infinity', '"'));
    const columns = Object.keys(TCP_FLOW).length;
    const cells = fc.array(cell, { minLength: columns - 1, maxLength: columns });
    await fc.assert(
      fc.asyncProperty(cells, async (row) => {
        const text = `${table(TCP_FLOW)}${row.join(',')}\n`;
        expect((await readText(cicflowmeter, text)).flows.length).toBeGreaterThan(0);
      }),
    );
  });
});
