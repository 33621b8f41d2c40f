import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { frameSections, openSection, type FileRange } from '../../../src/job/cluster/section.ts';
import { mapSections } from '../../../src/job/cluster/map-stage.ts';
import { FrameEncoder } from '../../../src/job/cluster/frames.ts';
import { readRecords } from '../../../src/job/cluster/wire.ts';
import type { JobRecord } from '../../../src/job/cluster/job-record.ts';
import { captureInside, longCapture, mixedPayload } from '../../capture/long-capture.ts';
import { connLog, put, temporaryFolder } from '../temporary-folder.ts';
import { linesOf, profilesOfLines, profilesOfOne, runInMemory, verdictsOfOne } from './run-in-memory.ts'; // prettier-ignore

const folder = temporaryFolder();

/** The file in ranges that begin at these places. */
function cutAt(path: string, places: readonly number[]): FileRange[][] {
  const size = readFileSync(path).length;
  const starts = [...new Set([0, ...places])].filter((at) => at < size).sort((a, b) => a - b);
  return starts.map((start, i) => [{ path, start, length: (starts[i + 1] ?? size) - start }]);
}

async function profilesInRanges(path: string, places: readonly number[]) {
  const result = await runInMemory('profiles', cutAt(path, places));
  return {
    profiles: profilesOfLines(linesOf(result)),
    failures: result.failures,
    read: result.read,
  };
}

const pcap = put(folder, 'long.pcap', longCapture('pcap', 3000, mixedPayload).file);
const pcapng = put(folder, 'long.pcapng', longCapture('pcapng', 3000, mixedPayload).file);
const nested = put(folder, 'nested.pcap', longCapture('pcap', 1500, captureInside(1300)).file);

describe('ranges of a capture', () => {
  test.each([pcap, pcapng, nested])(
    'of %s, cut anywhere, give the profiles of the whole',
    async (path) => {
      const whole = await profilesOfOne([path]);
      const size = readFileSync(path).length;
      const places = fc.array(fc.integer({ min: 1, max: size - 1 }), {
        minLength: 1,
        maxLength: 4,
      });
      await fc.assert(
        fc.asyncProperty(places, async (at) => {
          const { profiles, failures } = await profilesInRanges(path, at);
          expect(failures).toEqual([]);
          expect(profiles).toEqual(whole);
        }),
        { numRuns: 12 },
      );
    },
  );

  test('count every packet once', async () => {
    const { read } = await profilesInRanges(pcap, [100_000, 1_000_000]);
    expect(read).toEqual([{ path: pcap, format: 'pcap', records: 3000 }]);
  });

  test('that do not fit together because the file is damaged where they meet are told of by name', async () => {
    const { file, starts } = longCapture('pcap', 3000, mixedPayload);
    const damaged = file.slice();
    damaged.fill(0xff, starts[1400], starts[1600]);
    const path = put(folder, 'damaged.pcap', damaged);
    const { failures } = await profilesInRanges(path, [starts[1500]!]);
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatch(
      /damaged\.pcap: damaged, or odd, before byte \d+: .* give it to one task/,
    );
  });

  test('of a file that may not be cut are told of by name', async () => {
    const path = put(folder, 'auth.log', 'Nov  1 00:00:01 host sshd[1]: Failed password for root from 192.0.2.1 port 22 ssh2\n'.repeat(99)); // prettier-ignore
    const { failures } = await profilesInRanges(path, [1000]);
    expect(failures).toEqual([
      `${path}: syslog cannot be read in ranges: give it to one task (a larger --range-mb)`,
    ]);
  });
});

describe('ranges of a log', () => {
  const hosts = Array.from({ length: 400 }, (_, i) => `10.0.${i >> 7}.${(i & 127) + 1}`);
  const log = put(folder, 'conn.log', connLog(hosts));

  test('cut anywhere give the profiles of the whole, and its lines', async () => {
    const whole = await profilesOfOne([log]);
    const size = readFileSync(log).length;
    const places = fc.array(fc.integer({ min: 1, max: size - 1 }), { minLength: 1, maxLength: 9 });
    await fc.assert(
      fc.asyncProperty(places, async (at) => {
        const { profiles, read, failures } = await profilesInRanges(log, at);
        expect(failures).toEqual([]);
        expect(profiles).toEqual(whole);
        expect(read[0]).toMatchObject({ records: 400, log: { lines: 406, skips: [] } });
      }),
      { numRuns: 25 },
    );
  });

  test('that end exactly where a line does read no line twice', async () => {
    // Lines of one length, and ranges that are a multiple of it: every range ends behind a newline.
    const head = connLog([]);
    const rows = hosts.map((host) => {
      const row = connLog([host]).slice(head.length, -1);
      return `${row.padEnd(159, 'a')}\n`;
    });
    const path = put(folder, 'fixed.log', `${head}${rows.join('')}`);
    const places = Array.from({ length: 40 }, (_, i) => head.length + i * 10 * 160);
    const { profiles, read } = await profilesInRanges(path, places);
    expect(read[0]).toMatchObject({ records: 400 });
    expect(profiles).toEqual(await profilesOfOne([path]));
  });

  test('tell of a line that is wrong by its number in the file', async () => {
    const lines = connLog(hosts).split('\n');
    lines[300] = 'no line of a log';
    const path = put(folder, 'wrong.log', lines.join('\n'));
    const { read } = await profilesInRanges(path, [20_000, 40_000]);
    expect(read[0]!.log!.skips).toMatchObject([
      { reason: 'malformedLine', count: 1, firstLine: 301 },
    ]);
  });
});

