import { describe, expect, test } from 'vitest';
import { vpcFlowLog } from '../../../src/flow/logs/vpc-flow-log.ts';
import { readText } from './recording-sink.ts';

const V2 = '2 123456789012 eni-0a1';

describe('VPC flow logs', () => {
  test('need no heading in the default order; two directions are one flow', async () => {
    const { flows, shown } = await readText(
      vpcFlowLog,
      `${V2} 10.0.0.1 192.0.2.5 40000 443 6 9 900 1620140661 1620140700 ACCEPT OK\n` +
        `${V2} 192.0.2.5 10.0.0.1 443 40000 6 8 4000 1620140661 1620140701 ACCEPT OK\n`,
    );
    expect(flows).toMatchObject([
      {
        startUs: 1620140661e6,
        endUs: 1620140701e6,
        originator: '10.0.0.1',
        responder: '192.0.2.5',
        responderPort: 443,
        originatorPackets: 9,
        responderIpBytes: 4000,
        connState: '',
        established: false,
      },
    ]);
    expect(shown).toMatchObject([{ packets: true, connState: false }]);
  });

  test('a heading may put the fields in another order and name the packet’s own addresses', async () => {
    const { flows, shown } = await readText(
      vpcFlowLog,
      'pkt-srcaddr srcaddr dstaddr pkt-dstaddr srcport dstport protocol packets bytes start end tcp-flags\n' +
        '10.9.0.1 10.0.0.1 10.0.0.2 10.8.0.1 40000 22 6 1 60 1620140661 1620140661 2\n',
    );
    expect(flows).toMatchObject([
      { originator: '10.9.0.1', responder: '10.8.0.1', connState: 'S0' },
    ]);
    expect(shown).toMatchObject([{ packets: true, connState: true }]);
  });

  test('says when there was nothing to say, and counts what is wrong', async () => {
    const { skips } = await readText(
      vpcFlowLog,
      `${V2} - - - - - - - 1620140661 1620140700 - NODATA\n${V2} x y\n`,
    );
    expect(skips).toEqual({ logSaysNoData: 1, malformedLine: 1 });
  });
});
