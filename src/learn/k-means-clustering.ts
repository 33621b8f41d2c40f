import { kmeans } from 'ml-kmeans';

import { adjustedRand } from './adjusted-rand.ts';
import { checkNumber } from './check-arguments.ts';
import { checkComplete } from './check-complete.ts';
import { exchangeRows } from './exchange-rows.ts';
import { type Matrix, matrixFromRows, matrixRow, selectRows } from './matrix.ts';
import { randomBelow, sampleIndices, seededRandom } from './random.ts';
import { RowDistances, silhouette } from './silhouette.ts';

export interface KMeansOptions {
  /** `auto` takes the number with the best silhouette. */
  readonly clusters?: number | 'auto';
  /** The most that `auto` tries. */
  readonly maxClusters?: number;
  readonly seed?: number;
  /** Each number of clusters is tried from so many starts; the tightest result stays. */
  readonly restarts?: number;
}

/** Silhouettes, the choice of the number of clusters and resamples look at no more rows than this. */
const SAMPLE_ROWS = 2_000;
const MAX_CLUSTERS = 1_000;
/** Iterations end when no centroid moves by more than this share of the mean variance (as scikit-learn's `tol`). */
const SETTLED = 1e-4;

/**
 * k-means (our own k-means++ starts, Lloyd's iterations by `ml-kmeans`, then Hartigan's exchanges). Distances are Euclidean and nothing may
 * be missing: scale with `RobustScaler` first. Clusters are numbered by size, the largest is 0.
 */
export class KMeansClustering {
  readonly clusters: number | 'auto';
  readonly maxClusters: number;
  readonly seed: number;
  readonly restarts: number;
  #fitted: Fitted | undefined;

  constructor(options: KMeansOptions = {}) {
    this.clusters = options.clusters ?? 'auto';
    this.maxClusters = options.maxClusters ?? 12;
    this.seed = options.seed ?? 1;
    this.restarts = options.restarts ?? 5;
    const count = { min: 1, max: MAX_CLUSTERS, integer: true };
    if (this.clusters !== 'auto') checkNumber('clusters', this.clusters, count);
    checkNumber('maxClusters', this.maxClusters, count);
    checkNumber('restarts', this.restarts, { min: 1, max: 1_000, integer: true });
    seededRandom(this.seed); // refuses what is no seed
  }

  /** clusters × columns; fewer clusters than asked for where fewer rows differ. */
  get centroids(): Matrix {
    return this.#state().centroids;
  }

  /** The sum of squared distances from the fitted rows to their centroids. */
  get inertia(): number {
    return this.#state().inertia;
  }

  /** The mean silhouette of the fitted rows (of a sample of at most 2,000); `NaN` for a single cluster. */
  get silhouette(): number {
    return this.#state().silhouette;
  }

  fit(vectors: Matrix): this {
    checkComplete(vectors);
    if (vectors.rows === 0) throw new RangeError('vectors: expected at least one row, got 0');
    const random = seededRandom(this.seed);
    const sample = selectRows(vectors, sampleIndices(random, SAMPLE_ROWS, vectors.rows));
    const distances = new RowDistances(sample);
    const clusters =
      this.clusters === 'auto' ? this.#chooseClusters(sample, distances, random) : this.clusters;
    const centroids = bySize(vectors, bestOf(this.restarts, vectors, clusters, random));
    this.#fitted = {
      centroids,
      inertia: nearest(vectors, centroids).inertia,
      silhouette: silhouette(distances, nearest(sample, centroids).assignments),
    };
    return this;
  }

  /** The number of the nearest centroid for every row; the lower one of two as near. */
  predict(vectors: Matrix): Uint32Array {
    const { centroids } = this.#state();
    checkComplete(vectors, centroids.columns);
    return nearest(vectors, centroids).assignments;
  }

  /**
   * How far the clusters depend on the very rows that were seen: the mean adjusted Rand index between this
   * clustering of `vectors` and those fitted on bootstrap resamples of them (after Hennig 2007; of at most 2,000
   * rows). Near 1: the same groups come back; below about 0.6 they should not be given names.
   */
  stability(vectors: Matrix, resamples = 10): number {
    checkNumber('resamples', resamples, { min: 1, max: 1_000, integer: true });
    const assignments = this.predict(vectors);
    const clusters = this.#state().centroids.rows;
    const random = seededRandom(this.seed);
    let sum = 0;
    for (let i = 0; i < resamples; i++) {
      const drawn = Uint32Array.from({ length: Math.min(SAMPLE_ROWS, vectors.rows) }, () =>
        randomBelow(random, vectors.rows),
      );
      const centroids = bestOf(this.restarts, selectRows(vectors, drawn), clusters, random);
      sum += adjustedRand(assignments, nearest(vectors, centroids).assignments);
    }
    return sum / resamples;
  }

  #chooseClusters(sample: Matrix, distances: RowDistances, random: () => number): number {
    let best = { clusters: 1, score: -Infinity };
    for (let clusters = 2; clusters <= Math.min(this.maxClusters, sample.rows - 1); clusters++) {
      const centroids = bestOf(this.restarts, sample, clusters, random);
      if (centroids.rows < clusters) break; // no more than that differ
      const score = silhouette(distances, nearest(sample, centroids).assignments);
      if (score > best.score) best = { clusters, score };
    }
    return best.clusters;
  }

  #state(): Fitted {
    if (this.#fitted === undefined) throw new TypeError('clustering: expected a fitted one');
    return this.#fitted;
  }
}

