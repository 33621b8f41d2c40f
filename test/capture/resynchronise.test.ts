import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CaptureDecoder } from '../../src/capture/capture-decoder.ts';
import { captureInside, longCapture, mixedPayload, type LongCapture } from './long-capture.ts';

interface Read {
  /** Numbers of the records that gave a packet, in order. */
  readonly records: readonly number[];
  readonly skipped: Readonly<Record<string, number>>;
}

function read(file: Uint8Array, chunkBytes = file.length): Read {
  const records: number[] = [];
  const decoder = new CaptureDecoder((packet) => records.push(packet.tcpSequence));
  for (let at = 0; at < file.length; at += chunkBytes) {
    decoder.push(file.subarray(at, at + chunkBytes));
  }
  decoder.end();
  return { records, skipped: Object.fromEntries(decoder.skipped) };
}

const plain = { pcap: longCapture('pcap', 3000, mixedPayload), pcapng: longCapture('pcapng', 3000, mixedPayload) }; // prettier-ignore
const nested = longCapture('pcap', 1200, captureInside(1400));
/** Those of a capture inside a record whose own header is gone lead right to the next record: nothing tells them apart. */
const RECORDS_INSIDE = 1400 / 70;

/** Records that lie wholly outside of a damaged stretch of the file. */
function untouched({ starts }: LongCapture, from: number, to: number): Set<number> {
  const records = new Set<number>();
  for (let i = 0; i + 1 < starts.length; i++) {
    if (starts[i + 1]! <= from || starts[i]! >= to) records.add(i);
  }
  return records;
}

/**
 * How many of the records that the damage did not touch are missing; it may have made one that it touched another, or
 * `mostStrangers` where that one holds a capture.
 */
function lost(
  capture: LongCapture,
  damaged: Read,
  [from, to]: readonly [number, number],
  mostStrangers = 1,
): number {
  const expected = untouched(capture, from, to);
  const seen = new Set(damaged.records);
  const strangers = [...seen].filter((record) => record >= capture.starts.length - 1);
  expect(strangers.length).toBeLessThanOrEqual(mostStrangers);
  return [...expected].filter((record) => !seen.has(record)).length;
}

describe.each(['pcap', 'pcapng'] as const)('a damaged %s', (format) => {
  const capture = plain[format];
  const place = fc.integer({ min: 100, max: capture.file.length - 100_000 });

  test('loses no more than what the damage touches and three records beside it', () => {
    fc.assert(
      fc.property(
        place,
        fc.constantFrom(1, 4, 16, 100, 5000),
        fc.constantFrom('zeros', 'ones', 'noise', 'deleted', 'inserted'),
        (from, length, kind) => {
          const { file } = capture;
          const noise = Uint8Array.from(
            { length },
            (_, i) => Math.imul(i + from, 0x9e3779b1) >>> 24,
          );
          const middle = { zeros: new Uint8Array(length), ones: new Uint8Array(length).fill(255), noise, deleted: new Uint8Array(0), inserted: noise }[kind]; // prettier-ignore
          const to = kind === 'inserted' ? from : from + length;
          const broken = Buffer.concat([file.subarray(0, from), middle, file.subarray(to)]);
          expect(lost(capture, read(broken), [from, Math.max(to, from + 1)])).toBeLessThanOrEqual(
            3,
          );
        },
      ),
      { numRuns: 120 },
    );
  });

  test('gives the same in chunks of any size', () => {
    const broken = capture.file.slice();
    for (const at of [10_000, 500_000, 1_200_000]) broken.fill(0xff, at, at + 3000);
    const whole = read(broken);
    expect(whole.skipped['corruptRecord']).toBe(3);
    for (const size of [777, 65_536, 1 << 20]) expect(read(broken, size)).toEqual(whole);
  });

  test('one that is cut short right behind a damage is read as far as it goes', () => {
    const { file, starts } = capture;
    const broken = file.slice(0, starts[2003]! - 5);
    broken.fill(0xff, starts[2000], starts[2000]! + 12);
    const { records, skipped } = read(broken);
    expect(records.length).toBeGreaterThanOrEqual(2000);
    expect(skipped['corruptRecord']).toBe(1);
  });
});

describe('a wrong length', () => {
  test('of any single bit is noticed, though the headers it leads to could be read', () => {
    const { file, starts } = plain.pcap;
    for (let bit = 0; bit < 32; bit++) {
      const broken = file.slice();
      const at = starts[700]! + 8 + (bit >> 3);
      broken[at] = broken[at]! ^ (1 << (bit & 7));
      const damaged = read(broken);
      expect(lost(plain.pcap, damaged, [starts[700]!, starts[701]!]), `bit ${bit}`).toBeLessThan(4);
      expect(damaged.records.length).toBeGreaterThan(2990);
    }
  });
});

describe('a capture within a capture', () => {
  test('is not taken for the capture itself, beyond the record that was damaged', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 900 }), fc.nat(15), (record, byte) => {
        const { file, starts } = nested;
        const broken = file.slice();
        broken.fill(0xff, starts[record]! + byte, starts[record]! + byte + 8);
        const damaged = read(broken);
        const damage = [starts[record]!, starts[record + 1]!] as const;
        expect(lost(nested, damaged, damage, RECORDS_INSIDE)).toBeLessThan(4);
        expect(damaged.records.length).toBeLessThanOrEqual(1200 + RECORDS_INSIDE);
        expect(damaged.records.length).toBeGreaterThanOrEqual(1196);
      }),
      { numRuns: 60 },
    );
  });
});

test('two captures in one file, one after the other, are both read', () => {
  const { file } = plain.pcap;
  const { records, skipped } = read(Buffer.concat([file, file]));
  expect(records).toHaveLength(6000);
  expect(skipped).toEqual({ corruptRecord: 1, corruptBytes: 24 });
});

test('a long hole of zeros is passed over', () => {
  const { file, starts } = plain.pcap;
  const hole = Buffer.concat([
    file.subarray(0, starts[1000]),
    new Uint8Array(3_000_000),
    file.subarray(starts[1000]),
  ]);
  const { records } = read(hole);
  expect(new Set(records).size).toBeGreaterThanOrEqual(3000);
});

test('a file of nothing but damage takes time in proportion to its size', () => {
  const seconds = (megabytes: number): number => {
    // Headers that look right and lead nowhere: every place begins a chain of some length.
    const { file } = longCapture('pcap', 2000, () => new Uint8Array(0));
    const noise = new Uint8Array(megabytes << 20);
    for (let at = 0; at < noise.length; at += 70 * 900 + 1) {
      noise.set(file.subarray(24, 24 + Math.min(70 * 900, noise.length - at)), at);
    }
    const broken = Buffer.concat([file.subarray(0, 24), new Uint8Array(16).fill(255), noise]);
    const start = performance.now();
    read(broken, 1 << 20);
    return performance.now() - start;
  };
  seconds(2);
  expect(seconds(16) / seconds(4)).toBeLessThan(12);
});
