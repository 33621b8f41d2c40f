import { describe, expect, test } from 'vitest';
import { SigmoidCalibration, TemperatureScaling } from '../../src/learn/calibration.ts';
import { IsotonicCalibration } from '../../src/learn/isotonic-calibration.ts';
import { argmaxRows } from '../../src/learn/estimator.ts';
import { matrixFromRows } from '../../src/learn/matrix.ts';
import type { Matrix } from '../../src/learn/matrix.ts';
import { logLoss } from '../../src/learn/metrics.ts';
import { seededRandom } from '../../src/learn/random.ts';

const sigmoid = (margin: number): number => 1 / (1 + Math.exp(-margin));

/** Rows whose labels follow softmax(z), shown with probabilities softmax(z · sharpness). */
function overconfident(rows: number, sharpness: number): { shown: Matrix; labels: number[] } {
  const random = seededRandom(8);
  const labels: number[] = [];
  const shown = Array.from({ length: rows }, () => {
    const margins = [random() * 4, random() * 4, random() * 4];
    const softmax = (scale: number): number[] => {
      const parts = margins.map((margin) => Math.exp(scale * margin));
      const sum = parts.reduce((a, b) => a + b);
      return parts.map((part) => part / sum);
    };
    const [first, second] = softmax(1);
    const draw = random();
    labels.push(draw < first! ? 0 : draw < first! + second! ? 1 : 2);
    return softmax(sharpness);
  });
  return { shown: matrixFromRows(shown), labels };
}

describe('temperature scaling', () => {
  test('finds the temperature that overconfident probabilities were made with', () => {
    const { shown, labels } = overconfident(8000, 3);
    const scaling = new TemperatureScaling().fit(shown, labels);
    expect(scaling.temperature).toBeGreaterThan(2.8);
    expect(scaling.temperature).toBeLessThan(3.2);
    const scaled = scaling.transform(shown);
    expect(logLoss(scaled, labels)).toBeLessThan(logLoss(shown, labels) - 0.1);
    expect(argmaxRows(scaled)).toEqual(argmaxRows(shown));
  });

  test('no other temperature has a lower loss', () => {
    const { shown, labels } = overconfident(500, 0.5);
    const { temperature } = new TemperatureScaling().fit(shown, labels);
    const lossAt = (at: number): number =>
      logLoss(new TemperatureScaling(at).transform(shown), labels);
    for (const factor of [0.8, 0.98, 1.02, 1.3]) {
      expect(lossAt(temperature)).toBeLessThan(lossAt(temperature * factor));
    }
  });

  test('stays finite where every row is right, and where a probability is 0', () => {
    const right = matrixFromRows([
      [0.9, 0.1],
      [0.2, 0.8],
    ]);
    const scaling = new TemperatureScaling().fit(right, [0, 1]);
    expect(scaling.temperature).toBeCloseTo(0.05, 6);
    const sure = scaling.transform(matrixFromRows([[0, 1]]));
    expect([...sure.values].every((value) => value >= 0 && value <= 1)).toBe(true);
  });

  test('a row of weight 2 is the row twice, and JSON brings it back', () => {
    const three = matrixFromRows([
      [0.9, 0.1],
      [0.7, 0.3],
      [0.6, 0.4],
    ]);
    const twice = matrixFromRows([
      [0.9, 0.1],
      [0.7, 0.3],
      [0.7, 0.3],
      [0.6, 0.4],
    ]);
    const weighted = new TemperatureScaling().fit(three, [0, 1, 0], [1, 2, 1]);
    const repeated = new TemperatureScaling().fit(twice, [0, 1, 1, 0]);
    expect(weighted.temperature).toBeCloseTo(repeated.temperature, 9);
    const back = TemperatureScaling.fromJSON(JSON.parse(JSON.stringify(weighted)));
    expect(back.temperature).toBe(weighted.temperature);
    expect(() => TemperatureScaling.fromJSON({ temperature: 0 })).toThrow(RangeError);
    expect(() => TemperatureScaling.fromJSON(null)).toThrow(RangeError);
  });
});

