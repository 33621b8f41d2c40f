import type { FitOptions } from './estimator.ts';
import type { Matrix } from './matrix.ts';

/** More classes than this are a mistake in the labels, and would be memory asked for by a number in the data. */
const MOST_CLASSES = 65_536;

export interface NumberRange {
  readonly min: number;
  readonly max?: number;
  readonly integer?: boolean;
  /** `min` itself is refused. */
  readonly above?: boolean;
}

/** Throws `TypeError`/`RangeError` (`name: expected X, got Y`) unless `value` is a number in the range. */
export function checkNumber(name: string, value: unknown, range: NumberRange): void {
  const kind = range.integer === true ? 'an integer' : 'a number';
  const low = `${range.above === true ? '>' : '≥'} ${range.min}`;
  const high = range.max === undefined ? '' : ` and ≤ ${range.max}`;
  const expected = `${name}: expected ${kind} ${low}${high}`;
  if (typeof value !== 'number') throw new TypeError(`${expected}, got ${typeof value}`);
  const tooLow = range.above === true ? !(value > range.min) : !(value >= range.min);
  if (tooLow || !Number.isFinite(value) || (range.max !== undefined && value > range.max)) {
    throw new RangeError(`${expected}, got ${value}`);
  }
  if (range.integer === true && !Number.isSafeInteger(value)) {
    throw new RangeError(`${expected}, got ${value}`);
  }
}

/** Throws unless there is one value a row. */
export function checkLength(name: string, values: ArrayLike<unknown>, rows: number): void {
  if (values.length !== rows) {
    throw new RangeError(`${name}: expected ${rows} values, one a row, got ${values.length}`);
  }
}

/** Throws unless the matrix is what it says it is and has `columns` columns. */
export function checkMatrix(name: string, matrix: Matrix, columns = matrix.columns): void {
  if (!(matrix.values instanceof Float64Array)) {
    throw new TypeError(`${name}: expected values in a Float64Array, got ${typeof matrix.values}`);
  }
  if (matrix.columns !== columns) {
    throw new RangeError(`${name}: expected ${columns} columns, got ${matrix.columns}`);
  }
  checkLength(`${name}.values`, matrix.values, matrix.rows * matrix.columns);
}

/** Finite, not negative, one a row; ones where none are given. Always a copy. */
export function checkWeights(
  weights: ArrayLike<number> | undefined,
  rows: number,
  name = 'weights',
): Float64Array {
  if (weights === undefined) return new Float64Array(rows).fill(1);
  checkLength(name, weights, rows);
  for (let row = 0; row < rows; row++) {
    const weight = weights[row]!;
    if (!(weight >= 0 && weight < Infinity)) {
      throw new RangeError(`${name}[${row}]: expected a finite number ≥ 0, got ${weight}`);
    }
  }
  return Float64Array.from(weights);
}

/** Class indices, one a row; gives the number of classes. */
export function checkLabels(
  labels: ArrayLike<number>,
  rows: number,
  classes: number | undefined,
): number {
  checkLength('labels', labels, rows);
  if (classes !== undefined) {
    checkNumber('classes', classes, { min: 1, max: MOST_CLASSES, integer: true });
  }
  const below = classes ?? MOST_CLASSES;
  let highest = 0;
  for (let row = 0; row < rows; row++) {
    const label = labels[row]!;
    if (!Number.isInteger(label) || label < 0 || label >= below) {
      throw new RangeError(
        `labels[${row}]: expected an integer in 0 … ${below - 1}, got ${String(label)}`,
      );
    }
    if (label > highest) highest = label;
  }
  return classes ?? highest + 1;
}

export interface CheckedTraining {
  readonly classes: number;
  readonly weights: Float64Array;
}

/** What every classifier's `fit` refuses: wrong lengths, labels that are no classes, weights that are none. */
export function checkTraining(
  vectors: Matrix,
  labels: ArrayLike<number>,
  options: FitOptions,
): CheckedTraining {
  checkMatrix('vectors', vectors);
  if (vectors.rows === 0) throw new RangeError('vectors: expected at least one row, got 0');
  const classes = checkLabels(labels, vectors.rows, options.classes);
  const weights = checkWeights(options.weights, vectors.rows);
  if (!weights.some((weight) => weight > 0)) {
    throw new RangeError('weights: expected at least one above 0, got none');
  }
  return { classes, weights };
}
