import { SigmoidCalibration, checkBinary } from './calibration.ts';
import { checkLength, checkNumber } from './check-arguments.ts';
import { IsotonicCalibration } from './isotonic-calibration.ts';
import { groupFolds } from './splits.ts';

/** The ways from a binary score (log-odds) to a probability, the one to prefer first. */
export const CALIBRATION_METHODS = ['sigmoid', 'temperature', 'isotonic'] as const;
export type CalibrationMethod = (typeof CALIBRATION_METHODS)[number];

export interface CalibrationChoiceOptions {
  readonly weights?: ArrayLike<number>;
  /** One a row: folds leave whole groups out. */
  readonly groups: readonly string[];
  readonly seed: number;
  /** Default 5, or as many as there are groups. */
  readonly folds?: number;
  /** What is added to the log-odds by temperature: how far the prior of the scores is from the one asked for. Default 0. */
  readonly offset?: number;
}

/** What was chosen, and why. */
export interface CalibrationChoice {
  readonly method: CalibrationMethod;
  /** Log-loss of each method on folds it had not seen; NaN where there are too few groups to say. */
  readonly losses: Readonly<Record<CalibrationMethod, number>>;
  /** 0 where there are too few groups: the first method is taken then. */
  readonly folds: number;
}

/** Fits one method to scores and outcomes. */
export function fitCalibration(
  method: CalibrationMethod,
  scores: ArrayLike<number>,
  outcomes: ArrayLike<number | boolean>,
  options: Pick<CalibrationChoiceOptions, 'weights' | 'offset'> = {},
): SigmoidCalibration | IsotonicCalibration {
  const { weights, offset = 0 } = options;
  switch (method) {
    case 'sigmoid':
      return new SigmoidCalibration().fit(scores, outcomes, weights);
    case 'temperature':
      return fitTemperature(scores, outcomes, weights, offset);
    case 'isotonic':
      return new IsotonicCalibration().fit(scores, outcomes, weights);
  }
}

/**
 * The method with the least log-loss on groups it was not fitted on. A sigmoid is kept unless another is better by
 * more than one standard error of the difference over folds (Breiman et al. 1984's rule): three curves tried on a
 * few dozen groups have a winner by chance, too.
 */
export function chooseCalibration(
  scores: ArrayLike<number>,
  outcomes: ArrayLike<number | boolean>,
  options: CalibrationChoiceOptions,
): CalibrationChoice {
  const { groups, seed, offset = 0 } = options;
  const weights = checkBinary(scores, outcomes, options.weights);
  checkLength('groups', groups, scores.length);
  checkNumber('folds', options.folds ?? 5, { min: 2, integer: true });
  const count = Math.min(options.folds ?? 5, new Set(groups).size);
  const none = { sigmoid: NaN, temperature: NaN, isotonic: NaN };
  if (count < 2) return { method: 'sigmoid', losses: none, folds: 0 };
  const foldOf = groupFolds(groups, count, seed);
  const folds: Record<CalibrationMethod, number>[] = [];
  const sizes: number[] = [];
  for (let fold = 0; fold < count; fold++) {
    const part = (inside: boolean): Part => partOf({ scores, outcomes, weights }, (row) => (foldOf[row] === fold) === inside); // prettier-ignore
    const [train, test] = [part(false), part(true)];
    if (!isMixed(train) || total(test.weights) === 0) continue;
    const losses = CALIBRATION_METHODS.map((method) => {
      const { weights: own } = train;
      return lossOf(fitCalibration(method, train.scores, train.outcomes, { weights: own, offset }), test); // prettier-ignore
    });
    folds.push({ sigmoid: losses[0]!, temperature: losses[1]!, isotonic: losses[2]! });
    sizes.push(total(test.weights));
  }
  if (folds.length < 2) return { method: 'sigmoid', losses: none, folds: 0 };
  const all = total(sizes);
  const mean = (of: (fold: Record<CalibrationMethod, number>) => number): number =>
    folds.reduce((sum, fold, i) => sum + (sizes[i]! / all) * of(fold), 0);
  const losses = Object.fromEntries(CALIBRATION_METHODS.map((method) => [method, mean((fold) => fold[method])])) as Record<CalibrationMethod, number>; // prettier-ignore
  const better = CALIBRATION_METHODS.filter((method) => {
    const gain = mean((fold) => fold.sigmoid - fold[method]);
    const variance = mean((fold) => (fold.sigmoid - fold[method] - gain) ** 2);
    return gain > Math.sqrt(variance / (folds.length - 1));
  });
  const method = ['sigmoid' as const, ...better].reduce((best, next) => (losses[next] < losses[best] ? next : best)); // prettier-ignore
  return { method, losses, folds: folds.length };
}

/** The slope alone, by bisection of the derivative, which rises with it: the log-loss is convex. */
function fitTemperature(
  scores: ArrayLike<number>,
  outcomes: ArrayLike<number | boolean>,
  weights: ArrayLike<number> | undefined,
  offset: number,
): SigmoidCalibration {
  const weight = checkBinary(scores, outcomes, weights);
  if (!Number.isFinite(offset)) throw new RangeError(`offset: expected a finite number, got ${offset}`); // prettier-ignore
  const derivative = (slope: number): number => {
    let sum = 0;
    for (let row = 0; row < weight.length; row++) {
      const said = 1 / (1 + Math.exp(-(slope * scores[row]! + offset)));
      sum += weight[row]! * (said - Number(outcomes[row])) * scores[row]!;
    }
    return sum;
  };
  let low = Math.log(1 / HOTTEST);
  let high = Math.log(1 / COLDEST);
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (derivative(Math.exp(middle)) > 0) high = middle;
    else low = middle;
  }
  return new SigmoidCalibration(Math.exp((low + high) / 2), offset);
}

/** As in `TemperatureScaling`: few rows, all of them right, would ask for endless confidence. */
const COLDEST = 0.05;
const HOTTEST = 20;

interface Part {
  readonly scores: number[];
  readonly outcomes: number[];
  readonly weights: number[];
}

function partOf(
  whole: { readonly scores: ArrayLike<number>; readonly outcomes: ArrayLike<number | boolean>; readonly weights: Float64Array }, // prettier-ignore
  wanted: (row: number) => boolean,
): Part {
  const rows = [...whole.weights.keys()].filter(wanted);
  return {
    scores: rows.map((row) => whole.scores[row]!),
    outcomes: rows.map((row) => Number(whole.outcomes[row])),
    weights: rows.map((row) => whole.weights[row]!),
  };
}

function isMixed({ outcomes, weights }: Part): boolean {
  const present = new Set(outcomes.filter((_, i) => weights[i]! > 0));
  return present.size === 2;
}

function lossOf(
  curve: SigmoidCalibration | IsotonicCalibration,
  { scores, outcomes, weights }: Part,
): number {
  const said = curve.transform(scores);
  let loss = 0;
  for (let row = 0; row < said.length; row++) {
    const right = outcomes[row] === 1 ? said[row]! : 1 - said[row]!;
    loss -= weights[row]! * Math.log(Math.max(right, LEAST));
  }
  return loss / total(weights);
}

/** A curve that says never, or always, and is wrong pays for it as if it had said one in a million. */
const LEAST = 1e-6;

function total(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0);
}
