import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { entropy, normalisedEntropy } from '../../src/stats/entropy.ts';
import { wholeNumbers } from './arbitraries.ts';

describe('entropy', () => {
  test('is what a pencil says', () => {
    expect(entropy([1, 1])).toBe(1);
    expect(entropy([5, 5, 5, 5])).toBe(2);
    expect(entropy([1, 2, 1])).toBe(1.5);
    expect(entropy([7])).toBe(0);
    expect(entropy([9, 1])).toBeCloseTo(0.468996, 6);
  });

  test('does not see categories of zero', () => {
    expect(entropy([0, 3, 0, 3])).toBe(1);
    expect(normalisedEntropy([0, 3, 0, 3])).toBe(1);
  });

  test('of nothing is missing', () => {
    expect(entropy([])).toBeNaN();
    expect(entropy([0, 0])).toBeNaN();
    expect(normalisedEntropy([])).toBeNaN();
    expect(normalisedEntropy([0])).toBeNaN();
  });

  test('normalised is a share of what the categories could have', () => {
    expect(normalisedEntropy([4])).toBe(0);
    expect(normalisedEntropy([2, 2, 2, 2])).toBe(1);
    expect(normalisedEntropy([9, 1])).toBeCloseTo(0.468996, 6);
  });

  test('has the same bits in whatever order the counts come', () => {
    const shuffled = fc
      .array(wholeNumbers, { minLength: 2, maxLength: 40 })
      .chain((counts) =>
        fc.tuple(
          fc.constant(counts),
          fc.shuffledSubarray(counts, { minLength: counts.length, maxLength: counts.length }),
        ),
      );
    fc.assert(
      fc.property(shuffled, ([counts, others]) => {
        expect(Object.is(entropy(counts), entropy(others))).toBe(true);
      }),
    );
  });
});
