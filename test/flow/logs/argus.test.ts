import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { argusEnding } from '../../../src/flow/logs/argus-state.ts';
import { argus } from '../../../src/flow/logs/argus.ts';
import { readText } from './recording-sink.ts';

const HEADING =
  'StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,SrcBytes,SrcPkts,Label';

const read = (...rows: string[]) => readText(argus, [HEADING, ...rows].join('\n'));

describe('Argus flows', () => {
  test('give times, packets and bytes of each side', async () => {
    const { flows, shown } = await read(
      '2019/04/04 16:23:00.325010,0.027947,tcp,10.8.0.69,48427,   ->,203.0.113.5,80,FSPA_FSPA,0,0,12,1500,600,7,flow=x',
    );
    expect(flows).toEqual([
      {
        startUs: 1554394980325010,
        endUs: 1554394980352957,
        originator: '10.8.0.69',
        originatorPort: 48427,
        responder: '203.0.113.5',
        responderPort: 80,
        protocol: 6,
        service: '',
        originatorPackets: 7,
        responderPackets: 5,
        originatorIpBytes: 600,
        responderIpBytes: 900,
        originatorBytes: NaN,
        responderBytes: NaN,
        connState: 'SF',
        history: '',
        established: true,
      },
    ]);
    expect(shown).toMatchObject([{ packets: true, connState: true, history: false, dns: false }]);
  });

  test.each(['  <-', '  <?'])('an arrow to the left (%s) turns the flow round', async (arrow) => {
    const { flows } = await read(
      `2019/04/04 16:23:00.0,1.0,tcp,10.0.0.80,80,${arrow},10.0.0.1,5000,FPA_SRPA,0,0,10,1000,700,6,`,
    );
    expect(flows[0]).toMatchObject({
      originator: '10.0.0.1',
      originatorPort: 5000,
      responder: '10.0.0.80',
      responderPort: 80,
      originatorPackets: 4,
      originatorIpBytes: 300,
      responderPackets: 6,
      responderIpBytes: 700,
    });
  });

  test.each(['  <->', '  <?>', '   ?>', '  get_message ->'])(
    '%s does not turn it',
    async (arrow) => {
      const { flows } = await read(
        `2019/04/04 16:23:00.0,1.0,udp,10.0.0.1,53,${arrow},10.0.0.2,5000,CON,0,0,2,200,90,1,`,
      );
      expect(flows[0]).toMatchObject({ originator: '10.0.0.1', responder: '10.0.0.2' });
    },
  );

  test('an open connection joined midway is no handshake', async () => {
    const { flows } = await read(
      '2019/04/04 16:23:00.0,1.0,tcp,10.0.0.1,5000,  <?>,10.0.0.2,22,CON,0,0,35,3766,1224,20,',
    );
    expect(flows[0]).toMatchObject({ connState: 'OTH', established: false });
  });

  test('reads hexadecimal ports, and code and type of ICMP from one of them', async () => {
    const { flows } = await read(
      '2019/04/04 16:23:00.0,0,udp,10.0.0.1,0x1f90,  ->,10.0.0.2,0x0035,INT,0,,1,60,60,1,',
      '2019/04/04 16:23:00.0,0,icmp,10.0.0.1,0x0403,  ->,10.0.0.2,0x0000,URF,0,,1,60,60,1,',
      '2019/04/04 16:23:00.0,0,icmp,10.0.0.1,0x0008,  <->,10.0.0.2,0x7208,ECO,0,,2,120,60,1,',
      '2019/04/04 16:23:00.0,0,ipv6-icmp,::,135,   ->,ff02::1:ff00:1,0,NNS,0,,1,78,78,1,',
      '2019/04/04 16:23:00.0,0,igmp,10.0.0.1,,   ->,224.0.0.22,,INT,0,,1,60,60,1,',
    );
    expect(flows.map((flow) => [flow.protocol, flow.originatorPort, flow.responderPort])).toEqual([
      [17, 8080, 53],
      [1, 3, 4],
      [1, 8, 0],
      [58, 135, 0],
      [2, 0, 0],
    ]);
  });

  test('without SrcPkts gives packets only where the bytes leave no choice', async () => {
    const heading = HEADING.replace('SrcPkts,', '');
    const row = (counts: string): string =>
      `2019/04/04 16:23:00.0,1.0,udp,10.0.0.1,53,  <->,10.0.0.2,5000,CON,0,0,${counts},`;
    const rows = [row('2,200,90'), row('5,500,500'), row('5,500,0'), row('5,500,90')];
    const { flows } = await readText(argus, [heading, ...rows].join('\n'));
    expect(flows.map((flow) => [flow.originatorPackets, flow.responderPackets])).toEqual([
      [1, 1],
      [5, 0],
      [0, 5],
      [NaN, NaN],
    ]);
  });

  test('takes tabs, other orders of columns and quoted payloads', async () => {
    const tabs = `${HEADING}\n1970/01/01 01:00:08.5,0,udp,10.0.0.1,53,->,10.0.0.2,5000,INT,0,,1,60,60,1,`; // prettier-ignore
    const other =
      'SrcAddr,DstAddr,Proto,Sport,Dport,srcUdata,StartTime,Dur,State,SAppBytes,DAppBytes\n' +
      '10.0.0.1,10.0.0.2,udp,53,5000,"s[4]=a,b",1970/01/01 01:00:08.5,0,INT,18,0';
    const [first] = (await readText(argus, tabs.replaceAll(',', '\t'))).flows;
    expect(first).toMatchObject({ startUs: 3608500000, responderPort: 5000, connState: 'S0' });
    const [second] = (await readText(argus, other)).flows;
    expect(second).toMatchObject({ startUs: 3608500000, originatorBytes: 18, responderBytes: 0 });
    expect(second!.originatorPackets).toBeNaN();
  });

  test('counts what is no IP flow, no address, or cut off', async () => {
    const { flows, skips } = await read(
      '2018/09/27 22:41:57.85,127.9,arp,192.168.2.12,,  who,192.168.2.1,,CON,,,10,510,300,6,',
      '2018/05/10 10:52:47.28,0.0,man,0,0,,0,0,STA,,,0,0,0,0,',
      '1970/01/01 01:00:00.0,0.0,llc,00:00:00:00:00:00,0,   ->,00:00:00:00:00:00,0,INT,,,1,60,60,1,',
      '2018/09/27 22:41:57.85,1.0,tcp,192.168.2.256,1,  ->,192.168.2.1,2,S_,,,1,60,60,1,',
      '2018/09/27 22:41:57.85,1.0,tcp,192.168.2',
    );
    expect(flows).toEqual([]);
    expect(skips).toEqual({ notIp: 3, malformedLine: 2 });
  });

  test('any text under the heading is read or counted', async () => {
    const cell = fc.oneof(fc.string(), fc.constantFrom('tcp', '10.0.0.1', '1', '<-', 'S_SA', '"'));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(cell), { maxLength: 10 }), async (rows) => {
        const { flows } = await read(...rows.map((cells) => cells.join(',')));
        for (const flow of flows) expect(Number.isSafeInteger(flow.startUs)).toBe(true);
      }),
    );
  });
});

