import { checkLabels, checkLength, checkMatrix, checkWeights } from './check-arguments.ts';
import type { Matrix } from './matrix.ts';

/** A probability is taken to be this at least, so that it has a logarithm. */
const LEAST_PROBABILITY = 1e-15;

/** Few rows, all of them right, would ask for endless confidence: the temperature stays within these. */
const COLDEST = 0.05;
const HOTTEST = 20;

/**
 * One number that makes all probabilities more or less sure and leaves their order (Guo et al. 2017): the softmax
 * of `log(p) / temperature`, for the least log-loss.
 */
export class TemperatureScaling {
  #temperature: number;

  constructor(temperature = 1) {
    this.#temperature = checkPositive('temperature', temperature);
  }

  get temperature(): number {
    return this.#temperature;
  }

  fit(probabilities: Matrix, labels: ArrayLike<number>, weights?: ArrayLike<number>): this {
    checkMatrix('probabilities', probabilities);
    checkLabels(labels, probabilities.rows, probabilities.columns);
    const weight = checkWeights(weights, probabilities.rows);
    // The log-loss is convex in 1 / temperature: its slope has one zero.
    let low = Math.log(1 / HOTTEST);
    let high = Math.log(1 / COLDEST);
    for (let i = 0; i < 60; i++) {
      const middle = (low + high) / 2;
      if (lossSlope(probabilities, labels, weight, Math.exp(middle)) > 0) high = middle;
      else low = middle;
    }
    this.#temperature = Math.exp(-(low + high) / 2);
    return this;
  }

