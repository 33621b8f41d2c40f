import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { PcapWriter } from '../../src/capture/pcap-writer.ts';
import { readInputs, type ReadInputsOptions } from '../../src/job/read-inputs.ts';
import { rotationName } from '../../src/job/rotated-files.ts';
import { ethernet, ipv4, tcp } from '../capture/frame-builder.ts';
import { Collector, flowLines } from '../flow/make-packet.ts';
import { put, temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();

/** Twenty seconds of one connection, a packet a second, from second `from` to before second `to`. */
function capture(from: number, to: number): Uint8Array {
  const writer = new PcapWriter();
  const records = [writer.header()];
  for (let second = from; second < to; second++) {
    const frame = ethernet(0x0800, ipv4({}, tcp({ flags: second === 0 ? 2 : 16 })));
    records.push(writer.record((1_700_000_000 + second) * 1e6, frame));
  }
  return Buffer.concat(records);
}

async function read(inputs: readonly string[], options: ReadInputsOptions = {}) {
  const sink = new Collector();
  const { rotated, read: files } = await readInputs(inputs, sink, options);
  return { flows: flowLines(sink.flows), packets: sink.flows.map((f) => f.originatorPackets), rotated, files }; // prettier-ignore
}

describe('names of one recording', () => {
  test.each([
    ['tcpdump -C', ['d/a.pcap', 'd/a.pcap1', 'd/a.pcap2', 'd/a.pcap10']],
    ['tcpdump -C -W', ['d/a.pcap00', 'd/a.pcap01']],
    ['tcpdump -G', ['d/a-2026-01-01_120000.pcap', 'd/a-2026-01-01_120100.pcap.gz']],
    ['dumpcap -b', ['d/a_00001_20260101120000.pcapng', 'd/a_00002_20260101120500.pcapng']],
    ['logrotate', ['d/a.pcap', 'd/a.pcap.1', 'd/a.pcap.2.gz', 'd/a.pcap.3.zst']],
  ])('of %s are the same but for digits', (_, paths) => {
    expect(new Set(paths.map(rotationName)).size).toBe(1);
  });

  test('of other folders, stems or formats are not', () => {
    const paths = ['d/a.pcap', 'e/a.pcap', 'd/b.pcap', 'd/a.pcapng', 'd/a.log', '-'];
    expect(new Set(paths.map(rotationName)).size).toBe(paths.length);
  });
});

describe('rotated files', () => {
  test('are read as one capture, by time and not by name', async () => {
    const whole = await read([put(folder, 'whole.pcap', capture(0, 20))]);
    put(folder, 'set/trace.pcap2', capture(14, 20));
    put(folder, 'set/trace.pcap', capture(6, 14));
    put(folder, 'set/trace.pcap1.gz', gzipSync(capture(0, 6)));
    const rotated = await read([join(folder, 'set')]);
    expect(rotated.flows).toEqual(whole.flows);
    const names = ['trace.pcap1.gz', 'trace.pcap', 'trace.pcap2'];
    expect(rotated.rotated).toEqual([names.map((name) => join(folder, 'set', name))]);
    expect(rotated.files.map(({ records }) => records)).toEqual([6, 8, 6]);
  });

  test('are read one by one when asked for', async () => {
    const alone = await read([join(folder, 'set')], { rotated: false });
    expect(alone.packets.sort()).toEqual([6, 6, 8]);
    expect(alone.rotated).toEqual([]);
  });

  test('that overlap in time are several captures', async () => {
    put(folder, 'sensors/sensor1.pcap', capture(0, 10));
    put(folder, 'sensors/sensor2.pcap', capture(0, 12));
    put(folder, 'sensors/sensor3.pcap', capture(12, 20));
    const { packets, rotated } = await read([join(folder, 'sensors')]);
    expect(packets).toEqual([10, 20]);
    expect(rotated.map((paths) => paths.length)).toEqual([2]);
  });

  test('leave what is no capture among them to be read or refused as ever', async () => {
    put(folder, 'mixed/x1.pcap', capture(0, 5));
    put(folder, 'mixed/x2.pcap', 'no capture at all');
    put(folder, 'mixed/x3.pcap', '');
    put(folder, 'mixed/x4.pcap', capture(5, 9));
    const { packets } = await read([join(folder, 'mixed')]);
    expect(packets).toEqual([9]);
    await expect(read([join(folder, 'mixed/x1.pcap'), join(folder, 'mixed/x2.pcap')])).rejects.toThrow('x2.pcap: not a capture'); // prettier-ignore
  });
});

const data = process.env['RAPSHEET_DATA'] ?? '../shared/data';
const CAPTURES = [
  'elcabezzonn/malware_infection.pcap',
  'fit-iot/blink-cam-02.pcap',
  'chrissanders/ratinfected.pcapng',
  'ndpi/pcap/1kxun.pcap',
];
const canSplit = existsSync(data) && hasEditcap();
if (!canSplit) console.warn(`SKIPPED: splitting real captures needs ${data} and editcap`);

describe.skipIf(!canSplit)('real captures, split by editcap', () => {
  test.each(CAPTURES)('%s', async (name) => {
    const into = join(folder, 'split', name.replaceAll('/', '_'));
    mkdirSync(into, { recursive: true });
    execFileSync('editcap', ['-c', '300', join(data, name), join(into, 'part.pcap')]);
    const whole = new Collector();
    await readInputs([join(data, name)], whole);
    const split = new Collector();
    const { rotated } = await readInputs([into], split);
    expect(rotated).toHaveLength(1);
    expect(flowLines(split.flows)).toEqual(flowLines(whole.flows));
    expect(split.events.map((event) => JSON.stringify(event)).sort()).toEqual(
      whole.events.map((event) => JSON.stringify(event)).sort(),
    );
  });

  test('editcap gives the same packets in every format', async () => {
    const path = join(data, 'ndpi/pcap/1kxun.pcap');
    const lines = async (file: string): Promise<string[]> => {
      const sink = new Collector();
      await readInputs([file], sink);
      return flowLines(sink.flows);
    };
    const expected = await lines(path);
    for (const format of ['pcap', 'nsecpcap', 'modpcap', 'pcapng']) {
      const converted = join(folder, `converted.${format}`);
      execFileSync('editcap', ['-F', format, path, converted]);
      expect(await lines(converted), format).toEqual(expected);
      expect(readFileSync(converted).length).toBeGreaterThan(10_000);
    }
  });
});

function hasEditcap(): boolean {
  try {
    execFileSync('editcap', ['--version']);
    return true;
  } catch {
    return false;
  }
}
