import { describe, expect, test } from 'vitest';
import { flowCsv, mappedCsv } from '../../../src/flow/logs/flow-csv.ts';
import { readTraffic } from '../../../src/flow/read-traffic.ts';
import { chunksOf, readText, RecordingSink } from './recording-sink.ts';

const NF =
  'IPV4_SRC_ADDR,L4_SRC_PORT,IPV4_DST_ADDR,L4_DST_PORT,PROTOCOL,IN_BYTES,IN_PKTS,OUT_BYTES,OUT_PKTS,CLIENT_TCP_FLAGS,SERVER_TCP_FLAGS,FLOW_DURATION_MILLISECONDS\n';

describe('flow tables', () => {
  test('of nProbe, which may have no times', async () => {
    const { flows, shown } = await readText(
      flowCsv,
      `${NF}10.0.0.1,40000,192.0.2.5,443,6,900,9,4000,8,27,27,1500\n`,
    );
    expect(flows).toEqual([
      {
        startUs: 0,
        endUs: 1_500_000,
        originator: '10.0.0.1',
        responder: '192.0.2.5',
        originatorPort: 40000,
        responderPort: 443,
        protocol: 6,
        service: '',
        originatorPackets: 9,
        responderPackets: 8,
        originatorIpBytes: 900,
        responderIpBytes: 4000,
        originatorBytes: NaN,
        responderBytes: NaN,
        connState: 'SF',
        history: '',
        established: true,
      },
    ]);
    expect(shown).toMatchObject([{ packets: true, connState: true, history: false }]);
  });

  test.each([
    ['2,0', 'S0'],
    ['2,20', 'REJ'],
  ])('flags %s are %s', async (flags, connState) => {
    const { flows } = await readText(
      flowCsv,
      `${NF}10.0.0.1,1,192.0.2.5,443,6,60,1,40,1,${flags},0\n`,
    );
    expect(flows).toMatchObject([{ connState, established: false }]);
  });

  test('of NFStream', async () => {
    const { flows, shown } = await readText(
      flowCsv,
      'id,src_ip,src_port,dst_ip,dst_port,protocol,bidirectional_first_seen_ms,bidirectional_last_seen_ms,src2dst_packets,src2dst_bytes,dst2src_packets,dst2src_bytes\n' +
        '0,10.0.0.1,40000,192.0.2.5,53,17,1700000000123,1700000000200,1,60,1,120\n',
    );
    expect(flows).toMatchObject([
      { startUs: 1700000000123000, endUs: 1700000000200000, responderPort: 53, protocol: 17, connState: 'SF', responderIpBytes: 120 },
    ]); // prettier-ignore
    expect(shown).toMatchObject([{ packets: true, connState: false }]);
  });

  const MAP = { client: 'originator', server: 'responder', proto: 'protocol', when: 'start', secs: 'duration', up: 'originatorBytes' }; // prettier-ignore

  test('of anybody, if the columns are named', async () => {
    const sink = new RecordingSink();
    const table =
      'when;secs;client;server;proto;up\n2024-05-01 10:00:00;2.5;10.0.0.1;2001:DB8::1;tcp;77\n';
    await readTraffic('flow-csv', chunksOf(table), sink, { map: MAP });
    expect(sink.flows).toMatchObject([
      { startUs: Date.UTC(2024, 4, 1, 10) * 1000, originator: '10.0.0.1', responder: '2001:db8::1', protocol: 6, originatorBytes: 77, originatorPackets: NaN, connState: '' },
    ]); // prettier-ignore
    expect(sink.flows[0]!.endUs - sink.flows[0]!.startUs).toBe(2_500_000);
    expect(sink.shown).toMatchObject([{ packets: false, connState: false }]);
  });

  test('a field that is none, or ends that are not named, are refused at once', () => {
    expect(() => mappedCsv({ ...MAP, x: 'colour' })).toThrow(/^map: expected one of start, .*, got colour$/); // prettier-ignore
    expect(() => mappedCsv({ a: 'originator' })).toThrow('map: expected a column for responder, got none'); // prettier-ignore
  });
});

test('what rapsheet flows writes is read back as the flow it was, times in microseconds', async () => {
  const { flows } = await readText(
    flowCsv,
    'startUs,endUs,originator,originatorPort,responder,responderPort,protocol,service,originatorPackets,responderPackets,originatorIpBytes,responderIpBytes,originatorBytes,responderBytes,connState,history,established,communityId\n' +
      '1451924795521212,1451924799866586,10.0.0.1,49357,192.0.2.1,80,6,http,8,7,830,606,,286,RSTO,ShADadR,true,1:x=\n',
  );
  expect(flows).toEqual([{
    startUs: 1_451_924_795_521_212, endUs: 1_451_924_799_866_586, originator: '10.0.0.1', originatorPort: 49357,
    responder: '192.0.2.1', responderPort: 80, protocol: 6, service: 'http', originatorPackets: 8, responderPackets: 7,
    originatorIpBytes: 830, responderIpBytes: 606, originatorBytes: Number.NaN, responderBytes: 286, connState: 'RSTO',
    history: 'ShADadR', established: true,
  }]); // prettier-ignore
});

test("ToN-IoT's tables are Zeek's connections under other names", async () => {
  const { flows, shown } = await readText(
    flowCsv,
    'ts,src_ip,src_port,dst_ip,dst_port,proto,service,duration,src_bytes,dst_bytes,conn_state,missed_bytes,src_pkts,src_ip_bytes,dst_pkts,dst_ip_bytes,label,type\n' +
      '1554198358,192.168.1.79,47260,192.168.1.255,15600,udp,-,0.5,63,0,S0,0,1,91,0,0,0,normal\n',
  );
  expect(shown).toMatchObject([{ packets: true, connState: true, history: false }]);
  expect(flows).toMatchObject([{ startUs: 1_554_198_358_000_000, endUs: 1_554_198_358_500_000, service: '', connState: 'S0', originatorIpBytes: 91, responderPackets: 0 }]); // prettier-ignore
});
