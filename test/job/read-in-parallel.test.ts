import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stitchParts } from '../../src/flow/flow-part.ts';
import { HostTable } from '../../src/host/host-table.ts';
import { doRangeTask } from '../../src/job/capture-worker.ts';
import { planRanges } from '../../src/job/plan-ranges.ts';
import { profileInParallel, readInParallel } from '../../src/job/read-in-parallel.ts';
import { profileInputs } from '../../src/job/profile-inputs.ts';
import { longCapture, mixedPayload } from '../capture/long-capture.ts';
import { Collector, flowLines } from '../flow/make-packet.ts';
import { put, temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();
const small = { leastRangeBytes: 1 };

const capture = longCapture('pcap', 3000, mixedPayload);
const pcapng = longCapture('pcapng', 3000, mixedPayload);
const damaged = capture.file.slice();
damaged.fill(0xff, capture.starts[1000], capture.starts[1000]! + 12);

const files = {
  pcap: put(folder, 'whole.pcap', capture.file),
  pcapng: put(folder, 'whole.pcapng', pcapng.file),
  'damaged pcap': put(folder, 'damaged.pcap', damaged),
  'pcap cut short': put(folder, 'cut.pcap', capture.file.subarray(0, -3)),
  'pcapng of two sections': put(folder, 'two.pcapng', Buffer.concat([pcapng.file, pcapng.file])),
};

async function inOneThread(paths: readonly string[]): Promise<Uint8Array> {
  return (await profileInputs(paths, { workers: 1 })).table.encode();
}

describe('ranges of a capture', () => {
  test.each(['pcap', 'pcapng'] as const)(
    'of %s, read one by one, give the table of the whole',
    async (name) => {
      const whole = await inOneThread([files[name]]);
      for (const ranges of [1, 2, 3, 5]) {
        const planned = planRanges([files[name]], {
          ranges,
          leastRangeBytes: 1,
          warmUpBytes: 50_000,
        })!;
        expect(planned).toHaveLength(ranges);
        const table = new HostTable();
        const parts = planned.map((range) => {
          const { read, profiles } = doRangeTask({ range, profiles: {} }, () => undefined);
          expect(read.isExact).toBe(true);
          table.merge(HostTable.decode(profiles!));
          return read.part;
        });
        stitchParts(parts, table);
        expect(Buffer.compare(table.encode(), whole)).toBe(0);
      }
    },
  );

  test('that end where no record begins say so, and so do damaged ones', () => {
    const [first, second] = planRanges([files.pcap], { ranges: 2, leastRangeBytes: 1 })!;
    const read = (range: typeof first) => doRangeTask({ range: range!, profiles: {} }, () => undefined).read; // prettier-ignore
    expect(read({ ...first!, to: first!.to + 1 }).isExact).toBe(false);
    expect(read({ ...first!, to: first!.to - 1 }).isExact).toBe(false);
    expect(read(first).isExact).toBe(true);
    expect(read(second).isExact).toBe(true);
    const [half] = planRanges([files['damaged pcap']], { ranges: 2, leastRangeBytes: 1 })!;
    expect(read(half).isExact).toBe(false);
  });
});

/** Threads load what was built: `npm test` builds first. */
const entry = new URL('../../dist/job/capture-worker.js', import.meta.url);
const isBuilt = existsSync(entry);
if (!isBuilt) console.warn('SKIPPED: reading in threads needs dist (npm run build)');

const data = process.env['RAPSHEET_DATA'] ?? '../shared/data';
const real = [
  'elcabezzonn/malware_infection.pcap',
  'fit-iot/blink-cam-02.pcap',
  'trace-share/SSH-Hydra/hydra-8_tasks.pcap',
  'network-captures/sflows.pcapng',
].map((name) => join(data, name)).filter((path) => existsSync(path)); // prettier-ignore
if (real.length === 0) console.warn(`SKIPPED: reading real captures in threads needs ${data}`);

describe.skipIf(!isBuilt)('several threads', () => {
  test.each([...Object.entries(files), ...real.map((path) => [path, path] as const)])(
    'read %s as one does',
    async (_, path) => {
      const table = new HostTable();
      const bytes: number[] = [];
      const read = await profileInParallel([path], table, { workers: 3, entry, plan: small, onBytes: (_path, count) => void bytes.push(count) }); // prettier-ignore
      expect(read).toHaveLength(1);
      expect(bytes.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(
        readFileSync(path).length * 0.9,
      );
      expect(Buffer.compare(table.encode(), await inOneThread([path]))).toBe(0);
    },
  );

  test('give the same flows', async () => {
    const whole = new Collector();
    await readInParallel([files.pcap], whole, { workers: 1, entry, plan: small });
    const parts = new Collector();
    await readInParallel([files.pcap], parts, { workers: 2, entry, plan: small });
    expect(parts.flows.length).toBeGreaterThan(1000);
    expect(flowLines(parts.flows)).toEqual(flowLines(whole.flows));
  });

  test('leave what cannot be cut, and what is not there, to one', async () => {
    const log = put(folder, 'conn.log', '#fields\tts\n');
    const options = { workers: 2, entry, plan: small };
    expect(await profileInParallel([log], new HostTable(), options)).toBeUndefined();
    expect(
      await profileInParallel([join(folder, 'gone')], new HostTable(), options),
    ).toBeUndefined();
  });

  test('stop when who waits for progress throws', async () => {
    const stop = async (): Promise<void> => {
      await Promise.resolve();
      throw new Error('enough');
    };
    const reading = profileInParallel([files.pcap], new HostTable(), { workers: 2, entry, plan: small, onBytes: stop }); // prettier-ignore
    await expect(reading).rejects.toThrow('enough');
  });
});
