import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findRanges, nextRecord, type SeekableBytes } from '../../src/capture/capture-ranges.ts';
import { CaptureDecoder } from '../../src/capture/capture-decoder.ts';
import { captureInside, longCapture, mixedPayload } from './long-capture.ts';

function seekable(file: Uint8Array): SeekableBytes {
  return {
    size: file.length,
    readAt: (offset, length) => file.subarray(offset, offset + length),
  };
}

/** Where frames begin, and where one would if a record followed the last (some files end in a byte too many). */
function boundaries(file: Uint8Array): Set<number> {
  const starts = new Set<number>();
  const decoder = new CaptureDecoder(
    () => undefined,
    ({ offset, capturedLength }) => starts.add(offset).add(offset + capturedLength + 16),
  );
  decoder.push(file);
  return starts;
}

/** The header of a frame stands this far before its bytes. */
const HEADERS: Readonly<Record<string, number>> = { pcap: 16, pcapng: 28 };

function falseStarts(file: Uint8Array, format: string, offsets: readonly number[]): number[] {
  const ranges = findRanges(seekable(file), 2)!;
  const true_ = boundaries(file);
  return offsets
    .map((offset) => nextRecord(seekable(file), ranges.headers, offset))
    .filter((start) => start !== file.length && !true_.has(start + HEADERS[format]!));
}

describe('a place in the middle of a capture', () => {
  test.each(['pcap', 'pcapng'] as const)(
    'of %s leads to a true record, wherever it is',
    (format) => {
      const { file } = longCapture(format, 2000, mixedPayload);
      const offsets = Array.from(
        { length: 250 },
        (_, i) => 200 + ((i * 7919) % (file.length - 200)),
      );
      expect(falseStarts(file, format, offsets)).toEqual([]);
    },
  );

  test.each([100, 700, 1400, 9000])(
    'leads past captures within frames, in pieces of %i bytes',
    (piece) => {
      const { file } = longCapture('pcap', 1500, captureInside(piece));
      const offsets = Array.from(
        { length: 200 },
        (_, i) => 30 + ((i * 104_729) % (file.length - 30)),
      );
      expect(falseStarts(file, 'pcap', offsets)).toEqual([]);
    },
  );

  test('cuts a capture into parts that begin where records do', () => {
    for (const format of ['pcap', 'pcapng'] as const) {
      const { file, starts } = longCapture(format, 3000, mixedPayload);
      for (const count of [1, 2, 3, 8]) {
        const ranges = findRanges(seekable(file), count)!;
        expect(ranges.starts).toHaveLength(count);
        for (const start of ranges.starts) expect(starts).toContain(start);
        expect(ranges.headers).toEqual(file.subarray(0, starts[0]));
      }
    }
  });

  test('is not found in what is no capture, or has no records', () => {
    expect(findRanges(seekable(new Uint8Array(5000)), 4)).toBeUndefined();
    expect(findRanges(seekable(new Uint8Array(3)), 4)).toBeUndefined();
    const { file } = longCapture('pcap', 0, mixedPayload);
    expect(findRanges(seekable(file), 4)).toMatchObject({ starts: [24] });
  });
});

const data = process.env['RAPSHEET_DATA'] ?? '../shared/data';
if (!existsSync(data)) console.warn(`SKIPPED: places in real captures need ${data}`);

test.skipIf(!existsSync(data))(
  'places in real captures lead to true records',
  { timeout: 300_000 },
  () => {
    let tried = 0;
    const wrong: string[] = [];
    for (const name of readdirSync(data, { recursive: true }) as string[]) {
      const path = join(data, name);
      if (!/\.(pcap|cap)$/.test(name) || !statSync(path).isFile() || statSync(path).size < 400_000) continue; // prettier-ignore
      const file = readFileSync(path);
      const decoder = new CaptureDecoder(() => undefined);
      decoder.push(file);
      if (decoder.format !== 'pcap') continue;
      const offsets = Array.from(
        { length: 8 },
        (_, i) => 24 + ((i * 7_368_787) % (file.length - 24)),
      );
      const bad = falseStarts(file, 'pcap', offsets);
      tried += offsets.length;
      if (bad.length > 0) wrong.push(`${name} ${bad.join(' ')}`);
    }
    expect(tried).toBeGreaterThan(300);
    expect(wrong).toEqual([]);
  },
);
