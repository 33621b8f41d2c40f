import { checkNumber } from './check-arguments.ts';
import { checkComplete } from './check-complete.ts';
import { chosenClusters, type ClusterChoice } from './density/chosen-clusters.ts';
import { condensedTree, type CondensedTree } from './density/condensed-tree.ts';
import { distinctRows } from './density/distinct-rows.ts';
import { mergeTree } from './density/merge-tree.ts';
import { nearPoints } from './density/near-points.ts';
import { SpaceTree } from './density/space-tree.ts';
import { spanningTree } from './density/spanning-tree.ts';
import type { Matrix } from './matrix.ts';

export interface HdbscanOptions {
  /** Fewer rows are no cluster. */
  readonly minClusterSize?: number;
  /** A row is in dense space if so many rows, itself counted, are near. Default: `minClusterSize`. */
  readonly minSamples?: number;
  /** `eom` (default): the most stable clusters; `leaf`: the smallest, for many groups of like size. */
  readonly selection?: ClusterChoice['method'];
  /** Clusters nearer to each other than this stay together. */
  readonly epsilon?: number;
  /** Everything may be one cluster; otherwise one cluster alone counts as none. */
  readonly allowSingleCluster?: boolean;
}

/** The cluster number of a row that belongs to none. */
export const NOISE = -1;

/** More neighbours than this are memory asked for by a number. */
const MOST_SAMPLES = 1_000;

/**
 * HDBSCAN* (Campello, Moulavi, Zimek and Sander 2015): clusters of any shape and density, as many as there are, and
 * rows that belong to none. Distances are Euclidean and exact, and nothing may be missing. There is no chance in it,
 * and the order of the rows changes nothing. Clusters are numbered by size, the largest is 0.
 */
export class HdbscanClustering {
  readonly minClusterSize: number;
  readonly minSamples: number;
  readonly selection: ClusterChoice['method'];
  readonly epsilon: number;
  readonly allowSingleCluster: boolean;
  #fitted: Fitted | undefined;

  constructor(options: HdbscanOptions = {}) {
    this.minClusterSize = options.minClusterSize ?? 5;
    this.minSamples = options.minSamples ?? Math.min(this.minClusterSize, MOST_SAMPLES);
    this.selection = options.selection ?? 'eom';
    this.epsilon = options.epsilon ?? 0;
    this.allowSingleCluster = options.allowSingleCluster ?? false;
    checkNumber('minClusterSize', this.minClusterSize, { min: 2, integer: true });
    checkNumber('minSamples', this.minSamples, { min: 1, max: MOST_SAMPLES, integer: true });
    checkNumber('epsilon', this.epsilon, { min: 0 });
  }

  /** The cluster of every fitted row, or `NOISE`. */
  get assignments(): Int32Array {
    return this.#state().assignments;
  }

  /** How deep a row lies in its cluster: 1 in the densest part, 0 for noise. */
  get probabilities(): Float64Array {
    return this.#state().probabilities;
  }

  /** GLOSH (Campello et al. 2015, section 6), 0 … 1: how much thinner the space around a row is than in the densest part nearby. */
  get outlierScores(): Float64Array {
    return this.#state().outlierScores;
  }

  /** The number of clusters. */
  get clusters(): number {
    return this.#state().clusters;
  }

  fit(vectors: Matrix): this {
    checkComplete(vectors);
    const least = Math.max(1, this.minSamples);
    if (vectors.rows < least) {
      throw new RangeError(
        `vectors: expected at least minSamples (${least}) rows, got ${vectors.rows}`,
      );
    }
    const distinct = distinctRows(vectors);
    const space = new SpaceTree(distinct.vectors);
    const counts = space.rowAt.map((row) => distinct.counts[row]!);
    const near = nearPoints(space, { minSamples: this.minSamples, counts });
    const merges = mergeTree(spanningTree(space, near), near.cores, counts);
    const tree = condensedTree(merges, this.minClusterSize);
    const placeOf = new Uint32Array(space.points);
    for (const [place, row] of space.rowAt.entries()) placeOf[row] = place;
    this.#fitted = this.#label(
      tree,
      distinct.placeOf.map((row) => placeOf[row]!),
    );
    return this;
  }

  /** `pointOf` gives the point of each row. */
  #label(tree: CondensedTree, pointOf: Uint32Array): Fitted {
    const chosen = chosenClusters(tree, {
      method: this.selection,
      epsilon: this.epsilon,
      allowSingleCluster: this.allowSingleCluster,
    });
    const holderOf = chosenAncestors(tree.parents, chosen);
    const holders = Int32Array.from(pointOf, (point) =>
      this.#belongs(tree, point, chosen) ? holderOf[tree.clusterOf[point]!]! : NOISE,
    );
    const numbers = numbersBySize(holders, pointOf);
    const peaks = highestBelow(tree);
    const lambdaOf = (row: number): number => tree.leftAt[pointOf[row]!]!;
    return {
      clusters: numbers.size,
      assignments: holders.map((holder) => numbers.get(holder) ?? NOISE),
      probabilities: Float64Array.from(holders, (holder, row) =>
        holder === NOISE ? 0 : Math.min(1, lambdaOf(row) / tree.deaths[holder]!),
      ),
      outlierScores: Float64Array.from(pointOf, (point) => {
        const peak = peaks[tree.clusterOf[point]!]!;
        return Math.max(0, (peak - tree.leftAt[point]!) / peak);
      }),
    };
  }

  /** Of everything as one cluster, only what stayed as long as its densest part (or ε asks) belongs to it. */
  #belongs(tree: CondensedTree, point: number, chosen: readonly boolean[]): boolean {
    if (!chosen[0]) return true;
    return tree.leftAt[point]! >= (this.epsilon > 0 ? 1 / this.epsilon : tree.deaths[0]!);
  }

  #state(): Fitted {
    if (this.#fitted === undefined) throw new TypeError('clustering: expected a fitted one');
    return this.#fitted;
  }
}

interface Fitted {
  readonly clusters: number;
  readonly assignments: Int32Array;
  readonly probabilities: Float64Array;
  readonly outlierScores: Float64Array;
}

/** For each cluster of the tree the chosen one that it is or lies in, or `NOISE`. */
function chosenAncestors(parents: readonly number[], chosen: readonly boolean[]): Int32Array {
  const holders = new Int32Array(parents.length);
  for (const [cluster, parent] of parents.entries()) {
    const above = parent < 0 ? NOISE : holders[parent]!;
    holders[cluster] = chosen[cluster] ? cluster : above;
  }
  return holders;
}

/** The greatest λ in each cluster and all below it. */
function highestBelow({ parents, deaths }: CondensedTree): number[] {
  const peaks = [...deaths];
  for (let cluster = parents.length - 1; cluster > 0; cluster--) {
    peaks[parents[cluster]!] = Math.max(peaks[parents[cluster]!]!, peaks[cluster]!);
  }
  return peaks;
}

/** New numbers for the clusters that hold rows, the largest first; of equals that with the first point. */
function numbersBySize(holders: Int32Array, pointOf: Uint32Array): Map<number, number> {
  const found = new Map<number, { size: number; first: number }>();
  for (const [row, holder] of holders.entries()) {
    if (holder === NOISE) continue;
    const { size, first } = found.get(holder) ?? { size: 0, first: Infinity };
    found.set(holder, { size: size + 1, first: Math.min(first, pointOf[row]!) });
  }
  const order = [...found].sort(([, a], [, b]) => b.size - a.size || a.first - b.first);
  return new Map(order.map(([holder], number) => [holder, number]));
}
