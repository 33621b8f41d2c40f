import { matrixRow, type Matrix } from './matrix.ts';

/** Each finds less than the one before; most end by themselves after a few. */
const MOST_PASSES = 25;

/**
 * Betters a k-means clustering that Lloyd's iterations can better no more: a row changes to another cluster when that
 * lessens the sum of squares with both centroids moved (Hartigan 1975; every result is a local optimum of Lloyd's
 * too, and not the other way round: Telgarsky and Vattani 2010). No cluster loses its last row.
 */
export function exchangeRows(vectors: Matrix, assignments: Uint32Array, clusters: number): Matrix {
  const sizes = new Uint32Array(clusters);
  const centroids: Matrix = {
    rows: clusters,
    columns: vectors.columns,
    values: new Float64Array(clusters * vectors.columns),
  };
  for (const [row, cluster] of assignments.entries()) {
    sizes[cluster]!++;
    moveTowards(centroids, cluster, matrixRow(vectors, row), 1 / sizes[cluster]!);
  }
  for (let pass = 0, moved = true; moved && pass < MOST_PASSES; pass++) {
    moved = false;
    for (let row = 0; row < vectors.rows; row++) {
      const from = assignments[row]!;
      if (sizes[from]! < 2) continue;
      const point = matrixRow(vectors, row);
      const to = bestFor(point, from, centroids, sizes);
      if (to === from) continue;
      moved = true;
      assignments[row] = to;
      moveTowards(centroids, from, point, -1 / --sizes[from]!);
      moveTowards(centroids, to, point, 1 / ++sizes[to]!);
    }
  }
  return centroids;
}

/** The cluster in which a row of `from` adds least to the sum of squares. */
function bestFor(point: Float64Array, from: number, centroids: Matrix, sizes: Uint32Array): number {
  const leaving = sizes[from]! / (sizes[from]! - 1);
  // Gains that are but rounding would go back and forth.
  let least = squareTo(centroids, from, point) * leaving * (1 - 1e-9);
  let best = from;
  for (let cluster = 0; cluster < centroids.rows; cluster++) {
    if (cluster === from) continue;
    const joining = sizes[cluster]! / (sizes[cluster]! + 1);
    const square = squareTo(centroids, cluster, point) * joining;
    if (square < least) [least, best] = [square, cluster];
  }
  return best;
}

function squareTo({ columns, values }: Matrix, cluster: number, point: Float64Array): number {
  let sum = 0;
  for (let c = 0, at = cluster * columns; c < columns; c++, at++) sum += (values[at]! - point[c]!) ** 2; // prettier-ignore
  return sum;
}

function moveTowards(
  { columns, values }: Matrix,
  cluster: number,
  point: Float64Array,
  share: number,
): void {
  for (let c = 0, at = cluster * columns; c < columns; c++, at++) {
    values[at]! += share * (point[c]! - values[at]!);
  }
}
