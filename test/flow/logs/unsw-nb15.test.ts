import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unswNb15, unswNb15Cells } from '../../../src/flow/logs/unsw-nb15.ts';
import { readText } from './recording-sink.ts';

/** 49 columns: the first 18, eleven nobody reads around `Stime`, the handshake, counts, labels. */
function row(ends: string, state: string, counts: string, ackdat: number, columns = 49): string {
  const [dur, sbytes, dbytes, spkts, dpkts] = counts.split(' ');
  const head = `${ends},${state},${dur},${sbytes},${dbytes},31,29,0,0,ssh,1.5,2.5,${spkts},${dpkts}`;
  const middle = '0,0,0,0,66,82,0,0,0,0,1421927414,1421927415,0.017,0.013,0.2,0.1';
  return [head, middle, ackdat, '0,0,0,0,0,3,7,1,3,1,1,1', 'Exploits,1']
    .join(',')
    .split(',')
    .slice(0, columns)
    .join(',');
}

const TCP_ROW = row('10.0.0.1,1390,10.0.0.2,22,tcp', 'FIN', '0.25 132 164 2 3', 0.05);

describe('the raw UNSW-NB15 table', () => {
  test('gives flows by position', async () => {
    const { flows, skips } = await readText(unswNb15, '\uFEFF' + TCP_ROW);
    expect(flows).toEqual([
      {
        startUs: 1421927414000000,
        endUs: 1421927414250000,
        originator: '10.0.0.1',
        originatorPort: 1390,
        responder: '10.0.0.2',
        responderPort: 22,
        protocol: 6,
        service: 'ssh',
        originatorPackets: 2,
        responderPackets: 3,
        originatorIpBytes: 132,
        responderIpBytes: 164,
        originatorBytes: NaN,
        responderBytes: NaN,
        connState: 'SF',
        history: '',
        established: true,
      },
    ]);
    expect(skips).toEqual({});
  });

  test('has the same flows under a wrong heading and without its label columns', async () => {
    const { flows } = await readText(unswNb15, TCP_ROW);
    const cut = 'id,dur,proto,service,state,spkts\n' + TCP_ROW.split(',').slice(0, 46).join(',');
    const again = await readText(unswNb15, cut);
    expect(again.flows).toEqual(flows);
    expect(again.skips).toEqual({});
  });

  test('without an ACK of the SYN-ACK nothing is established', async () => {
    const { flows } = await readText(
      unswNb15,
      row('10.0.0.1,1,10.0.0.2,2,tcp', 'REQ', '0 60 0 1 0', 0),
    );
    expect(flows[0]).toMatchObject({ connState: 'S0', established: false });
  });

  test('ARP is no IP flow; OSPF is one; ICMP packs its type', async () => {
    const { flows, skips } = await readText(
      unswNb15,
      [
        row('10.0.0.1,0,10.0.0.2,0,arp', 'CON', '0 60 0 1 0', 0),
        row('10.0.0.1,0,224.0.0.5,0,ospf', 'INT', '50 384 0 6 0', 0),
        row('10.0.0.1,259,10.0.0.2,0xc0a8,icmp', 'URH', '0 60 0 1 0', 0),
      ].join('\n'),
    );
    expect(skips).toEqual({ notIp: 1 });
    expect(flows[0]!.protocol).toBe(89);
    expect(flows[1]).toMatchObject({ originatorPort: 3, responderPort: 1 });
  });

  test('is recognised by the shape of a row', () => {
    expect(unswNb15Cells(TCP_ROW)).toHaveLength(49);
    expect(unswNb15Cells(TCP_ROW.replace('10.0.0.2', 'host'))).toBeUndefined();
    expect(unswNb15Cells(TCP_ROW.split(',').slice(0, 30).join(','))).toBeUndefined();
  });

  test('any text is read or counted', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), fc.nat(48), async (text, at) => {
        const cells = TCP_ROW.split(',').with(at, text).join(',');
        const { records, skips } = await readText(unswNb15, cells);
        expect(records + (skips['malformedLine'] ?? 0) + (skips['notIp'] ?? 0)).toBeGreaterThan(0);
      }),
    );
  });
});
