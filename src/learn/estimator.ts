import type { Matrix } from './matrix.ts';

/**
 * The estimator contract, after scikit-learn's: hyper-parameters go into the constructor and are stored as
 * given; `fit` forgets earlier fits, never changes its arguments, and returns `this`; chance comes from `seed`
 * alone. Labels are class indices `0 … classes-1`.
 *
 * Errors: `TypeError`/`RangeError` on wrong shapes or parameters, at once.
 */
export interface Classifier {
  /** Learns from `vectors` (NaN = missing, where the estimator supports it), one label and one weight (default 1) a row. */
  fit(vectors: Matrix, labels: ArrayLike<number>, options?: FitOptions): this;
  /** rows × classes probabilities, each row adds to 1. */
  predictProba(vectors: Matrix): Matrix;
  /** The number of classes and of columns it was fitted on. */
  readonly classes: number;
  readonly columns: number;
  /** A versioned binary form; the class's static `decode` reads it and refuses anything else. */
  encode(): Uint8Array;
}

export interface FitOptions {
  readonly weights?: ArrayLike<number>;
  /** Number of classes, when the labels might not hold the last ones. */
  readonly classes?: number;
}

/** The class index of the highest probability in every row. */
export function argmaxRows(probabilities: Matrix): Uint32Array {
  const best = new Uint32Array(probabilities.rows);
  for (let row = 0; row < probabilities.rows; row++) {
    const start = row * probabilities.columns;
    let top = 0;
    for (let column = 1; column < probabilities.columns; column++) {
      if (probabilities.values[start + column]! > probabilities.values[start + top]!) top = column;
    }
    best[row] = top;
  }
  return best;
}
