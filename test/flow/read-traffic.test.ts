import {
  closeSync,
  createReadStream,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PcapWriter } from '../../src/capture/pcap-writer.ts';
import type { ReadSummary } from '../../src/flow/read-traffic.ts';
import { isMostlyWrong, readTraffic } from '../../src/flow/read-traffic.ts';
import type { InputFormat } from '../../src/flow/recognise-input.ts';
import { HEAD_BYTES, recogniseInput } from '../../src/flow/recognise-input.ts';
import { chunksOf, RecordingSink } from './logs/recording-sink.ts';

const CONN_LOG = [
  '#separator \\x09',
  '#path\tconn',
  '#fields\tts\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tconn_state',
  '1.5\t10.0.0.1\t1024\t10.0.0.2\t80\ttcp\tS0',
  'cut off',
  '',
].join('\n');

describe('readTraffic', () => {
  test('reads a log, says how much, and counts the rest', async () => {
    const sink = new RecordingSink();
    const progress: number[] = [];
    const summary = await readTraffic('zeek-tsv', chunksOf(CONN_LOG, 50), sink, {
      onProgress: (bytes) => progress.push(bytes),
    });
    const bytes = CONN_LOG.length;
    expect(summary).toEqual({
      format: 'zeek-tsv',
      records: 1,
      bytes,
      stopped: undefined,
      lines: 5,
      skips: [{ reason: 'malformedLine', count: 1, firstLine: 5, ordinary: false }],
    });
    expect(sink.flows).toHaveLength(1);
    expect(sink.skips).toEqual({ malformedLine: 1 });
    expect(progress).toEqual([50, 100, bytes]);
  });

  test('gives the same whatever the chunks', async () => {
    const whole = new RecordingSink();
    await readTraffic('zeek-tsv', chunksOf(CONN_LOG, 10_000), whole);
    for (const size of [1, 2, 7]) {
      const sink = new RecordingSink();
      await readTraffic('zeek-tsv', chunksOf(CONN_LOG, size), sink);
      expect(sink).toEqual(whole);
    }
  });

  test('reads a capture', async () => {
    const writer = new PcapWriter();
    // eslint-disable-next-line @typescript-eslint/require-await
    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield writer.header();
      yield writer.record(5_000_000, udpFrame());
    }
    const sink = new RecordingSink();
    const { format, records, stopped } = await readTraffic('pcap', chunks(), sink);
    expect([format, records, stopped]).toEqual(['pcap', 1, undefined]);
    expect(sink.flows).toMatchObject([{ startUs: 5_000_000, protocol: 17, responderPort: 9999 }]);
  });

  test.each([
    [['cut', 'cut'], true],
    [['cut'], false],
    [[], false],
  ])('says whether more than half of the lines are wrong: %j more', async (lines, expected) => {
    const heading = CONN_LOG.split('\n').slice(0, 4).join('\n');
    const text = [heading, ...lines, ''].join('\n');
    const summary = await readTraffic('zeek-tsv', chunksOf(text), new RecordingSink());
    expect(isMostlyWrong(summary)).toBe(expected);
  });

  test('throws at once for a format that is none', async () => {
    const sink = new RecordingSink();
    await expect(readTraffic('sflow' as InputFormat, chunksOf(''), sink)).rejects.toThrow(
      /^format: expected one of pcap, .*, got sflow$/,
    );
  });

  test('lets a broken source break, after saying what was skipped', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield* chunksOf(CONN_LOG);
      throw new Error('disk gone');
    }
    const sink = new RecordingSink();
    await expect(readTraffic('zeek-tsv', broken(), sink)).rejects.toThrow('disk gone');
    expect(sink.skips).toEqual({ malformedLine: 1 });
  });
});

const data = process.env['RAPSHEET_DATA'] ?? '../shared/data';
const logs = logPaths(data);
if (logs.length === 0) {
  console.warn(`SKIPPED: no logs in ${data}: real logs are read only where RAPSHEET_DATA has some`);
}

