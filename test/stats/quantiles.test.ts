import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../src/bytes/byte-reader.ts';
import { QuantileSketch } from '../../src/stats/quantiles.ts';
import { mergeableLaws } from '../laws/mergeable-laws.ts';
import { countsToAdd, fixedStream, wholeNumbers } from './arbitraries.ts';

const QS = [0, 0.01, 0.25, 0.5, 0.75, 0.9, 0.99, 1];

mergeableLaws({
  name: 'QuantileSketch',
  empty: () => new QuantileSketch(),
  value: fc.tuple(wholeNumbers, countsToAdd),
  add: (state, [value, count]) => state.add(value, count),
  decode: (reader) => QuantileSketch.decode(reader),
  read: (s) => [s.count, s.min, s.max, ...QS.map((q) => s.quantile(q))],
});

function sketchOf(values: readonly number[]): QuantileSketch {
  const sketch = new QuantileSketch();
  for (const value of values) sketch.add(value);
  return sketch;
}

function expectWithinOnePercent(values: number[]): void {
  const sketch = sketchOf(values);
  const sorted = Float64Array.from(values).sort();
  for (const q of QS) {
    const truth = sorted[Math.floor(q * (sorted.length - 1))]!;
    // The last digits belong to the logarithm at the edge of a bucket.
    expect(Math.abs(sketch.quantile(q) - truth)).toBeLessThanOrEqual(truth * (0.01 + 1e-9));
  }
}

describe('QuantileSketch', () => {
  test('is within 1 % for any values', () => {
    fc.assert(
      fc.property(fc.array(wholeNumbers, { minLength: 1, maxLength: 200 }), expectWithinOnePercent),
    );
  });

  test('is within 1 % of 100,000 sizes with a heavy tail', () => {
    const stream = fixedStream(3);
    const sizes = Array.from({ length: 100_000 }, () =>
      Math.round(40 / ((stream.next().value + 1) / 2 ** 32) ** 1.5),
    );
    expectWithinOnePercent(sizes);
  });

  test('is exact below 50 and at both ends', () => {
    for (let value = 0; value < 50; value++) {
      const sketch = sketchOf([0, value, Number.MAX_SAFE_INTEGER]);
      expect(sketch.quantile(0.5)).toBe(value);
      expect(sketch.quantile(1)).toBe(Number.MAX_SAFE_INTEGER);
    }
  });

  test('knows nothing, not zero, when empty', () => {
    const sketch = new QuantileSketch();
    expect([sketch.quantile(0.5), sketch.min, sketch.max, sketch.count]).toEqual([
      NaN,
      NaN,
      NaN,
      0,
    ]);
  });

  test('rounds, and refuses what is out of its range', () => {
    expect(sketchOf([2.6]).min).toBe(3);
    for (const value of [-1, -0.2, NaN, Infinity, 2 ** 53]) {
      expect(() => new QuantileSketch().add(value)).toThrow(RangeError);
    }
    for (const q of [-0.1, 1.1, NaN]) {
      expect(() => new QuantileSketch().quantile(q)).toThrow(RangeError);
    }
  });

  test.each([
    ['a least value outside the first bucket', [2, 5, 55, 0, 1, 0xcd, 1, 1]],
    ['a greatest value outside the last bucket', [1, 1, 9, 1, 2]],
    ['one value with two ends', [1, 60, 1, 206, 1, 1]],
    ['a bucket that counts nothing', [1, 0, 0, 0, 0]],
  ])('marks %s', (_, bytes) => {
    const reader = new ByteReader(Uint8Array.from(bytes));
    expect(QuantileSketch.decode(reader).count).toBe(0);
    expect(reader.truncated).toBe(true);
  });
});