interface Fitted {
  readonly centroids: Matrix;
  readonly inertia: number;
  readonly silhouette: number;
}

function bestOf(restarts: number, vectors: Matrix, clusters: number, random: () => number): Matrix {
  // Plain arrays: ml-kmeans is 1.6–3 × faster on them than on typed ones.
  const rows = Array.from({ length: vectors.rows }, (_, row) => [...matrixRow(vectors, row)]);
  const tolerance = SETTLED * meanVariance(vectors);
  let best: { centroids: Matrix; inertia: number } | undefined;
  for (let restart = 0; restart < restarts; restart++) {
    const initialization = chooseStarts(vectors, clusters, random).map((row) => [...rows[row]!]);
    const result = kmeans(rows, initialization.length, { initialization, tolerance });
    const lloyds = matrixFromRows(result.centroids);
    const centroids = exchangeRows(vectors, nearest(vectors, lloyds).assignments, lloyds.rows);
    const { inertia } = nearest(vectors, centroids);
    if (best === undefined || inertia < best.inertia) best = { centroids, inertia };
  }
  return best!.centroids;
}

/**
 * Greedy k-means++ (Arthur and Vassilvitskii 2007, the variant of their section 7): candidates for each next start
 * are drawn with the chance of their squared distance to those before, and the one that leaves least distance
 * stays. Stops early when all rows are starts already; `ml-kmeans` itself fails there.
 */
function chooseStarts(vectors: Matrix, clusters: number, random: () => number): number[] {
  const first = randomBelow(random, vectors.rows);
  const starts = [first];
  const candidates = 2 + Math.floor(Math.log(clusters)); // scikit-learn's number
  let squares = withStart(vectors, first, new Float64Array(vectors.rows).fill(Infinity));
  while (starts.length < clusters && squares.total > 0) {
    let best = { row: -1, squares: { ...squares, total: Infinity } };
    for (let i = 0; i < candidates; i++) {
      const row = drawByShare(squares, random);
      const left = withStart(vectors, row, squares.values);
      if (best.row < 0 || left.total < best.squares.total) best = { row, squares: left };
    }
    starts.push(best.row);
    squares = best.squares;
  }
  return starts;
}

/** Squared distances from every row to the nearest start, and their sum. */
interface Squares {
  readonly values: Float64Array;
  readonly total: number;
}

function withStart(vectors: Matrix, start: number, before: Float64Array): Squares {
  const point = matrixRow(vectors, start);
  const values = new Float64Array(vectors.rows);
  let total = 0;
  for (let row = 0; row < vectors.rows; row++) {
    values[row] = Math.min(before[row]!, squaredDistance(vectors, row, point));
    total += values[row]!;
  }
  return { values, total };
}

/** A row with the chance of its share in the total, never one of share 0. */
function drawByShare({ values, total }: Squares, random: () => number): number {
  let left = random() * total;
  let drawn = -1;
  for (let row = 0; row < values.length && left >= 0; row++) {
    if (values[row] === 0) continue;
    drawn = row;
    left -= values[row]!;
  }
  return drawn;
}

function bySize(vectors: Matrix, centroids: Matrix): Matrix {
  const sizes = new Uint32Array(centroids.rows);
  for (const cluster of nearest(vectors, centroids).assignments) sizes[cluster]!++;
  const order = Array.from({ length: centroids.rows }, (_, cluster) => cluster)
    .filter((cluster) => sizes[cluster]! > 0)
    .sort((a, b) => sizes[b]! - sizes[a]! || a - b);
  return selectRows(centroids, order);
}

function nearest(
  vectors: Matrix,
  centroids: Matrix,
): { assignments: Uint32Array; inertia: number } {
  const assignments = new Uint32Array(vectors.rows);
  let inertia = 0;
  for (let row = 0; row < vectors.rows; row++) {
    let least = Infinity;
    for (let cluster = 0; cluster < centroids.rows; cluster++) {
      const distance = squaredDistance(vectors, row, matrixRow(centroids, cluster));
      if (distance < least) {
        least = distance;
        assignments[row] = cluster;
      }
    }
    inertia += least;
  }
  return { assignments, inertia };
}

/** Of the columns. */
function meanVariance(vectors: Matrix): number {
  const { rows, columns, values } = vectors;
  const means = new Float64Array(columns);
  for (const [at, value] of values.entries()) means[at % columns]! += value / rows;
  let sum = 0;
  for (const [at, value] of values.entries()) sum += (value - means[at % columns]!) ** 2;
  return sum / Math.max(1, values.length);
}

function squaredDistance(vectors: Matrix, row: number, point: Float64Array): number {
  const start = row * vectors.columns;
  let sum = 0;
  for (let column = 0; column < point.length; column++) {
    sum += (vectors.values[start + column]! - point[column]!) ** 2;
  }
  return sum;
}