describe('sigmoid calibration', () => {
  test('finds the curve the outcomes were drawn from', () => {
    const random = seededRandom(6);
    const scores = Array.from({ length: 20_000 }, () => random() * 8 - 4);
    const outcomes = scores.map((score) => random() < sigmoid(1.7 * score - 0.8));
    const fitted = new SigmoidCalibration().fit(scores, outcomes);
    expect(fitted.slope).toBeCloseTo(1.7, 1);
    expect(fitted.intercept).toBeCloseTo(-0.8, 1);
    expect(fitted.transform([0])[0]).toBeCloseTo(sigmoid(-0.8), 1);
  });

  test('gives Platt’s smoothed targets back where two scores part the outcomes', () => {
    // Three rows at 1 (all so), two at 0 (none so): targets 4/5 and 1/4, both met by a curve of two parameters.
    const fitted = new SigmoidCalibration().fit([1, 1, 1, 0, 0], [1, 1, 1, 0, 0]);
    const [low, high] = fitted.transform([0, 1]);
    expect(low).toBeCloseTo(1 / 4, 6);
    expect(high).toBeCloseTo(4 / 5, 6);
  });

  test('stays finite with outcomes of one kind, constant scores and huge ones', () => {
    for (const [scores, outcomes] of [
      [
        [1, 2, 3],
        [1, 1, 1],
      ],
      [
        [2, 2, 2],
        [0, 1, 1],
      ],
      [
        [-1e6, 0, 1e6],
        [0, 1, 1],
      ],
    ] as const) {
      const fitted = new SigmoidCalibration().fit(scores, outcomes);
      const out = fitted.transform(scores);
      expect(out.every((value) => value >= 0 && value <= 1)).toBe(true);
    }
  });

  test('a row of weight 2 is the row twice, and JSON brings it back', () => {
    const weighted = new SigmoidCalibration().fit([-1, 0, 1, 2], [0, 1, 0, 1], [1, 2, 1, 1]);
    const repeated = new SigmoidCalibration().fit([-1, 0, 0, 1, 2], [0, 1, 1, 0, 1]);
    expect(weighted.slope).toBeCloseTo(repeated.slope, 8);
    expect(weighted.intercept).toBeCloseTo(repeated.intercept, 8);
    const back = SigmoidCalibration.fromJSON(JSON.parse(JSON.stringify(weighted)));
    expect(back.transform([0.3])).toEqual(weighted.transform([0.3]));
  });

  test('refuses scores that are no numbers and outcomes that are neither', () => {
    expect(() => new SigmoidCalibration().fit([Number.NaN], [1])).toThrow(RangeError);
    expect(() => new SigmoidCalibration().fit([1], [2])).toThrow(RangeError);
    expect(() => new SigmoidCalibration().fit([], [])).toThrow(RangeError);
  });
});

describe('isotonic calibration', () => {
  test('pools adjacent violators as one does by hand', () => {
    // Outcomes 0 1 0 1 1: the 1 and 0 in the middle pool to 1/2.
    const fitted = new IsotonicCalibration().fit([1, 2, 3, 4, 5], [0, 1, 0, 1, 1]);
    expect(fitted.toJSON()).toEqual({
      scores: [1, 2, 3, 4, 5],
      probabilities: [0, 0.5, 0.5, 1, 1],
    });
  });

  test('pools by weight, and backwards as far as it must', () => {
    // 1 (weight 1), 1 (weight 1), 0 (weight 4): all one block of 2/6.
    const fitted = new IsotonicCalibration().fit([1, 2, 3], [1, 1, 0], [1, 1, 4]);
    expect([...fitted.transform([0, 1, 2, 3, 9])]).toEqual(new Array(5).fill(1 / 3));
  });

  test('takes equal scores together, is straight between steps and level beyond', () => {
    const fitted = new IsotonicCalibration().fit([1, 1, 3, 3], [0, 1, 1, 1]);
    expect([...fitted.transform([0, 1, 2, 3, 4])]).toEqual([0.5, 0.5, 0.75, 1, 1]);
  });

  test('never falls, and JSON brings it back', () => {
    const random = seededRandom(4);
    const scores = Array.from({ length: 500 }, () => random());
    const outcomes = scores.map((score) => random() < score ** 2);
    const fitted = new IsotonicCalibration().fit(scores, outcomes);
    const grid = Array.from({ length: 101 }, (_, i) => i / 100);
    const curve = fitted.transform(grid);
    curve.forEach((value, i) => {
      expect(value).toBeGreaterThanOrEqual(curve[Math.max(0, i - 1)]!);
    });
    expect(curve[50]).toBeCloseTo(0.25, 1);
    const back = IsotonicCalibration.fromJSON(JSON.parse(JSON.stringify(fitted)));
    expect(back.transform(grid)).toEqual(curve);
  });

  test('refuses a curve that falls, and to transform before fit', () => {
    expect(() => IsotonicCalibration.fromJSON({ scores: [1, 2], probabilities: [1, 0] })).toThrow(
      RangeError,
    );
    expect(() => IsotonicCalibration.fromJSON({ scores: [1], probabilities: ['x'] })).toThrow(
      RangeError,
    );
    expect(() => new IsotonicCalibration().transform([1])).toThrow(TypeError);
  });
});
