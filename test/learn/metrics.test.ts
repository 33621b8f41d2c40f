import { describe, expect, test } from 'vitest';
import { matrixFromRows, selectRows } from '../../src/learn/matrix.ts';
import {
  alertsPerThousand,
  averagePrecision,
  brierScore,
  classFigures,
  confusionMatrix,
  expectedCalibrationError,
  logLoss,
  macroF1,
} from '../../src/learn/metrics.ts';
import { seededRandom } from '../../src/learn/random.ts';

const truth = [0, 0, 0, 1, 1, 2];
const guess = [0, 0, 1, 1, 2, 2];
const proba = matrixFromRows([
  [0.8, 0.1, 0.1],
  [0.5, 0.25, 0.25],
  [0.3, 0.6, 0.1],
  [0.2, 0.7, 0.1],
  [0.1, 0.3, 0.6],
  [0.05, 0.05, 0.9],
]);

describe('the confusion matrix', () => {
  test('has truth in rows and predictions in columns', () => {
    expect([...confusionMatrix(truth, guess, 3).values]).toEqual([2, 1, 0, 0, 1, 1, 0, 0, 1]);
  });

  test('adds weights', () => {
    const confusion = confusionMatrix(truth, guess, 3, [1, 2, 3, 4, 5, 6]);
    expect([...confusion.values]).toEqual([3, 3, 0, 0, 4, 5, 0, 0, 6]);
  });

  test('gives precision, recall and F1 of each class', () => {
    expect(classFigures(confusionMatrix(truth, guess, 3))).toEqual([
      { precision: 1, recall: 2 / 3, f1: 0.8, support: 3 },
      { precision: 0.5, recall: 0.5, f1: 0.5, support: 2 },
      { precision: 0.5, recall: 1, f1: 2 / 3, support: 1 },
    ]);
    expect(macroF1(confusionMatrix(truth, guess, 3))).toBeCloseTo((0.8 + 0.5 + 2 / 3) / 3, 12);
  });

  test('says NaN of what nothing was there for, and leaves it out of the mean', () => {
    const confusion = confusionMatrix([0, 0, 1], [0, 0, 0], 3);
    const [, second, third] = classFigures(confusion);
    expect(second).toEqual({ precision: Number.NaN, recall: 0, f1: 0, support: 1 });
    expect(third!.f1).toBeNaN();
    expect(macroF1(confusion)).toBeCloseTo((0.8 + 0) / 2, 12);
  });

  test('refuses labels that are no classes, and other lengths', () => {
    expect(() => confusionMatrix([3], [0], 3)).toThrow(RangeError);
    expect(() => confusionMatrix([0], [0, 1], 3)).toThrow(RangeError);
  });
});

describe('average precision', () => {
  test('is the known value of a small ranking', () => {
    // scikit-learn's own example: average_precision_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    expect(averagePrecision([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])).toBeCloseTo(5 / 6, 12);
  });

  test('takes equal scores together, so that their order does not matter', () => {
    expect(averagePrecision([0.5, 0.5, 0.5, 0.5], [1, 0, 0, 0])).toBe(0.25);
    expect(averagePrecision([0.5, 0.5, 0.5, 0.5], [0, 0, 0, 1])).toBe(0.25);
  });

  test('counts a row of weight 2 as the row twice', () => {
    expect(averagePrecision([0.9, 0.6, 0.3], [1, 0, 1], [1, 2, 3])).toBeCloseTo(
      averagePrecision([0.9, 0.6, 0.6, 0.3, 0.3, 0.3], [1, 0, 0, 1, 1, 1]),
      12,
    );
  });

  test('is NaN without a positive row, and refuses a score that is no number', () => {
    expect(averagePrecision([0.1, 0.2], [0, 0])).toBeNaN();
    expect(() => averagePrecision([Number.NaN, 0.2], [0, 1])).toThrow(RangeError);
  });

  test('of chance is about the share of positive rows', () => {
    const random = seededRandom(2);
    const scores = Array.from({ length: 20_000 }, () => random());
    const outcomes = scores.map(() => random() < 0.2);
    expect(averagePrecision(scores, outcomes)).toBeCloseTo(0.2, 1);
  });
});

describe('figures of probabilities', () => {
  test('log-loss is the mean of the logarithms, by weight', () => {
    const logs = [0.8, 0.5, 0.3, 0.7, 0.3, 0.9].map((p) => -Math.log(p));
    const mean = logs.reduce((a, b) => a + b) / 6;
    expect(logLoss(proba, truth)).toBeCloseTo(mean, 12);
    expect(logLoss(proba, truth, [0, 0, 0, 0, 0, 5])).toBeCloseTo(-Math.log(0.9), 12);
    expect(logLoss(matrixFromRows([[0, 1]]), [0])).toBeCloseTo(-Math.log(1e-15), 9);
  });

  test("Brier's score adds the squares over all classes", () => {
    expect(brierScore(matrixFromRows([[0.7, 0.2, 0.1]]), [0])).toBeCloseTo(0.09 + 0.04 + 0.01, 12);
    expect(brierScore(matrixFromRows([[0, 1]]), [0])).toBe(2);
  });

  test('calibration error is the gap of confidence and hits, bin by bin', () => {
    // Two rows of confidence 0.8 of which one is right: a gap of 0.3; two of 0.6, both right: 0.4.
    const four = matrixFromRows([
      [0.8, 0.2],
      [0.8, 0.2],
      [0.4, 0.6],
      [0.4, 0.6],
    ]);
    expect(expectedCalibrationError(four, [0, 1, 1, 1], { bins: 10 })).toBeCloseTo(0.35, 12);
    expect(
      expectedCalibrationError(four, [0, 1, 1, 1], { bins: 10, weights: [1, 1, 0, 0] }),
    ).toBeCloseTo(0.3, 12);
    expect(expectedCalibrationError(four, [0, 1, 1, 1], { bins: 1 })).toBeCloseTo(0.05, 12);
  });

  test('weights are repetitions', () => {
    const rows = [0, 1, 1, 2, 2, 2, 3, 4, 5];
    const weights = [1, 2, 3, 1, 1, 1];
    const repeated = selectRows(proba, rows);
    const labels = rows.map((row) => truth[row]!);
    expect(brierScore(proba, truth, weights)).toBeCloseTo(brierScore(repeated, labels), 12);
    expect(logLoss(proba, truth, weights)).toBeCloseTo(logLoss(repeated, labels), 12);
    expect(expectedCalibrationError(proba, truth, { weights })).toBeCloseTo(
      expectedCalibrationError(repeated, labels),
      12,
    );
  });

  test('alerts are counted at and above the threshold', () => {
    expect(alertsPerThousand([0.1, 0.5, 0.9, 0.2], 0.5)).toBe(500);
    expect(alertsPerThousand([0.1, 0.5, 0.9, 0.2], 0.5, [7, 1, 1, 1])).toBe(200);
  });
});
