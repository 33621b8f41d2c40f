import type { Matrix } from '../matrix.ts';

/** The bin of a missing value; values are in bins 1 … cuts + 1. */
export const MISSING_BIN = 0;

/**
 * A matrix as small integers, column by column: what histograms are made of. Bin `b ≥ 1` of a column holds the
 * values above `cuts[b - 2]` and up to `cuts[b - 1]`.
 */
export interface BinnedMatrix {
  readonly rows: number;
  readonly columns: number;
  /** columns × rows, column-major. */
  readonly bins: Uint8Array;
  readonly cuts: readonly Float64Array[];
}

/**
 * Cuts of one column: between neighbouring distinct values while those are few, else near the quantiles by
 * weight. A cut separates the same values in `float32` wherever it can, which halves an encoded model.
 */
function quantileCuts(values: Float64Array, weights: Float64Array, maxBins: number): Float64Array {
  const distinct = distinctSorted(values);
  if (distinct.length <= maxBins) {
    const cuts = new Float64Array(Math.max(0, distinct.length - 1));
    for (let i = 0; i < cuts.length; i++) cuts[i] = cutBetween(distinct[i]!, distinct[i + 1]!);
    return cuts;
  }
  const mass = new Float64Array(distinct.length);
  let left = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (Number.isNaN(value)) continue;
    const place = firstNotBelow(distinct, value);
    mass[place] = mass[place]! + weights[row]!;
    left += weights[row]!;
  }
  // The share of a bin is worked out anew after each, so that one value with half of the mass costs one bin only.
  const cuts: number[] = [];
  let inBin = 0;
  for (let i = 0; i + 1 < distinct.length && cuts.length + 1 < maxBins; i++) {
    inBin += mass[i]!;
    const share = left / (maxBins - cuts.length);
    if (inBin < share && inBin + mass[i + 1]! / 2 <= share) continue;
    cuts.push(cutBetween(distinct[i]!, distinct[i + 1]!));
    left -= inBin;
    inBin = 0;
  }
  return Float64Array.from(cuts);
}

/** The bin of a value among ascending cuts. */
function binOf(cuts: Float64Array, value: number): number {
  return Number.isNaN(value) ? MISSING_BIN : firstNotBelow(cuts, value) + 1;
}

/**
 * Bins the given rows of a matrix. The cuts are learnt from the first `learnFrom` of them only (the rest are
 * held out); `weights` are those of `rows`.
 */
export function binMatrix(
  vectors: Matrix,
  rows: Uint32Array,
  weights: Float64Array,
  maxBins: number,
  learnFrom = rows.length,
): BinnedMatrix {
  const bins = new Uint8Array(rows.length * vectors.columns);
  const cuts: Float64Array[] = [];
  const values = new Float64Array(rows.length);
  for (let column = 0; column < vectors.columns; column++) {
    for (let i = 0; i < rows.length; i++) {
      values[i] = vectors.values[rows[i]! * vectors.columns + column]!;
    }
    const own = quantileCuts(values.subarray(0, learnFrom), weights, maxBins);
    cuts.push(own);
    const start = column * rows.length;
    for (let i = 0; i < rows.length; i++) bins[start + i] = binOf(own, values[i]!);
  }
  return { rows: rows.length, columns: vectors.columns, bins, cuts };
}

/** A number `t` with `low ≤ t < high`: the middle where possible. */
function cutBetween(low: number, high: number): number {
  if (high === Infinity) return low === -Infinity ? 0 : Number.MAX_VALUE;
  const middle = low / 2 + high / 2;
  const short = Math.fround(middle);
  if (low <= short && short < high) return short;
  return low <= middle && middle < high ? middle : low;
}

function distinctSorted(values: Float64Array): Float64Array {
  const sorted = values.slice().sort(); // NaN last
  let count = 0;
  for (const value of sorted) {
    if (Number.isNaN(value)) break;
    if (count === 0 || value !== sorted[count - 1]) sorted[count++] = value;
  }
  return sorted.subarray(0, count);
}

/** The first place whose value is not below `value`, or the length. */
function firstNotBelow(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