  transform(probabilities: Matrix): Matrix {
    checkMatrix('probabilities', probabilities);
    const values = new Float64Array(probabilities.values.length);
    for (let row = 0; row < probabilities.rows; row++) {
      sharpen(probabilities, row, 1 / this.#temperature, values);
    }
    return { rows: probabilities.rows, columns: probabilities.columns, values };
  }

  toJSON(): { temperature: number } {
    return { temperature: this.#temperature };
  }

  static fromJSON(json: unknown): TemperatureScaling {
    return new TemperatureScaling(numberOf(json, 'temperature'));
  }
}

/**
 * A binary score to a probability by a logistic curve: Platt 1999 with his smoothed targets, by Newton's method as
 * Lin, Lin & Weng 2007 do it.
 */
export class SigmoidCalibration {
  #slope: number;
  #intercept: number;

  constructor(slope = 1, intercept = 0) {
    this.#slope = slope;
    this.#intercept = intercept;
  }

  get slope(): number {
    return this.#slope;
  }

  get intercept(): number {
    return this.#intercept;
  }

  /** Scores are finite numbers, best log-odds; outcomes 0 or 1 (or booleans). */
  fit(
    scores: ArrayLike<number>,
    outcomes: ArrayLike<number | boolean>,
    weights?: ArrayLike<number>,
  ): this {
    const weight = checkBinary(scores, outcomes, weights);
    const targets = plattTargets(outcomes, weight);
    let slope = 0;
    let intercept = 0;
    for (let step = 0; step < 100; step++) {
      const move = newtonStep(scores, targets, weight, slope, intercept);
      const before = sigmoidLoss(scores, targets, weight, slope, intercept);
      let size = 1;
      while (
        size > 1e-10 &&
        sigmoidLoss(scores, targets, weight, slope + size * move[0], intercept + size * move[1]) >
          before
      ) {
        size /= 2;
      }
      if (size <= 1e-10) break;
      slope += size * move[0];
      intercept += size * move[1];
      if (Math.abs(size * move[0]) < 1e-12 && Math.abs(size * move[1]) < 1e-12) break;
    }
    this.#slope = slope;
    this.#intercept = intercept;
    return this;
  }

  /** NaN stays NaN. */
  transform(scores: ArrayLike<number>): Float64Array {
    return Float64Array.from(scores, (score) => {
      return 1 / (1 + Math.exp(-(this.#slope * score + this.#intercept)));
    });
  }

  toJSON(): { slope: number; intercept: number } {
    return { slope: this.#slope, intercept: this.#intercept };
  }

  static fromJSON(json: unknown): SigmoidCalibration {
    return new SigmoidCalibration(numberOf(json, 'slope'), numberOf(json, 'intercept'));
  }
}

/** The first derivative of the log-loss by the inverse temperature. */
function lossSlope(
  probabilities: Matrix,
  labels: ArrayLike<number>,
  weights: Float64Array,
  inverse: number,
): number {
  const { rows, columns, values } = probabilities;
  const sharpened = new Float64Array(values.length);
  let slope = 0;
  for (let row = 0; row < rows; row++) {
    sharpen(probabilities, row, inverse, sharpened);
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column;
      const truth = column === labels[row] ? 1 : 0;
      const log = Math.log(Math.max(values[at]!, LEAST_PROBABILITY));
      slope += weights[row]! * (sharpened[at]! - truth) * log;
    }
  }
  return slope;
}

function sharpen(
  { columns, values }: Matrix,
  row: number,
  inverse: number,
  into: Float64Array,
): void {
  const start = row * columns;
  let top = -Infinity;
  for (let at = start; at < start + columns; at++) {
    into[at] = inverse * Math.log(Math.max(values[at]!, LEAST_PROBABILITY));
    top = Math.max(top, into[at]!);
  }
  let sum = 0;
  for (let at = start; at < start + columns; at++) {
    into[at] = Math.exp(into[at]! - top);
    sum += into[at]!;
  }
  for (let at = start; at < start + columns; at++) into[at] = into[at]! / sum;
}

/** Platt's targets: not quite 1 and 0, so that rows on the right side of everything do not ask for infinity. */
function plattTargets(outcomes: ArrayLike<number | boolean>, weights: Float64Array): Float64Array {
  let positive = 0;
  let negative = 0;
  for (let row = 0; row < weights.length; row++) {
    if (Number(outcomes[row]) === 1) positive += weights[row]!;
    else negative += weights[row]!;
  }
  const high = (positive + 1) / (positive + 2);
  const low = 1 / (negative + 2);
  return weights.map((_, row) => (Number(outcomes[row]) === 1 ? high : low));
}

function newtonStep(
  scores: ArrayLike<number>,
  targets: Float64Array,
  weights: Float64Array,
  slope: number,
  intercept: number,
): [number, number] {
  let g0 = 0;
  let g1 = 0;
  let h00 = 1e-12; // keeps the matrix invertible
  let h01 = 0;
  let h11 = 1e-12;
  for (let row = 0; row < targets.length; row++) {
    const score = scores[row]!;
    const probability = 1 / (1 + Math.exp(-(slope * score + intercept)));
    const residual = weights[row]! * (probability - targets[row]!);
    const curve = weights[row]! * probability * (1 - probability);
    g0 += residual * score;
    g1 += residual;
    h00 += curve * score * score;
    h01 += curve * score;
    h11 += curve;
  }
  const determinant = h00 * h11 - h01 * h01;
  return [-(h11 * g0 - h01 * g1) / determinant, -(h00 * g1 - h01 * g0) / determinant];
}

function sigmoidLoss(
  scores: ArrayLike<number>,
  targets: Float64Array,
  weights: Float64Array,
  slope: number,
  intercept: number,
): number {
  let loss = 0;
  for (let row = 0; row < targets.length; row++) {
    const margin = slope * scores[row]! + intercept;
    // log(1 + e^margin) − target · margin, without overflow
    const softplus = Math.max(margin, 0) + Math.log1p(Math.exp(-Math.abs(margin)));
    loss += weights[row]! * (softplus - targets[row]! * margin);
  }
  return loss;
}

/** Finite scores and outcomes of 0 or 1, one a row; gives the weights. */
export function checkBinary(
  scores: ArrayLike<number>,
  outcomes: ArrayLike<number | boolean>,
  weights: ArrayLike<number> | undefined,
): Float64Array {
  checkLength('outcomes', outcomes, scores.length);
  for (let row = 0; row < scores.length; row++) {
    if (!Number.isFinite(scores[row])) {
      throw new RangeError(`scores[${row}]: expected a finite number, got ${scores[row]!}`);
    }
    const outcome = Number(outcomes[row]);
    if (outcome !== 0 && outcome !== 1) {
      throw new RangeError(`outcomes[${row}]: expected 0 or 1, got ${String(outcomes[row])}`);
    }
  }
  const checked = checkWeights(weights, scores.length);
  if (!checked.some((weight) => weight > 0)) {
    throw new RangeError('scores: expected at least one row of weight above 0, got none');
  }
  return checked;
}

function checkPositive(name: string, value: number): number {
  if (!(value > 0 && value < Infinity)) {
    throw new RangeError(`${name}: expected a finite number > 0, got ${value}`);
  }
  return value;
}

function numberOf(json: unknown, name: string): number {
  const value: unknown =
    typeof json === 'object' && json !== null ? Reflect.get(json, name) : undefined;
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new RangeError(`${name}: expected a finite number, got ${typeof value}`);
  }
  return value;
}
