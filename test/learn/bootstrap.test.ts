import { describe, expect, test } from 'vitest';
import { groupBootstrap } from '../../src/learn/bootstrap.ts';
import { seededRandom } from '../../src/learn/random.ts';

const meanOf =
  (values: readonly number[]) =>
  (rows: Uint32Array): number =>
    rows.reduce((sum, row) => sum + values[row]!, 0) / rows.length;

describe('the group bootstrap', () => {
  test('holds the true mean about as often as it says', () => {
    const random = seededRandom(3);
    let held = 0;
    for (let trial = 0; trial < 200; trial++) {
      const values = Array.from({ length: 60 }, () => random());
      const groups = values.map((_, row) => `capture ${row}`);
      const { low, high } = groupBootstrap(groups, meanOf(values), {
        seed: trial,
        resamples: 300,
        level: 0.9,
      });
      if (low <= 0.5 && 0.5 <= high) held++;
    }
    expect(held / 200).toBeGreaterThan(0.83);
    expect(held / 200).toBeLessThan(0.97);
  });

  test('is wide where rows of a group are alike, however many they are', () => {
    // Five captures of 200 rows each, all rows of one the same: five witnesses, not a thousand.
    const values = Array.from({ length: 1000 }, (_, row) => row % 5);
    const byCapture = values.map((value) => `capture ${value}`);
    const byRow = values.map((_, row) => `row ${row}`);
    const honest = groupBootstrap(byCapture, meanOf(values), { seed: 1, resamples: 400 });
    const fooled = groupBootstrap(byRow, meanOf(values), { seed: 1, resamples: 400 });
    expect(honest.groups).toBe(5);
    expect(honest.estimate).toBe(2);
    expect(honest.high - honest.low).toBeGreaterThan(8 * (fooled.high - fooled.low));
  });

  test('repeats with its seed, and the order of the rows does not matter', () => {
    const values = [1, 2, 3, 4, 5, 6, 7, 8];
    const groups = ['a', 'b', 'c', 'd', 'a', 'b', 'c', 'd'];
    const first = groupBootstrap(groups, meanOf(values), { seed: 5 });
    expect(groupBootstrap(groups, meanOf(values), { seed: 5 })).toEqual(first);
    const reversed = groupBootstrap([...groups].reverse(), meanOf([...values].reverse()), {
      seed: 5,
    });
    expect([reversed.low, reversed.high]).toEqual([first.low, first.high]);
  });

  test('leaves resamples without an answer out and tells how many answered', () => {
    const rare = (rows: Uint32Array): number => (rows.includes(0) ? 1 : Number.NaN);
    const { answered, low, high } = groupBootstrap(['a', 'b', 'c'], rare, {
      seed: 1,
      resamples: 500,
    });
    expect(answered / 500).toBeCloseTo(1 - (2 / 3) ** 3, 1);
    expect([low, high]).toEqual([1, 1]);
  });

  test('refuses to draw from nothing', () => {
    expect(() => groupBootstrap([], () => 0, { seed: 1 })).toThrow(RangeError);
  });
});
