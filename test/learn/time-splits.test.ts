import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { timeSplits } from '../../src/learn/time-splits.ts';

describe('splits by time', () => {
  test('learn from what ended before, less the gap, and test what follows', () => {
    const starts = [0, 10, 20, 30, 40, 50];
    const ends = [5, 35, 25, 35, 45, 55];
    const splits = timeSplits(starts, ends, { folds: 2, gap: 6 });
    expect(splits.map(({ at }) => at)).toEqual([20, 40]);
    expect(splits.map(({ train }) => [...train])).toEqual([[0], [0, 2]]); // 1 and 3 end within the gap
    expect(splits.map(({ test: tested }) => [...tested])).toEqual([[2, 3], [4, 5]]); // prettier-ignore
  });

  test('never let the future teach, whatever the times', () => {
    const row = fc.tuple(fc.oneof(fc.integer({ min: 0, max: 30 }), fc.constant(NaN)), fc.integer({ min: 0, max: 9 })); // prettier-ignore
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 30 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 9 }),
        (rows, folds, gap) => {
          // prettier-ignore
          const starts = rows.map(([start]) => start);
          const ends = rows.map(([start, length]) => start + length);
          const tested = new Set<number>();
          for (const { train, test: own } of timeSplits(starts, ends, { folds, gap })) {
            expect(train.length).toBeGreaterThan(0);
            for (const i of own) {
              expect(tested.has(i)).toBe(false);
              tested.add(i);
              for (const k of train) expect(ends[k]! + gap).toBeLessThan(starts[i]!);
            }
          }
          for (const i of tested) expect(starts[i]).not.toBeNaN();
        },
      ),
    );
  });

  test('refuse what is no split', () => {
    expect(() => timeSplits([1], [1, 2], { folds: 2 })).toThrow(RangeError);
    expect(() => timeSplits([1], [1], { folds: 0 })).toThrow(
      'folds: expected an integer ≥ 1, got 0',
    );
    expect(timeSplits([], [], { folds: 3 })).toEqual([]);
  });
});
