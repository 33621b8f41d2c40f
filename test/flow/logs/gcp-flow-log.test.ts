import { describe, expect, test } from 'vitest';
import { gcpFlowLog } from '../../../src/flow/logs/gcp-flow-log.ts';
import { readText } from './recording-sink.ts';

type Extra = Readonly<Record<string, unknown>>;

function entry(src_ip: string, src_port: number, dest_ip: string, dest_port: number, payload: Extra): string {
  const connection = { src_ip, src_port, dest_ip, dest_port, protocol: 6 };
  return `${JSON.stringify({ jsonPayload: { connection, ...payload }, timestamp: '2024-05-01T08:00:09.5Z', logName: 'projects/p/logs/x' })}\n`;
} // prettier-ignore

const sent = (reporter: string, packets: number, bytes: number, more: Extra = {}): Extra => ({ reporter, start_time: '2024-05-01T08:00:00.000000001Z', end_time: '2024-05-01T08:00:05Z', packets_sent: String(packets), bytes_sent: String(bytes), ...more }); // prettier-ignore

describe('GCP flow logs', () => {
  test('the records of both directions are one flow', async () => {
    const { flows, shown } = await readText(
      gcpFlowLog,
      entry('10.0.0.4', 50124, '192.0.2.5', 443, sent('SRC', 9, 900)) +
        entry('192.0.2.5', 443, '10.0.0.4', 50124, sent('DEST', 8, 4000)),
    );
    expect(flows).toMatchObject([{ startUs: Date.UTC(2024, 4, 1, 8) * 1000, endUs: Date.UTC(2024, 4, 1, 8, 0, 5) * 1000, originator: '10.0.0.4', responder: '192.0.2.5', responderPort: 443, originatorPackets: 9, responderPackets: 8, originatorIpBytes: 900, responderIpBytes: 4000, connState: '' }]); // prettier-ignore
    expect(shown).toMatchObject([{ packets: true, connState: false }]);
  });

  test('what both ends reported counts once', async () => {
    const inside = { src_instance: { vm_name: 'a' }, dest_instance: { vm_name: 'b' } };
    const { flows, skips } = await readText(
      gcpFlowLog,
      entry('10.0.0.4', 50124, '10.0.0.5', 5432, sent('SRC', 9, 900, inside)) +
        entry('10.0.0.4', 50124, '10.0.0.5', 5432, sent('DEST', 9, 900, inside)),
    );
    expect(flows).toMatchObject([{ originatorPackets: 9, responderPackets: 0 }]);
    expect(skips).toEqual({ unusedLine: 1 });
  });

  test('firewall rules tell what was denied, and what was allowed', async () => {
    const { flows } = await readText(
      gcpFlowLog,
      entry('198.51.100.7', 50125, '10.0.0.4', 22, { disposition: 'DENIED' }) +
        entry('198.51.100.7', 50126, '10.0.0.4', 443, { disposition: 'ALLOWED' }),
    );
    expect(flows).toMatchObject([
      { startUs: Date.parse('2024-05-01T08:00:09.5Z') * 1000, responderPort: 22, connState: 'S0', originatorPackets: Number.NaN, responderPackets: 0 }, // prettier-ignore
      { responderPort: 443, connState: '', responderPackets: Number.NaN },
    ]);
  });

  test('other entries are unused, broken ones counted', async () => {
    const { skips } = await readText(
      gcpFlowLog,
      '{"textPayload":"x"}\n{"jsonPayload":{"connection":{"src_ip":"x"}}}\n' +
        entry('10.0.0.4', 1, '10.0.0.5', 2, { reporter: 'SRC', start_time: 'never' }) +
        'x\n',
    );
    expect(skips).toEqual({ unusedLine: 1, malformedLine: 3 });
  });
});
