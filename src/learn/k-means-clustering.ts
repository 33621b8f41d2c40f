import { kmeans } from 'ml-kmeans';

import { adjustedRand } from './adjusted-rand.ts';
import { checkMatrix, checkNumber } from './check-arguments.ts';
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

/**
 * k-means (Lloyd's iterations by `ml-kmeans`, our own k-means++ starts). Distances are Euclidean and nothing may
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

function checkComplete(vectors: Matrix, columns = vectors.columns): void {
  checkMatrix('vectors', vectors, columns);
  const at = vectors.values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  const row = Math.floor(at / columns);
  throw new RangeError(
    `vectors: expected finite values (scale first), got ${vectors.values[at]!} in row ${row}, column ${at % columns}`,
  );
}

function bestOf(restarts: number, vectors: Matrix, clusters: number, random: () => number): Matrix {
  // Plain arrays: ml-kmeans is 1.6–3 × faster on them than on typed ones.
  const rows = Array.from({ length: vectors.rows }, (_, row) => [...matrixRow(vectors, row)]);
  let best: { centroids: Matrix; inertia: number } | undefined;
  for (let restart = 0; restart < restarts; restart++) {
    const initialization = chooseStarts(vectors, clusters, random).map((row) => [...rows[row]!]);
    const result = kmeans(rows, initialization.length, { initialization });
    const centroids = matrixFromRows(result.centroids);
    const { inertia } = nearest(vectors, centroids);
    if (best === undefined || inertia < best.inertia) best = { centroids, inertia };
  }
  return best!.centroids;
}

/**
 * k-means++ (Arthur and Vassilvitskii 2007): each next start is drawn with the chance of its squared distance to
 * those before it. Stops early when all rows are starts already; `ml-kmeans` itself fails there.
 */
function chooseStarts(vectors: Matrix, clusters: number, random: () => number): number[] {
  const starts = [randomBelow(random, vectors.rows)];
  const squares = new Float64Array(vectors.rows).fill(Infinity);
  while (starts.length < clusters) {
    const newest = matrixRow(vectors, starts.at(-1)!);
    let total = 0;
    for (let row = 0; row < vectors.rows; row++) {
      squares[row] = Math.min(squares[row]!, squaredDistance(vectors, row, newest));
      total += squares[row]!;
    }
    if (!(total > 0)) break;
    let left = random() * total;
    let chosen = -1;
    for (let row = 0; row < vectors.rows && left >= 0; row++) {
      if (squares[row] === 0) continue;
      chosen = row;
      left -= squares[row]!;
    }
    starts.push(chosen);
  }
  return starts;
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

function squaredDistance(vectors: Matrix, row: number, point: Float64Array): number {
  const start = row * vectors.columns;
  let sum = 0;
  for (let column = 0; column < point.length; column++) {
    sum += (vectors.values[start + column]! - point[column]!) ** 2;
  }
  return sum;
}
