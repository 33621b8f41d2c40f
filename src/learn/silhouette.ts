import { checkLength } from './check-arguments.ts';
import type { Matrix } from './matrix.ts';

/** Euclidean distances between all rows, of which each pair is held once: rows² / 2 numbers. */
export class RowDistances {
  readonly rows: number;
  readonly #distances: Float32Array;

  constructor(vectors: Matrix) {
    const { rows, columns, values } = vectors;
    this.rows = rows;
    this.#distances = new Float32Array((rows * (rows - 1)) / 2);
    let at = 0;
    for (let row = 1; row < rows; row++) {
      for (let other = 0; other < row; other++) {
        let sum = 0;
        for (let column = 0; column < columns; column++) {
          sum += (values[row * columns + column]! - values[other * columns + column]!) ** 2;
        }
        this.#distances[at++] = Math.sqrt(sum);
      }
    }
  }

  /** Adds to `sums` (one a cluster) the distances from `row` to the rows of each cluster. */
  addByCluster(row: number, assignments: ArrayLike<number>, sums: Float64Array): void {
    let at = (row * (row - 1)) / 2;
    for (let other = 0; other < row; other++) sums[assignments[other]!]! += this.#distances[at++]!;
    for (let other = row + 1; other < this.rows; other++) {
      at = (other * (other - 1)) / 2 + row;
      sums[assignments[other]!]! += this.#distances[at]!;
    }
  }
}

/**
 * The mean silhouette (Rousseeuw 1987): for each row (b − a) / max(a, b), where a is its mean distance to the
 * others of its cluster and b that to the nearest other cluster; 0 for a cluster of one. From −1 to 1; `NaN`
 * when there are fewer than two clusters. Time grows with the square of the rows: give it a sample.
 */
export function silhouette(distances: RowDistances, assignments: ArrayLike<number>): number {
  checkLength('assignments', assignments, distances.rows);
  const sizes = clusterSizes(assignments);
  if (sizes.filter((size) => size > 0).length < 2) return Number.NaN;
  const sums = new Float64Array(sizes.length);
  let total = 0;
  for (let row = 0; row < distances.rows; row++) {
    const own = assignments[row]!;
    if (sizes[own]! < 2) continue;
    distances.addByCluster(row, assignments, sums.fill(0));
    const within = sums[own]! / (sizes[own]! - 1);
    let nearest = Infinity;
    for (const [cluster, sum] of sums.entries()) {
      if (cluster !== own && sizes[cluster]! > 0)
        nearest = Math.min(nearest, sum / sizes[cluster]!);
    }
    const larger = Math.max(within, nearest);
    if (larger > 0) total += (nearest - within) / larger;
  }
  return total / distances.rows;
}

function clusterSizes(assignments: ArrayLike<number>): Uint32Array {
  const numbers = Array.from(assignments);
  const wrong = numbers.find(
    (cluster) => !(Number.isInteger(cluster) && cluster >= 0 && cluster < 1e6),
  );
  if (wrong !== undefined) {
    throw new RangeError(`assignments: expected cluster numbers 0 … 999999, got ${wrong}`);
  }
  const sizes = new Uint32Array(numbers.reduce((a, b) => Math.max(a, b), -1) + 1);
  for (const cluster of numbers) sizes[cluster]!++;
  return sizes;
}
