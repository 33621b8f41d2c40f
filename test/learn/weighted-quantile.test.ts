import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { weightedQuantiles } from '../../src/learn/weighted-quantile.ts';

describe('weightedQuantiles', () => {
  it('gives the median everybody expects for odd and even counts', () => {
    expect([...weightedQuantiles([3, 1, 2], undefined, [0.5])]).toEqual([2]);
    expect([...weightedQuantiles([4, 1, 3, 2], undefined, [0.5])]).toEqual([2.5]);
  });

  it("gives numpy's method='hazen' for equal weights", () => {
    // numpy.quantile([1, 2, 4, 8, 16], [0.05, 0.3, 0.75, 0.95], method='hazen')
    const quantiles = weightedQuantiles([16, 2, 8, 1, 4], undefined, [0.05, 0.3, 0.75, 0.95]);
    expect([...quantiles]).toEqual([1, 2, 10, 16]);
  });

  it('leaves out missing values and weights of zero, and is NaN when nothing is left', () => {
    expect([...weightedQuantiles([NaN, 5, 9], [1, 1, 0], [0, 0.5, 1])]).toEqual([5, 5, 5]);
    expect([...weightedQuantiles([NaN], undefined, [0.5])]).toEqual([NaN]);
    expect([...weightedQuantiles([], [], [0.5])]).toEqual([NaN]);
  });

  it('pulls the median towards the heavier value', () => {
    expect([...weightedQuantiles([0, 10], [3, 1], [0.375, 0.5, 0.875])]).toEqual([0, 2.5, 10]);
  });

  it('gives the same for weights of one kind whatever their size as for none', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom(0.25, 1, 4),
        (values, probability, weight) => {
          const plain = weightedQuantiles(values, undefined, [probability])[0]!;
          const weights = values.map(() => weight);
          const weighted = weightedQuantiles(values, weights, [probability])[0]!;
          expect(weighted).toBeCloseTo(plain, 6);
          expect(plain).toBeGreaterThanOrEqual(Math.min(...values) - 1e-6);
          expect(plain).toBeLessThanOrEqual(Math.max(...values) + 1e-6);
        },
      ),
    );
  });

  it('of equal values are that value to the bit, so that quantiles never fall', () => {
    const value = 0.1 + 0.2;
    const probabilities = Float64Array.from({ length: 1001 }, (_, i) => i / 1000);
    const found = weightedQuantiles(new Float64Array(37).fill(value), undefined, probabilities);
    expect([...new Set(found)]).toEqual([value]);
  });
});
