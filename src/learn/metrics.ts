import {
  checkLabels,
  checkLength,
  checkMatrix,
  checkNumber,
  checkWeights,
} from './check-arguments.ts';
import type { Matrix } from './matrix.ts';

/** Weight by true class (row) and predicted class (column). */
export function confusionMatrix(
  labels: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
  weights?: ArrayLike<number>,
): Matrix {
  const rows = labels.length;
  checkLength('predicted', predicted, rows);
  checkLabels(labels, rows, classes);
  checkLabels(predicted, rows, classes);
  const weight = checkWeights(weights, rows);
  const values = new Float64Array(classes * classes);
  for (let row = 0; row < rows; row++) {
    const at = labels[row]! * classes + predicted[row]!;
    values[at] = values[at]! + weight[row]!;
  }
  return { rows: classes, columns: classes, values };
}

/** How well one class is told from the others. NaN is a figure that nothing was there for. */
export interface ClassFigures {
  /** The share of the rows called so that are so: NaN if none was called so. */
  readonly precision: number;
  /** The share of the rows that are so that were called so: NaN if none is so. */
  readonly recall: number;
  /** `2 TP / (2 TP + FP + FN)`: NaN if none is so and none was called so. */
  readonly f1: number;
  /** The weight of the rows that are so. */
  readonly support: number;
}

/** Precision, recall and F1 of every class. */
export function classFigures(confusion: Matrix): ClassFigures[] {
  const classes = confusion.rows;
  checkMatrix('confusion', confusion, classes);
  return Array.from({ length: classes }, (_, own) => {
    let support = 0;
    let called = 0;
    for (let other = 0; other < classes; other++) {
      support += confusion.values[own * classes + other]!;
      called += confusion.values[other * classes + own]!;
    }
    const hits = confusion.values[own * classes + own]!;
    return {
      precision: hits / called,
      recall: hits / support,
      f1: (2 * hits) / (support + called),
      support,
    };
  });
}

/** The mean F1 of the classes that occur, in truth or in prediction. */
export function macroF1(confusion: Matrix): number {
  const scores = classFigures(confusion)
    .map((figures) => figures.f1)
    .filter((f1) => !Number.isNaN(f1));
  return scores.reduce((sum, f1) => sum + f1, 0) / scores.length;
}

/**
 * Average precision, the area under the precision–recall steps: Σ (Rₙ − Rₙ₋₁) Pₙ over falling thresholds, equal
 * scores together. NaN without a positive row.
 */
export function averagePrecision(
  scores: ArrayLike<number>,
  outcomes: ArrayLike<number | boolean>,
  weights?: ArrayLike<number>,
): number {
  const rows = scores.length;
  checkLength('outcomes', outcomes, rows);
  const weight = checkWeights(weights, rows);
  const order = Uint32Array.from({ length: rows }, (_, row) => row);
  order.sort((a, b) => scores[b]! - scores[a]!);
  let hits = 0;
  let called = 0;
  let sum = 0;
  for (let start = 0; start < rows;) {
    const score = scores[order[start]!]!;
    if (Number.isNaN(score)) throw new RangeError('scores: expected numbers, got NaN');
    let gained = 0;
    let end = start;
    for (; end < rows && scores[order[end]!] === score; end++) {
      const row = order[end]!;
      called += weight[row]!;
      if (outcomes[row] === true || outcomes[row] === 1) gained += weight[row]!;
    }
    hits += gained;
    if (called > 0) sum += (gained * hits) / called;
    start = end;
  }
  return sum / hits;
}

/** The mean of −ln(probability of the true class); a probability counts as 10⁻¹⁵ at least. */
export function logLoss(
  probabilities: Matrix,
  labels: ArrayLike<number>,
  weights?: ArrayLike<number>,
): number {
  return weightedMean(probabilities, labels, weights, (start, label) => {
    return -Math.log(Math.max(probabilities.values[start + label]!, 1e-15));
  });
}

/** Brier's score of all classes: the mean of Σ (probability − truth)², 0 … 2 (for two classes twice the usual). */
export function brierScore(
  probabilities: Matrix,
  labels: ArrayLike<number>,
  weights?: ArrayLike<number>,
): number {
  return weightedMean(probabilities, labels, weights, (start, label) => {
    let sum = 0;
    for (let column = 0; column < probabilities.columns; column++) {
      sum += (probabilities.values[start + column]! - (column === label ? 1 : 0)) ** 2;
    }
    return sum;
  });
}

/**
 * Expected calibration error of the top class (Guo et al. 2017): how far confidence is from accuracy, averaged by
 * weight over bins of equal width.
 */
export function expectedCalibrationError(
  probabilities: Matrix,
  labels: ArrayLike<number>,
  options: { readonly bins?: number; readonly weights?: ArrayLike<number> } = {},
): number {
  const bins = options.bins ?? 15;
  checkNumber('bins', bins, { min: 1, integer: true });
  const weight = checkProbabilities(probabilities, labels, options.weights);
  const gaps = new Float64Array(bins); // Σ weight · (confidence − hit)
  let total = 0;
  for (let row = 0; row < probabilities.rows; row++) {
    const start = row * probabilities.columns;
    let top = 0;
    for (let column = 1; column < probabilities.columns; column++) {
      if (probabilities.values[start + column]! > probabilities.values[start + top]!) top = column;
    }
    const confidence = probabilities.values[start + top]!;
    // Guo's bins are open below: (0, 1/15], (1/15, 2/15] …
    const bin = Math.max(0, Math.min(bins - 1, Math.ceil(confidence * bins) - 1));
    gaps[bin] = gaps[bin]! + weight[row]! * (confidence - (labels[row] === top ? 1 : 0));
    total += weight[row]!;
  }
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / total;
}

/** How many of 1,000 rows have a score at or above the threshold. */
export function alertsPerThousand(
  scores: ArrayLike<number>,
  threshold: number,
  weights?: ArrayLike<number>,
): number {
  const weight = checkWeights(weights, scores.length);
  let alerts = 0;
  let total = 0;
  for (let row = 0; row < scores.length; row++) {
    if (scores[row]! >= threshold) alerts += weight[row]!;
    total += weight[row]!;
  }
  return (1000 * alerts) / total;
}

function checkProbabilities(
  probabilities: Matrix,
  labels: ArrayLike<number>,
  weights: ArrayLike<number> | undefined,
): Float64Array {
  checkMatrix('probabilities', probabilities);
  checkLabels(labels, probabilities.rows, probabilities.columns);
  return checkWeights(weights, probabilities.rows);
}

function weightedMean(
  probabilities: Matrix,
  labels: ArrayLike<number>,
  weights: ArrayLike<number> | undefined,
  ofRow: (start: number, label: number) => number,
): number {
  const weight = checkProbabilities(probabilities, labels, weights);
  let sum = 0;
  let total = 0;
  for (let row = 0; row < probabilities.rows; row++) {
    if (weight[row] === 0) continue;
    sum += weight[row]! * ofRow(row * probabilities.columns, labels[row]!);
    total += weight[row]!;
  }
  return sum / total;
}
