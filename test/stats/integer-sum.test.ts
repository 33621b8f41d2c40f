import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../src/bytes/byte-reader.ts';
import { IntegerSum } from '../../src/stats/integer-sum.ts';
import { encoded, mergeableLaws } from '../laws/mergeable-laws.ts';
import { wholeNumbers } from './arbitraries.ts';

mergeableLaws({
  name: 'IntegerSum',
  empty: () => new IntegerSum(),
  value: wholeNumbers,
  add: (state, value) => state.add(value),
  decode: (reader) => IntegerSum.decode(reader),
  read: (s) => [s.count, s.sum, s.exactSum, s.mean, s.min, s.max],
});

describe('IntegerSum', () => {
  test('is exact beyond 2^53', () => {
    fc.assert(
      fc.property(fc.array(wholeNumbers, { minLength: 1, maxLength: 60 }), (values) => {
        const sum = new IntegerSum();
        for (const value of values) sum.add(value);
        const truth = values.reduce((total, value) => total + BigInt(value), 0n);
        expect(sum.exactSum).toBe(truth);
        expect(sum.sum).toBe(Number(truth));
        expect(sum.min).toBe(Math.min(...values));
        expect(sum.max).toBe(Math.max(...values));
      }),
    );
  });

  test('carries where the low part is just full', () => {
    const sum = new IntegerSum();
    sum.add(2 ** 51);
    sum.add(2 ** 51);
    const once = new IntegerSum();
    once.add(2 ** 52);
    expect(encoded(sum).slice(-2)).toEqual(Uint8Array.of(1, 0)); // high 1, low 0
    expect(encoded(once).slice(-2)).toEqual(Uint8Array.of(1, 0));
  });

  test('knows nothing, not zero, of the values when empty', () => {
    const sum = new IntegerSum();
    expect([sum.mean, sum.min, sum.max, sum.count, sum.sum]).toEqual([NaN, NaN, NaN, 0, 0]);
  });

  test('refuses what is out of its range', () => {
    for (const value of [-1, NaN, Infinity, 2 ** 53]) {
      expect(() => new IntegerSum().add(value)).toThrow(RangeError);
    }
  });

  test.each([
    ['a sum under what its numbers make', [2, 5, 5, 0, 14]],
    ['a sum over what its numbers make', [2, 5, 5, 0, 16]],
    ['one number with two ends', [1, 5, 1, 0, 5]],
  ])('marks %s', (_, bytes) => {
    const reader = new ByteReader(Uint8Array.from(bytes));
    expect(IntegerSum.decode(reader).count).toBe(0);
    expect(reader.truncated).toBe(true);
    expect(reader.offset).toBe(bytes.length);
  });
});
