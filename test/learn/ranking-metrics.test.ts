import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { averagePrecision } from '../../src/learn/metrics.ts';
import { precisionAtTop, recallAtFalseAlarms } from '../../src/learn/ranking-metrics.ts';
import { calibrationError, reliabilityBins } from '../../src/learn/reliability.ts';

const scored = fc.array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.boolean()), { minLength: 1, maxLength: 40 }); // prettier-ignore

describe('precision at the top', () => {
  test('is the share of hits among the first k', () => {
    const outcomes = [1, 0, 1, 1, 0];
    const scores = [9, 8, 7, 6, 5];
    expect([1, 2, 4, 5].map((k) => precisionAtTop(scores, outcomes, k))).toEqual([1, 0.5, 0.75, 0.6]); // prettier-ignore
    expect(precisionAtTop(scores, outcomes, 6)).toBeNaN();
    expect(() => precisionAtTop(scores, outcomes, 0)).toThrow('top: expected a number > 0, got 0');
  });

  test('of equal scores is what it is on average over their orders', () => {
    expect(precisionAtTop([5, 5, 5, 5], [1, 0, 0, 0], 2)).toBe(0.25);
    fc.assert(
      fc.property(scored, (rows) => {
        const hits = rows.filter(([, hit]) => hit).length;
        expect(precisionAtTop(rows.map(([s]) => s), rows.map(([, hit]) => hit), rows.length)).toBeCloseTo(hits / rows.length, 9); // prettier-ignore
      }),
    );
  });

  test('counts a row of weight two as two', () => {
    expect(precisionAtTop([3, 2, 1], [1, 0, 1], 3, [2, 1, 1])).toBe(precisionAtTop([3, 3, 2, 1], [1, 1, 0, 1], 3)); // prettier-ignore
  });
});

describe('recall at a rate of false alarms', () => {
  test('stops before one false row too many', () => {
    const scores = [9, 8, 7, 6, 5, 4, 3];
    const outcomes = [1, 1, 0, 1, 0, 1, 0];
    expect(recallAtFalseAlarms(scores, outcomes, 0)).toMatchObject({ recall: 0.5, threshold: 8, falsePerThousand: 0 }); // prettier-ignore
    expect(recallAtFalseAlarms(scores, outcomes, 334)).toMatchObject({
      recall: 0.75,
      threshold: 6,
    });
    expect(recallAtFalseAlarms(scores, outcomes, 1000).recall).toBe(1);
    expect(recallAtFalseAlarms([1, 1], [1, 0], 0)).toMatchObject({
      recall: 0,
      threshold: Infinity,
    });
    expect(recallAtFalseAlarms([1, 2], [1, 1], 1).recall).toBeNaN();
  });

  test('keeps its promise at its own threshold, for any rows', () => {
    fc.assert(
      fc.property(scored, fc.integer({ min: 0, max: 1000 }), (rows, perThousand) => {
        const { recall, threshold } = recallAtFalseAlarms(rows.map(([s]) => s), rows.map(([, hit]) => hit), perThousand); // prettier-ignore
        if (Number.isNaN(recall)) return;
        const share = (kind: boolean): number => {
          const own = rows.filter(([, hit]) => hit === kind);
          return own.filter(([score]) => score >= threshold).length / own.length;
        };
        expect(share(false) * 1000).toBeLessThanOrEqual(perThousand + 1e-6);
        expect(share(true)).toBeCloseTo(recall, 9);
      }),
    );
  });

  test('agrees with average precision on a ranking without a mistake', () => {
    const outcomes = [true, true, false, false, false];
    expect(averagePrecision([5, 4, 3, 2, 1], outcomes)).toBe(1);
    expect(recallAtFalseAlarms([5, 4, 3, 2, 1], outcomes, 0).recall).toBe(1);
  });
});

describe('reliability', () => {
  test('puts what was said beside what happened', () => {
    const bins = reliabilityBins([0.05, 0.15, 0.15, 1], [0, 1, 0, 1]);
    expect(bins).toHaveLength(10);
    expect(bins[1]).toMatchObject({ rows: 2, said: 0.15, happened: 0.5 });
    expect(bins[9]).toMatchObject({ rows: 1, said: 1, happened: 1 });
    expect(bins[5]!.said).toBeNaN();
    expect(calibrationError(bins)).toBeCloseTo((0.05 + 2 * 0.35 + 0) / 4, 9);
  });

  test('weighs, and refuses what is no probability', () => {
    expect(calibrationError(reliabilityBins([0.5, 0.5], [0, 1], { weights: [1, 3] }))).toBeCloseTo(0.25); // prettier-ignore
    expect(() => reliabilityBins([1.2], [1])).toThrow('probabilities[0]: expected 0 … 1, got 1.2');
    expect(() => reliabilityBins([0.2], [2])).toThrow(RangeError);
  });
});
