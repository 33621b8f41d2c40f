import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  CALIBRATION_METHODS,
  chooseCalibration,
  fitCalibration,
} from '../../src/learn/calibration-choice.ts';
import { seededRandom } from '../../src/learn/random.ts';

/** Both outcomes, and scores that differ: of one score alone no slope can be told. */
const rows = fc
  .array(
    fc.tuple(
      fc.integer({ min: -20, max: 20 }).map((n) => n / 4),
      fc.boolean(),
    ),
    { minLength: 4, maxLength: 40 },
  ) // prettier-ignore
  .filter((all) => [0, 1].every((k) => new Set(all.map((row) => row[k])).size >= 2));

/** Log-odds whose outcomes happen as a curve says. */
function drawn(
  count: number,
  truth: (score: number) => number,
): { scores: number[]; outcomes: boolean[]; groups: string[] } {
  // prettier-ignore
  const random = seededRandom(3);
  const scores = Array.from({ length: count }, () => 8 * random() - 4);
  return {
    scores,
    outcomes: scores.map((score) => random() < truth(score)),
    groups: scores.map((_, i) => `g${i % 20}`),
  };
}

describe.each(CALIBRATION_METHODS)('laws of calibration: %s', (method) => {
  const fit = (all: [number, boolean][], weights?: number[]) =>
    fitCalibration(method, all.map(([s]) => s), all.map(([, o]) => o), weights && { weights }); // prettier-ignore
  const points = [-9, -3, -0.5, 0, 0.5, 3, 9];

  test('gives probabilities that do not fall where scores tell the outcome the right way round', () => {
    fc.assert(
      fc.property(rows, (all) => {
        const curve = fit(all);
        const said = [...curve.transform(points)];
        expect(said.every((p) => p >= 0 && p <= 1)).toBe(true);
        if (method === 'sigmoid') return; // its slope may be negative, and says so
        expect(said).toEqual([...said].sort((a, b) => a - b));
      }),
    );
  });

  test('rows of weight zero are as if not there, of weight two as if twice, in any order', () => {
    fc.assert(
      fc.property(rows, (all) => {
        const same = (a: Float64Array, b: Float64Array): void => a.forEach((p, i) => expect(p).toBeCloseTo(b[i]!, 4)); // prettier-ignore
        const plain = fit(all).transform(points);
        same(fit([...all, [5, false]], [...all.map(() => 1), 0]).transform(points), plain);
        same(fit(all.toReversed()).transform(points), plain);
        same(fit(all, all.map(() => 2)).transform(points), fit([...all, ...all]).transform(points)); // prettier-ignore
      }),
      { numRuns: 40 },
    );
  });

  test('keeps NaN, and refuses rows that cannot be', () => {
    expect(fit([[1, true], [-1, false]]).transform([NaN])[0]).toBeNaN(); // prettier-ignore
    expect(() => fit([[NaN, true]])).toThrow('scores[0]: expected a finite number, got NaN');
    expect(() => fitCalibration(method, [1, 2], [1])).toThrow(RangeError);
    expect(() => fit([[1, true]], [0])).toThrow('at least one row of weight above 0');
  });
});

describe('the choice of a calibration', () => {
  const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

  test('keeps the sigmoid where scores are log-odds', () => {
    const { scores, outcomes, groups } = drawn(800, (x) => logistic(0.7 * x - 1));
    const choice = chooseCalibration(scores, outcomes, { groups, seed: 1 });
    expect(choice).toMatchObject({ method: 'sigmoid', folds: 5 });
    expect(choice.losses.sigmoid).toBeLessThan(choice.losses.temperature);
  });

  test('takes isotonic where no logistic curve fits', () => {
    const { scores, outcomes, groups } = drawn(1500, (x) => (x < -2 ? 0.02 : x < 2 ? 0.5 : 0.98));
    const choice = chooseCalibration(scores, outcomes, { groups, seed: 1 });
    expect(choice.method).toBe('isotonic');
    expect(choice.losses.isotonic).toBeLessThan(choice.losses.sigmoid);
  });

  test('takes temperature where the prior is known and rows are few', () => {
    const { scores, outcomes, groups } = drawn(60, (x) => logistic(2 * x));
    const { losses } = chooseCalibration(scores, outcomes, { groups, seed: 1 });
    expect(losses.temperature).toBeLessThanOrEqual(losses.sigmoid + 0.05);
  });

  test('does not pretend to know with one group, or one outcome', () => {
    const one = chooseCalibration([1, 2, -1], [1, 1, 0], { groups: ['a', 'a', 'a'], seed: 1 });
    expect(one).toMatchObject({ method: 'sigmoid', folds: 0 });
    expect(one.losses.sigmoid).toBeNaN();
    const same = chooseCalibration([1, 2], [1, 1], { groups: ['a', 'b'], seed: 1 });
    expect(same.folds).toBe(0);
    expect(() => chooseCalibration([1], [1], { groups: [], seed: 1 })).toThrow('groups: expected 1 values'); // prettier-ignore
  });

  test('the temperature moves the prior by its offset alone', () => {
    const { scores, outcomes } = drawn(2000, (x) => logistic(0.5 * x));
    const curve = fitCalibration('temperature', scores, outcomes, { offset: 0 });
    expect(curve.transform([0])[0]).toBe(0.5);
    expect(curve.toJSON()).toMatchObject({ intercept: 0 });
    expect((curve.toJSON() as { slope: number }).slope).toBeCloseTo(0.5, 1);
    expect(() => fitCalibration('temperature', [1], [1], { offset: NaN })).toThrow(
      'offset: expected',
    );
  });
});
