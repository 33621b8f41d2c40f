import { describe, expect, test } from 'vitest';
import { ConformalClassifier } from '../../src/learn/conformal.ts';
import { matrixFromRows, matrixRow } from '../../src/learn/matrix.ts';
import type { Matrix } from '../../src/learn/matrix.ts';
import { seededRandom } from '../../src/learn/random.ts';

/** Rows of three classes, 70 : 25 : 5, with probabilities that mean something but are not calibrated. */
function simulated(rows: number, seed: number): { proba: Matrix; labels: number[] } {
  const random = seededRandom(seed);
  const labels = Array.from({ length: rows }, () => {
    const draw = random();
    return draw < 0.7 ? 0 : draw < 0.95 ? 1 : 2;
  });
  const proba = labels.map((label) => {
    const parts = [0, 1, 2].map((own) => Math.exp(3 * random() + (own === label ? 1.5 : 0)));
    const sum = parts.reduce((a, b) => a + b);
    return parts.map((part) => part / sum);
  });
  return { proba: matrixFromRows(proba), labels };
}

describe('conformal prediction sets', () => {
  test('hold the truth of each class as often as they say, the rare one too', () => {
    const calibration = simulated(6000, 1);
    const fresh = simulated(20_000, 2);
    for (const coverage of [0.8, 0.9, 0.95]) {
      const conformal = new ConformalClassifier().fit(calibration.proba, calibration.labels, {
        coverage,
      });
      const held = [0, 0, 0];
      const all = [0, 0, 0];
      fresh.labels.forEach((label, row) => {
        all[label]!++;
        if (conformal.predictionSet(matrixRow(fresh.proba, row)).includes(label)) held[label]!++;
      });
      held.forEach((count, label) => {
        // Five standard deviations of a share on 300 calibration rows of the rarest class.
        const slack = label === 2 ? 0.06 : 0.03;
        expect(Math.abs(count / all[label]! - coverage)).toBeLessThan(slack);
      });
    }
  });

  test('take the ⌈(n + 1) · coverage⌉-th smallest score of a class', () => {
    // Class 0 has nine rows with probabilities 0.1 … 0.9: (9 + 1) · 0.8 = 8, whose score is 0.8.
    const rows = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((tenth) => [tenth / 10, 1 - tenth / 10]);
    const conformal = new ConformalClassifier().fit(
      matrixFromRows(rows),
      rows.map(() => 0),
      { coverage: 0.8 },
    );
    expect(conformal.thresholds[0]).toBeCloseTo(0.8, 12);
    expect(conformal.predictionSet([0.21, 0.79])).toEqual([0, 1]);
    expect(conformal.predictionSet([0.19, 0.81])).toEqual([1]);
  });

  test('always hold a class with too few rows, and say which', () => {
    const rows = Array.from({ length: 9 }, () => [0.9, 0.1]);
    const nine = new ConformalClassifier().fit(
      matrixFromRows(rows),
      rows.map(() => 0),
    );
    expect(nine.alwaysIncluded).toEqual([1]);
    const eight = new ConformalClassifier().fit(
      matrixFromRows(rows.slice(1)),
      rows.slice(1).map(() => 0),
    );
    expect(eight.alwaysIncluded).toEqual([0, 1]);
    expect(eight.predictionSet([0, 0])).toEqual([0, 1]);
  });

  test('can be empty: a row unlike every class', () => {
    const rows = Array.from({ length: 40 }, (_, row) => (row % 2 === 0 ? [0.9, 0.1] : [0.1, 0.9]));
    const labels = rows.map((_, row) => row % 2);
    const conformal = new ConformalClassifier().fit(matrixFromRows(rows), labels);
    expect(conformal.predictionSet([0.9, 0.1])).toEqual([0]);
    expect(conformal.predictionSet([0.5, 0.5])).toEqual([]);
  });

  test('count weights, none of them for rows of weight 0', () => {
    const { proba, labels } = simulated(900, 3);
    const weights = labels.map((_, row) => (row < 300 ? 0 : 1));
    const weighted = new ConformalClassifier().fit(proba, labels, { weights });
    const without = new ConformalClassifier().fit(
      { rows: 600, columns: 3, values: proba.values.slice(900) },
      labels.slice(300),
    );
    expect(weighted.thresholds).toEqual(without.thresholds);
    const doubled = new ConformalClassifier().fit(proba, labels, {
      weights: weights.map((weight) => 2 * weight),
    });
    expect(doubled.thresholds).toEqual(without.thresholds);
  });

  test('come back from JSON, infinite thresholds too', () => {
    const conformal = new ConformalClassifier(0.8, [0.25, Infinity]);
    const back = ConformalClassifier.fromJSON(JSON.parse(JSON.stringify(conformal)));
    expect(back.thresholds).toEqual([0.25, Infinity]);
    expect(back.coverage).toBe(0.8);
    for (const json of [null, {}, { coverage: 0.9 }, { coverage: 2, thresholds: [] }, 7]) {
      expect(() => ConformalClassifier.fromJSON(json)).toThrow(RangeError);
    }
    expect(() => ConformalClassifier.fromJSON({ coverage: 0.9, thresholds: ['x'] })).toThrow(
      RangeError,
    );
  });
});
