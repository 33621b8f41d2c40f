import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LogHistogram } from '../../src/stats/log-histogram.ts';
import { mergeableLaws } from '../laws/mergeable-laws.ts';
import { countsToAdd, wholeNumbers } from './arbitraries.ts';

mergeableLaws({
  name: 'LogHistogram',
  empty: () => new LogHistogram(),
  value: fc.tuple(wholeNumbers, countsToAdd),
  add: (state, [value, count]) => state.add(value, count),
  decode: (reader) => LogHistogram.decode(reader),
  read: (s) => [s.count, s.entropy(), ...Array.from({ length: 64 }, (_, i) => s.bucket(i))],
});

describe('LogHistogram', () => {
  test('puts a number in the bucket of its binary digits', () => {
    const digits = (value: number): number => (value === 0 ? 0 : value.toString(2).length);
    fc.assert(
      fc.property(wholeNumbers, (value) => {
        const histogram = new LogHistogram();
        histogram.add(value);
        expect(histogram.bucket(digits(value))).toBe(1);
      }),
    );
  });

  test('has the entropy of its buckets', () => {
    const histogram = new LogHistogram();
    expect(histogram.entropy()).toBeNaN();
    histogram.add(2);
    histogram.add(3);
    expect(histogram.entropy()).toBe(0);
    histogram.add(4, 2);
    expect(histogram.entropy()).toBe(1);
  });

  test('refuses values and buckets it has not', () => {
    for (const value of [-1, NaN, 2 ** 53]) {
      expect(() => new LogHistogram().add(value)).toThrow(RangeError);
    }
    for (const index of [-1, 64, 0.5]) {
      expect(() => new LogHistogram().bucket(index)).toThrow(RangeError);
    }
  });
});
