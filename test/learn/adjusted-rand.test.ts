import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { adjustedRand } from '../../src/learn/adjusted-rand.ts';
import { seededRandom } from '../../src/learn/random.ts';

describe('adjustedRand', () => {
  it.each([
    // The examples of scikit-learn's adjusted_rand_score.
    [[0, 0, 1, 1], [0, 0, 1, 1], 1],
    [[0, 0, 1, 1], [1, 1, 0, 0], 1],
    [[0, 0, 1, 2], [0, 0, 1, 1], 0.5714285714285714],
    [[0, 0, 1, 1], [0, 0, 1, 2], 0.5714285714285714],
    [[0, 0, 0, 0], [0, 1, 2, 3], 0],
    [[0, 0, 1, 1], [0, 1, 0, 1], -0.5],
    // Nothing to disagree about.
    [[0, 0, 0], [4, 4, 4], 1],
    [[0, 1, 2], [2, 0, 1], 1],
    [[0], [7], 1],
    [[], [], 1],
  ])('of %j and %j is %d', (first, second, expected) => {
    expect(adjustedRand(first, second)).toBeCloseTo(expected, 12);
  });

  it('is symmetric, at most 1, and blind to how clusters are numbered', () => {
    const pair = fc
      .integer({ min: 2, max: 30 })
      .chain((length) =>
        fc.tuple(
          fc.array(fc.nat(4), { minLength: length, maxLength: length }),
          fc.array(fc.nat(4), { minLength: length, maxLength: length }),
        ),
      );
    fc.assert(
      fc.property(pair, ([first, second]) => {
        const index = adjustedRand(first, second);
        expect(adjustedRand(second, first)).toBeCloseTo(index, 12);
        expect(index).toBeLessThanOrEqual(1 + 1e-12);
        expect(
          adjustedRand(
            first.map((cluster) => (cluster * 3 + 1) % 5),
            second,
          ),
        ).toBeCloseTo(index, 12);
        expect(adjustedRand(first, first)).toBe(1);
      }),
    );
  });

  it('is about 0 for clusterings drawn independently', () => {
    const random = seededRandom(1);
    const draw = () => Array.from({ length: 5000 }, () => Math.floor(random() * 4));
    expect(Math.abs(adjustedRand(draw(), draw()))).toBeLessThan(0.01);
  });

  it('refuses clusterings of different lengths', () => {
    expect(() => adjustedRand([0], [0, 1])).toThrow('second: expected 1 values, got 2');
  });
});