describe('argusEnding', () => {
  test.each([
    ['S_', 'S0', false],
    ['SR_', 'RSTOS0', false],
    ['SF_', 'SH', false],
    ['S_RA', 'REJ', false],
    ['S_SA', 'S1', false],
    ['SR_SA', 'RSTO', false],
    ['SPA_SPA', 'S1', true],
    ['FSPA_SPA', 'S2', true],
    ['SPA_FSPA', 'S3', true],
    ['FSPA_FSPA', 'SF', true],
    ['FSRPA_FSPA', 'SF', true],
    ['SRPA_SPA', 'RSTO', true],
    ['SPA_SRPA', 'RSTR', true],
    ['_SA', 'OTH', false],
    ['_FSA', 'SHR', false],
    ['_SRA', 'RSTRH', false],
    ['PA_PA', 'OTH', false],
    ['REQ', 'S0', false],
    ['CON', 'S1', true],
    ['FIN', 'SF', true],
    ['RST', '', false],
    ['S0', 'S0', false],
  ])('TCP %s is %s, established %s', (state, connState, established) => {
    expect(argusEnding(state, 6)).toEqual({ connState, established });
  });

  test.each([
    ['CON', 17, undefined, 'SF'],
    ['INT', 17, undefined, 'S0'],
    ['INT', 17, true, 'SF'],
    ['ECO', 1, true, 'OTH'],
  ] as const)('%s of protocol %i, answered %s, is %s', (state, protocol, answered, connState) => {
    expect(argusEnding(state, protocol, answered).connState).toBe(connState);
  });
});

test('columns of what the destination sent are believed, as ra and BoT-IoT write them', async () => {
  const { flows } = await readText(
    argus,
    'StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,SrcPkts,DstPkts,SrcBytes,DstBytes\n' +
      '1451924795.521212,4.345374,tcp,10.0.0.1,49357,   ->,192.0.2.1,80,FIN,8,7,969,718\n' +
      '1451924795.521212,4.345374,tcp,192.0.2.1,80,   <-,10.0.0.1,49358,FIN,7,8,718,969\n',
  );
  const sides = { originator: '10.0.0.1', originatorPackets: 8, responderPackets: 7, originatorIpBytes: 969, responderIpBytes: 718 }; // prettier-ignore
  expect(flows).toMatchObject([sides, sides]);
});
