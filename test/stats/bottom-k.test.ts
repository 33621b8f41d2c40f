import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../src/bytes/byte-reader.ts';
import type { ByteWriter } from '../../src/bytes/byte-writer.ts';
import { BottomK } from '../../src/stats/bottom-k.ts';
import { mergeableLaws } from '../laws/mergeable-laws.ts';
import { hashes, wholeNumbers } from './arbitraries.ts';

const numbers = {
  encode: (writer: ByteWriter, value: number): void => writer.varint(value),
  decode: (reader: ByteReader): number => reader.varint(),
};

for (const k of [1, 8, 64]) {
  mergeableLaws({
    name: `BottomK(${k})`,
    empty: () => new BottomK(k, numbers),
    value: fc.tuple(hashes, wholeNumbers),
    add: (state, [hash, value]) => state.add(hash, value),
    decode: (reader) => BottomK.decode(reader, k, numbers),
    threshold: k,
    read: (s) => [s.size, s.values()],
  });
}

describe('BottomK', () => {
  test('keeps the values of the smallest hashes, by hash', () => {
    const sample = new BottomK(3, numbers);
    for (const hash of [50, 10, 40, 20, 30]) sample.add(hash, hash * 2);
    expect(sample.values()).toEqual([20, 40, 60]);
  });

  test('keeps of one hash the value whose bytes come first', () => {
    const sample = new BottomK(3, numbers);
    for (const value of [7, 5, 9]) sample.add(1, value);
    sample.add(1, 300); // 0xac 0x02
    expect(sample.values()).toEqual([5]);
  });

  test.each([
    ['bytes behind a value', [1, 4, 2, 7, 7]],
    ['a value that is cut', [1, 4, 1, 0x80]],
    ['more values than k', [4]],
  ])('marks %s', (_, bytes) => {
    const reader = new ByteReader(Uint8Array.from(bytes));
    expect(BottomK.decode(reader, 3, numbers).size).toBe(0);
    expect(reader.truncated).toBe(true);
    expect(reader.offset).toBe(bytes.length);
  });

  test('refuses another k', () => {
    expect(() => new BottomK(2, numbers).merge(new BottomK(3, numbers))).toThrow(RangeError);
    expect(() => new BottomK(0, numbers)).toThrow(RangeError);
    expect(() => new BottomK(3, numbers).add(-1, 0)).toThrow(RangeError);
  });
});
