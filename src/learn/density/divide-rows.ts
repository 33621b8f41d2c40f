import { matrixRow, type Matrix } from '../matrix.ts';

/** Steps of 2-means after the first guess: more hardly move the middle. */
const STEPS = 2;
/** No part of many rows is less than an eighth, or outliers that come off one by one make a tree of as many levels. */
const LEAST_PART = 1 / 8;
const FEW_ROWS = 64;

/**
 * Orders `rows[start … end)` so that two heaps of near rows (2-means) lie one behind the other, and gives the start
 * of the second. Neither is empty. Depends on the rows and their order alone.
 */
export function divideRows(vectors: Matrix, rows: Uint32Array, start: number, end: number): number {
  const part = rows.subarray(start, end);
  const along = new Float64Array(part.length);
  let cut = project(vectors, part, ...farPair(vectors, part), along);
  for (let step = 0; step < STEPS; step++) {
    const [low, high] = means(vectors, part, along, cut);
    if (low === undefined || high === undefined) break;
    cut = project(vectors, part, low, high, along);
  }
  const least = part.length > FEW_ROWS ? Math.ceil(part.length * LEAST_PART) : 1;
  const below = along.reduce((count, value) => (value < cut ? count + 1 : count), 0);
  if (below < least || part.length - below < least) return start + divideEvenly(part, along);
  const order = [...part.keys()];
  const sorted = [
    ...order.filter((i) => along[i]! < cut),
    ...order.filter((i) => !(along[i]! < cut)),
  ];
  part.set(sorted.map((i) => part[i]!));
  return start + below;
}

/** Two rows that are far apart: the farthest from the mean, and the farthest from that. */
function farPair(vectors: Matrix, part: Uint32Array): [Float64Array, Float64Array] {
  const mean = new Float64Array(vectors.columns);
  for (const row of part) addRow(mean, matrixRow(vectors, row));
  const first = farthest(
    vectors,
    part,
    mean.map((sum) => sum / part.length),
  );
  return [first, farthest(vectors, part, first)];
}

function farthest(vectors: Matrix, part: Uint32Array, from: Float64Array): Float64Array {
  let most = -1;
  let found = from;
  for (const row of part) {
    const start = row * vectors.columns;
    let square = 0;
    for (let c = 0; c < from.length; c++) square += (vectors.values[start + c]! - from[c]!) ** 2;
    if (square > most) {
      most = square;
      found = matrixRow(vectors, row);
    }
  }
  return found;
}

/** Writes how far along the way from `low` to `high` each row lies; gives the middle of the way. */
function project(
  vectors: Matrix,
  part: Uint32Array,
  low: Float64Array,
  high: Float64Array,
  along: Float64Array,
): number {
  const way = high.map((value, c) => value - low[c]!);
  for (const [i, row] of part.entries()) {
    const start = row * vectors.columns;
    let sum = 0;
    for (let c = 0; c < way.length; c++) sum += way[c]! * vectors.values[start + c]!;
    along[i] = sum;
  }
  let middle = 0;
  for (let c = 0; c < way.length; c++) middle += way[c]! * (low[c]! / 2 + high[c]! / 2);
  return middle;
}

function means(
  vectors: Matrix,
  part: Uint32Array,
  along: Float64Array,
  cut: number,
): [Float64Array | undefined, Float64Array | undefined] {
  const sums = [new Float64Array(vectors.columns), new Float64Array(vectors.columns)] as const;
  let below = 0;
  for (const [i, row] of part.entries()) {
    const isLow = along[i]! < cut;
    if (isLow) below++;
    addRow(sums[isLow ? 0 : 1], matrixRow(vectors, row));
  }
  const mean = (sum: Float64Array, count: number): Float64Array | undefined =>
    count === 0 ? undefined : sum.map((value) => value / count);
  return [mean(sums[0], below), mean(sums[1], part.length - below)];
}

function addRow(sum: Float64Array, row: Float64Array): void {
  for (let c = 0; c < sum.length; c++) sum[c]! += row[c]!;
}

/** Sorts the part along the way and gives its middle. */
function divideEvenly(part: Uint32Array, along: Float64Array): number {
  const order = Uint32Array.from(part.keys()).sort((a, b) => along[a]! - along[b]! || a - b);
  part.set(order.map((i) => part[i]!));
  return part.length >>> 1;
}
