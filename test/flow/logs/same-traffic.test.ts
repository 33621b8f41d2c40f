import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Flow } from '../../../src/flow/flow.ts';
import { readTraffic } from '../../../src/flow/read-traffic.ts';
import { RecordingSink } from './recording-sink.ts';

const data = process.env['RAPSHEET_DATA'] ?? '../shared/data';
const CAPTURE = join(data, 'slips/test7-malicious.pcap');
const LOG = join(data, 'idps-comparison-history/test7-malicious-pcap/zeek_files/conn.log.labeled');
const hasData = existsSync(CAPTURE) && existsSync(LOG);
if (!hasData) {
  console.warn(
    `SKIPPED: no capture with its Zeek log in ${data}: set RAPSHEET_DATA to compare the two`,
  );
}

describe.skipIf(!hasData)('a capture and the conn.log that Zeek made of it', () => {
  test('give the same flows, but where Zeek joins multicast over longer gaps than we do', async () => {
    const capture = await flowsOf(CAPTURE, 'pcap');
    const log = await flowsOf(LOG, 'zeek-tsv');
    const captured = new Map(capture.map((flow) => [keyOf(flow), flow]));
    const pairs = log.flatMap((flow) => {
      const same = captured.get(keyOf(flow));
      return same === undefined ? [] : [[same, flow] as const];
    });
    expect(pairs.length).toBeGreaterThan(360);
    const differing = pairs.filter(([a, b]) => JSON.stringify(facts(a)) !== JSON.stringify(facts(b))); // prettier-ignore
    expect(differing.map(([, flow]) => flow.service).filter((service) => service !== 'mdns')).toHaveLength(1); // prettier-ignore
    const tcp = (flows: readonly Flow[]): unknown[] => flows.filter((f) => f.protocol === 6).map((f) => [keyOf(f), facts(f)]).sort(); // prettier-ignore
    expect(tcp(log)).toEqual(tcp(capture));
  });
});

async function flowsOf(path: string, format: 'pcap' | 'zeek-tsv'): Promise<Flow[]> {
  const sink = new RecordingSink();
  await readTraffic(format, createReadStream(path), sink);
  return sink.flows;
}

function keyOf(flow: Flow): string {
  return [flow.protocol, flow.originator, flow.originatorPort, flow.responder, flow.responderPort, flow.startUs].join(' '); // prettier-ignore
}

function facts(flow: Flow): unknown[] {
  return [flow.connState, flow.history, flow.established, flow.originatorPackets, flow.responderPackets, flow.originatorIpBytes, flow.responderIpBytes]; // prettier-ignore
}
