import { checkMatrix, checkNumber } from './check-arguments.ts';
import type { Matrix } from './matrix.ts';

export interface Neighbour {
  readonly row: number;
  /** The root of the mean squared difference over the columns both have. */
  readonly distance: number;
  /** The number of those columns. */
  readonly shared: number;
}

export interface NearestOptions {
  /** Rows that share fewer columns are passed over: default, half of those the vector has (rounded up). */
  readonly minShared?: number;
}

/**
 * The `k` rows nearest to a vector, nearest first, of equals the first. Values should be standardised. A column
 * that is missing (NaN) in either is left out, and the distance is per shared column, so that a row with much
 * missing is no nearer for it.
 */
export function nearestRows(
  matrix: Matrix,
  vector: ArrayLike<number>,
  k: number,
  options: NearestOptions = {},
): Neighbour[] {
  checkMatrix('matrix', matrix);
  checkNumber('k', k, { min: 1, integer: true });
  if (vector.length !== matrix.columns) {
    throw new RangeError(`vector: expected ${matrix.columns} values, got ${vector.length}`);
  }
  const present = Uint32Array.from(Array.from(vector).keys()).filter(
    (column) => !Number.isNaN(vector[column]!),
  );
  const minShared = Math.max(1, options.minShared ?? Math.ceil(present.length / 2));
  const nearest: Neighbour[] = []; // ascending, at most k
  for (let row = 0; row < matrix.rows; row++) {
    const found = measure(matrix, row, vector, present);
    if (found.shared < minShared) continue;
    if (nearest.length === k && found.distance >= nearest[k - 1]!.distance) continue;
    if (nearest.length === k) nearest.pop();
    let place = nearest.length;
    while (place > 0 && nearest[place - 1]!.distance > found.distance) place--;
    nearest.splice(place, 0, found);
  }
  return nearest;
}

function measure(
  { columns, values }: Matrix,
  row: number,
  vector: ArrayLike<number>,
  present: Uint32Array,
): Neighbour {
  let sum = 0;
  let shared = 0;
  for (const column of present) {
    const value = values[row * columns + column]!;
    if (Number.isNaN(value)) continue;
    shared++;
    // Equal infinities have no difference; `Infinity - Infinity` is NaN.
    if (value !== vector[column]) sum += (value - vector[column]!) ** 2;
  }
  return { row, distance: Math.sqrt(sum / shared), shared };
}