describe('files of one recording', () => {
  const { file, starts } = longCapture('pcap', 3000, mixedPayload);
  const header = file.subarray(0, 24);
  const names = [0, 1, 2].map((i) => {
    const part = file.subarray(starts[i * 1000], starts[i * 1000 + 1000]);
    return put(folder, `rotated/day.pcap${i}`, Buffer.concat([header, part]));
  });

  test('give the verdicts of one capture, in one task or in several, in any order', async () => {
    const whole = await verdictsOfOne(names);
    expect(whole).toEqual(await verdictsOfOne([pcap]));
    const recording = 'day';
    const several = names.map((path) => [{ path, recording }]);
    const one = [names.map((path, i) => ({ path, continues: i > 0 }))];
    const two = [[{ path: names[2]!, recording }], [{ path: names[0]!, recording }, { path: names[1]!, recording, continues: true }]]; // prettier-ignore
    for (const tasks of [several, [...several].reverse(), one, two]) {
      const result = await runInMemory('verdicts', tasks);
      expect(linesOf(result)).toEqual(whole);
      expect(result.rotated.flat().length).toBeGreaterThan(1);
    }
  });
});

describe('sections of frames', () => {
  /** As an engine sends them: a header, chunks, an empty frame. */
  function sent(
    ranges: readonly FileRange[],
    change: (header: Record<string, unknown>) => void = () => undefined,
  ): Uint8Array {
    // prettier-ignore
    const pieces: Uint8Array[] = [];
    const encoder = new FrameEncoder((piece) => pieces.push(piece.slice()));
    for (const range of ranges) {
      const { chunks, head, ...rest } = openSection(range);
      const header: Record<string, unknown> = {
        ...rest,
        head: Buffer.from(head).toString('base64'),
      };
      change(header);
      encoder.put(JSON.stringify(header), new Uint8Array(0));
      for (const chunk of chunks) encoder.put('', chunk);
      encoder.put('', new Uint8Array(0));
    }
    encoder.end();
    return Buffer.concat(pieces);
  }

  async function mapped(bytes: Uint8Array): Promise<JobRecord[]> {
    const records: JobRecord[] = [];
    const take = (key: string, value: Uint8Array): void =>
      void records.push({ key, value: value.slice() });
    await mapSections(frameSections(readRecords('frames', [bytes])), take);
    return records;
  }

  test('give what the files give, also behind one that is nothing known', async () => {
    const picture = put(folder, 'picture.png', Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(3_000_000)])); // prettier-ignore
    const ranges = [{ path: picture }, ...cutAt(pcap, [500_000, 900_000]).flat(), { path: pcapng }];
    const opened = ranges.map((range) => ({ path: range.path, open: () => openSection(range) }));
    const expected: JobRecord[] = [];
    await mapSections(opened, (key, value) => void expected.push({ key, value: value.slice() }));
    expect(await mapped(sent(ranges))).toEqual(expected);
  });

  test('with fewer bytes than was said are refused', async () => {
    const shorter = sent([{ path: pcap }], (header) => {
      header['length'] = (header['length'] as number) + 1;
      header['size'] = (header['size'] as number) + 1;
    });
    await expect(mapped(shorter)).rejects.toThrow(/long\.pcap: expected \d+ bytes, got \d+/);
  });

  test.each([
    [{ path: '' }, 'without a path'],
    [{ start: -1 }, 'start: expected a number of bytes, got -1'],
    [{ length: 1e9 }, 'bytes that the file has not'],
  ])('with a header of %j are refused', async (wrong, why) => {
    const bytes = sent([{ path: pcap }], (header) => Object.assign(header, wrong));
    await expect(mapped(bytes)).rejects.toThrow(why);
  });
});
