import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { balancedAccuracy, fitStump, stumpSays } from '../../src/learn/stump.ts';

const value = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constant(NaN), fc.constant(Infinity));
const rows = fc.array(fc.tuple(value, fc.boolean(), fc.integer({ min: 0, max: 3 })), { minLength: 2, maxLength: 25 }); // prettier-ignore

describe('a stump', () => {
  test('finds the line between two kinds, and the side of missing values', () => {
    const stump = fitStump([1, 2, 3, 10, 11, NaN, NaN], [0, 0, 0, 1, 1, 1, 1]);
    expect(stump).toMatchObject({ threshold: 6.5, above: true, below: false, missing: true, balancedAccuracy: 1 }); // prettier-ignore
    expect([0, 6.5, 7, NaN].map((x) => stumpSays(stump, x))).toEqual([false, false, true, true]);
  });

  test('counts a rare kind as much as a frequent one', () => {
    const values = [...Array.from({ length: 99 }, (_, i) => i), 500];
    expect(
      fitStump(
        values,
        values.map((x) => x === 500),
      ).balancedAccuracy,
    ).toBe(1);
    expect(
      fitStump(
        values,
        values.map(() => true),
      ).balancedAccuracy,
    ).toBeNaN();
  });

  test('is as good as it says, and no threshold is better', () => {
    fc.assert(
      fc.property(rows, (all) => {
        const [values, outcomes, weights] = [0, 1, 2].map((k) => all.map((row) => row[k])) as [number[], boolean[], number[]]; // prettier-ignore
        const stump = fitStump(values, outcomes, weights);
        const accuracyOf = (said: boolean[]): number => balancedAccuracy(said, outcomes, weights);
        if (Number.isNaN(stump.balancedAccuracy)) {
          const kinds = new Set(outcomes.filter((_, i) => weights[i]! > 0));
          expect(kinds.size).toBeLessThan(2);
          return;
        }
        expect(accuracyOf(values.map((x) => stumpSays(stump, x)))).toBeCloseTo(stump.balancedAccuracy, 9); // prettier-ignore
        for (const threshold of values) {
          for (const above of [true, false]) {
            const said = values.map((x) => (Number.isNaN(x) ? stump.missing : x > threshold === above)); // prettier-ignore
            expect(accuracyOf(said)).toBeLessThanOrEqual(stump.balancedAccuracy + 1e-9);
          }
        }
      }),
    );
  });
});
