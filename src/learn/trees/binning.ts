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
function quantileCuts(
  values: Float64Array,
  weights: Float64Array | undefined,
  maxBins: number,
): Float64Array {
  const { distinct, counts, present } = distinctSorted(values);
  if (distinct.length <= maxBins) {
    const cuts = new Float64Array(Math.max(0, distinct.length - 1));
    for (let i = 0; i < cuts.length; i++) cuts[i] = cutBetween(distinct[i]!, distinct[i + 1]!);
    return cuts;
  }
  const { mass, total } =
    weights === undefined
      ? { mass: counts, total: present }
      : massByWeight(distinct, values, weights);
  let left = total;
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

/** The weight of every value, and of all, added up row by row: another order would round to other cuts. */
function massByWeight(
  distinct: Float64Array,
  values: Float64Array,
  weights: Float64Array,
): { mass: Float64Array; total: number } {
  const mass = new Float64Array(distinct.length);
  let total = 0;
  for (let row = 0; row < values.length; row++) {
    if (Number.isNaN(values[row]!)) continue;
    const place = firstNotBelow(distinct, values[row]!);
    mass[place] = mass[place]! + weights[row]!;
    total += weights[row]!;
  }
  return { mass, total };
}

/** The bins of values among ascending cuts: eight steps whatever they are, twice as fast as a search that ends early. */
function binValues(cuts: Float64Array, values: Float64Array, bins: Uint8Array): void {
  const padded = new Float64Array(256).fill(Infinity);
  padded.set(cuts);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) {
      bins[i] = MISSING_BIN;
      continue;
    }
    let below = 0;
    for (let step = 128; step > 0; step >>= 1) {
      if (padded[below + step - 1]! < value) below += step;
    }
    bins[i] = below + 1;
  }
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
  const weighted = weights.subarray(0, learnFrom).some((weight) => weight !== 1);
  for (let column = 0; column < vectors.columns; column++) {
    for (let i = 0; i < rows.length; i++) {
      values[i] = vectors.values[rows[i]! * vectors.columns + column]!;
    }
    const own = quantileCuts(
      values.subarray(0, learnFrom),
      weighted ? weights : undefined,
      maxBins,
    );
    cuts.push(own);
    const start = column * rows.length;
    binValues(own, values, bins.subarray(start, start + rows.length));
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

interface DistinctValues {
  readonly distinct: Float64Array;
  readonly counts: Float64Array;
  /** How many values there are in all. */
  readonly present: number;
}

/** The values but for missing ones, ascending, once each, and how often each is there. */
function distinctSorted(values: Float64Array): DistinctValues {
  const sorted = values.slice().sort(); // NaN last
  const counts = new Float64Array(sorted.length);
  let count = 0;
  let present = 0;
  for (const value of sorted) {
    if (Number.isNaN(value)) break;
    present++;
    if (count === 0 || value !== sorted[count - 1]) sorted[count++] = value;
    counts[count - 1] = counts[count - 1]! + 1;
  }
  return { distinct: sorted.subarray(0, count), counts: counts.subarray(0, count), present };
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