describe.skipIf(logs.length === 0)('every log of the real data', () => {
  test('of Zeek in tabs gives the flows and states that splitting its lines gives', async () => {
    let flows = 0;
    for (const path of logs) {
      const text = readFileSync(path, 'utf8');
      if (!/^\s*#separator \\x09/.test(text) || !/^#path\tconn$/m.test(text)) continue;
      const { sink } = await readPath(path, 'zeek-tsv');
      const names = /^#fields\t(.*)$/m.exec(text)![1]!.split('\t');
      const rows = text.split('\n').filter((line) => line !== '' && !/^\s*#/.test(line));
      const column = (name: string) => rows.map((row) => row.split('\t')[names.indexOf(name)]!);
      const sum = (texts: string[]) => texts.reduce((a, b) => a + (b === '-' ? 0 : Number(b)), 0);
      expect(sink.skips, path).toEqual({});
      expect(sink.flows.map((flow) => flow.connState)).toEqual(column('conn_state'));
      expect(sum(sink.flows.map((flow) => String(flow.originatorIpBytes)))).toBe(
        sum(column('orig_ip_bytes')),
      );
      flows += rows.length;
    }
    expect(flows).toBeGreaterThan(50_000);
  });

  test('is read or refused, and next to nothing of what is read is malformed', async () => {
    const formats = new Map<string, number>();
    const refused: string[] = [];
    for (const path of logs) {
      const format = recogniseInput(headOf(path));
      if (format === undefined || format === 'pcapng') {
        refused.push(path.slice(data.length + 1));
        continue;
      }
      const { sink, summary } = await readPath(path, format);
      formats.set(format, (formats.get(format) ?? 0) + summary.records);
      expect(sink.skips['malformedLine'] ?? 0, path).toBeLessThanOrEqual(
        summary.records / 1000 + 1,
      );
      expect(sink.skips['lineBeforeHeading'] ?? 0, path).toBe(0);
      for (const flow of sink.flows) {
        expect(Number.isSafeInteger(flow.startUs) && flow.endUs >= flow.startUs).toBe(true);
      }
    }
    expect([...formats.keys()].sort()).toEqual([
      'argus-csv', 'cicflowmeter-csv', 'cowrie-csv', 'suricata-json', 'syslog', 'unsw-nb15-csv', 'web-log', 'zeek-json',
      'zeek-tsv',
    ]); // prettier-ignore
    expect(refused).toContain('slips/test1-malicious.nfdump');
    const readable =
      /(conn|dns|http|ssl|ssh|smtp|auth)\.log(\.labeled)?$|\.binetflow$|suricata\.json$/;
    expect(refused.filter((path) => readable.test(path))).toEqual([]);
  });
});

async function readPath(
  path: string,
  format: InputFormat,
): Promise<{ sink: RecordingSink; summary: ReadSummary }> {
  const sink = new RecordingSink();
  return { sink, summary: await readTraffic(format, createReadStream(path), sink) };
}

function headOf(path: string): Uint8Array {
  const file = openSync(path, 'r');
  const head = new Uint8Array(HEAD_BYTES);
  const length = readSync(file, head, 0, HEAD_BYTES, 0);
  closeSync(file);
  return head.subarray(0, length);
}

function logPaths(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && !/\.(pcap|pcapng|cap)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch {
    return [];
  }
}

/** Ethernet, IPv4, UDP from 10.0.0.1:5000 to 10.0.0.2:9999 with four bytes. */
function udpFrame(): Uint8Array {
  const ip = [0x45, 0, 0, 32, 0, 1, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
  const udp = [5000 >> 8, 5000 & 255, 9999 >> 8, 9999 & 255, 0, 12, 0, 0, 1, 2, 3, 4];
  return Uint8Array.from([...new Array<number>(12).fill(2), 8, 0, ...ip, ...udp]);
}
