import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cowrieCsv } from '../../../src/flow/logs/cowrie-csv.ts';
import { readText } from './recording-sink.ts';

const HEADING =
  'session_id,start_time,end_time,duration,src_ip,src_port,dst_port,protocol,total_connexion,login_success,login_failed,avg_time_between_failed,is_business_hours,label';
const read = (...rows: string[]) => readText(cowrieCsv, [HEADING, ...rows].join('\n'));
const START_US = Date.UTC(2025, 1, 18, 5, 31, 55) * 1000;

describe('sessions of a Cowrie honeypot', () => {
  test('give a flow to the honeypot and the logins in it', async () => {
    const { flows, events, shown } = await read(
      'a1,2025-02-18T05:31:55.000000Z,2025-02-18T05:32:03.250000Z,8.25,192.0.2.9,10699,22,ssh,4,1,2,3.5,False,0',
    );
    expect(flows).toMatchObject([
      {
        startUs: START_US,
        endUs: START_US + 8_250_000,
        originator: '192.0.2.9',
        originatorPort: 10699,
        responder: 'honeypot',
        responderPort: 22,
        service: 'ssh',
        originatorBytes: NaN,
        connState: '',
        established: true,
      },
    ]);
    expect(events).toMatchObject([
      { kind: 'login', service: 'ssh', outcome: 'failure', timeUs: START_US },
      { kind: 'login', service: 'ssh', outcome: 'failure', timeUs: START_US + 3_500_000 },
      { kind: 'login', service: 'ssh', outcome: 'success', timeUs: START_US + 8_250_000 },
    ]);
    expect(Object.values(shown[0]!)).not.toContain(true);
  });

  test('without a source or a port are counted', async () => {
    const { records, skips } = await read(
      'a1,2025-02-18T05:31:55Z,2025-02-18T05:32:03Z,8,,,,,0,0,0,0,False,0',
      'a2,2025-02-18T05:31:55Z',
    );
    expect([records, skips]).toEqual([0, { malformedLine: 2 }]);
  });

  test('cannot make more than a bounded number of events a line', async () => {
    const { events } = await read(
      'a1,2025-02-18T05:31:55Z,2025-02-18T05:32:03Z,8,192.0.2.9,1,23,telnet,1,0,999999999999,0,False,0',
    );
    expect(events).toHaveLength(100);
  });

  test('any text under the heading is read or counted', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string(), { minLength: 14, maxLength: 14 }), async (cells) => {
        const { flows } = await read(cells.join(','));
        for (const flow of flows) expect(flow.endUs).toBeGreaterThanOrEqual(flow.startUs);
      }),
    );
  });
});
