import { describe, expect, test } from 'vitest';
import { readTraffic } from '../../../src/flow/read-traffic.ts';
import { chunksOf, RecordingSink } from './recording-sink.ts';

const SECOND = 1_714_550_400;

function nsg(...flowTuples: string[]): unknown {
  return { time: 'x', category: 'NetworkSecurityGroupFlowEvent', properties: { Version: 2, flows: [{ rule: 'a', flows: [{ mac: '0', flowTuples }] }] } }; // prettier-ignore
}

function vnet(...flowTuples: string[]): unknown {
  return { time: 'x', category: 'FlowLogFlowEvent', flowRecords: { flows: [{ aclID: '0', flowGroups: [{ rule: 'a', flowTuples }] }] } }; // prettier-ignore
}

async function read(...records: unknown[]) {
  const sink = new RecordingSink();
  const text = JSON.stringify({ records });
  const { skips } = await readTraffic('azure-flow-log', chunksOf(text), sink);
  return Object.assign(sink, { skips });
}

describe('Azure flow logs', () => {
  test('of a security group: the lines of a flow are added up, over records', async () => {
    const ends = '10.0.0.4,192.0.2.5,50124,443,T,O,A';
    const { flows, shown } = await read(
      nsg(`${SECOND},${ends},B,,,,`),
      nsg(`${SECOND + 300},${ends},C,10,1000,8,9000`, `${SECOND + 330},${ends},E,2,120,1,60`),
    );
    expect(flows).toEqual([
      {
        startUs: SECOND * 1e6, endUs: (SECOND + 330) * 1e6, originator: '10.0.0.4', responder: '192.0.2.5', originatorPort: 50124,
        responderPort: 443, protocol: 6, service: '', originatorPackets: 12, responderPackets: 9, originatorIpBytes: 1120,
        responderIpBytes: 9060, originatorBytes: Number.NaN, responderBytes: Number.NaN, connState: '', history: '', established: true,
      },
    ]); // prettier-ignore
    expect(shown).toMatchObject([{ packets: true, connState: false, dns: false }]);
  });

  test('what was denied is an attempt that nothing answered, and so is what got no packet back', async () => {
    const { flows } = await read(
      nsg(`${SECOND},198.51.100.7,10.0.0.4,50123,3389,T,I,D,B,,,,`),
      nsg(`${SECOND},10.0.0.4,192.0.2.9,50123,81,T,O,A,E,3,180,0,0`),
      vnet(`${SECOND}123,198.51.100.7,10.0.0.4,50123,161,17,I,D,NX,0,0,0,0`),
    );
    expect(flows).toMatchObject([
      { connState: 'S0', established: false, originatorPackets: Number.NaN, responderPackets: 0 },
      { connState: '', established: false, originatorPackets: 3, responderPackets: 0 },
      { startUs: SECOND * 1e6 + 123_000, protocol: 17, connState: 'S0', responderPackets: 0 },
    ]);
  });

  test('of a virtual network: time in ms, the protocol by number, the verdict in the state', async () => {
    const { flows } = await read(
      vnet(
        `${SECOND}000,10.0.0.4,192.0.2.5,50124,53,17,O,B,NX,0,0,0,0`,
        `${SECOND}900,10.0.0.4,192.0.2.5,50124,53,17,O,E,NX,1,70,1,120`,
      ),
    );
    expect(flows).toMatchObject([{ startUs: SECOND * 1e6, endUs: SECOND * 1e6 + 900_000, protocol: 17, originatorPackets: 1, responderIpBytes: 120, established: false }]); // prettier-ignore
  });

  test('of version 1 show who met whom, and no more', async () => {
    const { flows, shown } = await read(
      nsg(`${SECOND},10.0.0.4,192.0.2.5,50124,443,T,O,A`, `${SECOND},198.51.100.7,10.0.0.4,5,22,T,I,D`),
    ); // prettier-ignore
    expect(flows).toMatchObject([
      { connState: '', originatorPackets: Number.NaN, responderPackets: Number.NaN },
      { connState: 'S0', responderPackets: 0 },
    ]);
    expect(shown).toMatchObject([{ packets: false }]);
  });

  test('a flow that begins again is another; one that was not ended ends with its last line', async () => {
    const ends = '10.0.0.4,192.0.2.5,50124,443,T,O,A';
    const { flows } = await read(nsg(`${SECOND},${ends},B,,,,`, `${SECOND + 60},${ends},C,5,500,4,400`, `${SECOND + 90},${ends},B,,,,`)); // prettier-ignore
    expect(flows).toMatchObject([
      { endUs: (SECOND + 60) * 1e6, originatorPackets: 5 },
      { startUs: (SECOND + 90) * 1e6, originatorPackets: Number.NaN },
    ]);
  });

  test('records without tuples are unused, tuples that are none are left, memory stays bounded', async () => {
    const { flows, skips } = await read({ category: 'x' }, nsg('a,b', `${SECOND},x,10.0.0.4,1,2,T,I,A,B`)); // prettier-ignore
    expect(flows).toEqual([]);
    expect(skips).toMatchObject([{ reason: 'unusedLine', count: 2 }]);
    const many = Array.from({ length: 70_000 }, (_, i) => `${SECOND},10.0.${i >> 8}.${i & 255},192.0.2.5,${1024 + (i % 60_000)},443,T,O,A,B,,,,`.replace(/10\.0\.(\d{3})\./, '10.1.$1.').replace(/10\.([01])\.(2[5-9]\d)/, '10.2.9')); // prettier-ignore
    expect((await read(nsg(...many))).flows).toHaveLength(70_000);
  });
});
