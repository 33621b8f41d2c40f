import type { MergeTree } from './merge-tree.ts';

/**
 * The clusters that appear as the distance shrinks (Campello et al. 2015, section 4.2): a component that falls into
 * several of at least `minClusterSize` rows ends, and they begin; what is smaller only loses rows. λ is 1 / distance.
 * Cluster 0 is everything; a cluster's number is greater than its parent's.
 */
export interface CondensedTree {
  /** Of cluster 0: −1. */
  readonly parents: readonly number[];
  readonly births: readonly number[];
  /** The λ at which the last of its rows left it (also to its children). */
  readonly deaths: readonly number[];
  /** Σ over its rows of λ at leaving − λ at birth. */
  readonly stabilities: readonly number[];
  /** For each point the smallest cluster that held it, and the λ at which it left that. */
  readonly clusterOf: Int32Array;
  readonly leftAt: Float64Array;
}

export function condensedTree(tree: MergeTree, minClusterSize: number): CondensedTree {
  return new Condensing(tree, minClusterSize).run();
}

class Condensing {
  readonly #tree: MergeTree;
  readonly #minClusterSize: number;
  readonly #lambdas: Float64Array;
  readonly #parents = [-1];
  readonly #births = [0];
  readonly #deaths = [0];
  readonly #stabilities = [0];
  readonly #clusterOf: Int32Array;
  readonly #leftAt: Float64Array;

  constructor(tree: MergeTree, minClusterSize: number) {
    this.#tree = tree;
    this.#minClusterSize = minClusterSize;
    this.#lambdas = lambdas(tree.squares);
    this.#clusterOf = new Int32Array(tree.points);
    this.#leftAt = new Float64Array(tree.points);
  }

  run(): CondensedTree {
    const waiting: [node: number, cluster: number][] = [[this.#tree.squares.length - 1, 0]];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [node, cluster] = next;
      if (node < this.#tree.points) {
        this.#leave(node, cluster, this.#lambdas[node]!);
        continue;
      }
      const children = this.#tree.children[node - this.#tree.points]!;
      const large = children.filter((child) => this.#tree.sizes[child]! >= this.#minClusterSize);
      for (const child of children) {
        if (this.#tree.sizes[child]! < this.#minClusterSize) {
          this.#leave(child, cluster, this.#lambdas[node]!);
        } else {
          waiting.push([child, large.length > 1 ? this.#begin(child, cluster, node) : cluster]);
        }
      }
    }
    return {
      parents: this.#parents,
      births: this.#births,
      deaths: this.#deaths,
      stabilities: this.#stabilities,
      clusterOf: this.#clusterOf,
      leftAt: this.#leftAt,
    };
  }

  #begin(node: number, parent: number, at: number): number {
    const lambda = this.#lambdas[at]!;
    this.#count(parent, this.#tree.sizes[node]!, lambda);
    this.#births.push(lambda);
    this.#deaths.push(lambda);
    this.#stabilities.push(0);
    return this.#parents.push(parent) - 1;
  }

  #leave(node: number, cluster: number, lambda: number): void {
    this.#count(cluster, this.#tree.sizes[node]!, lambda);
    const waiting = [node];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (next >= this.#tree.points) {
        for (const child of this.#tree.children[next - this.#tree.points]!) waiting.push(child);
      } else {
        this.#clusterOf[next] = cluster;
        this.#leftAt[next] = lambda;
      }
    }
  }

  #count(cluster: number, rows: number, lambda: number): void {
    this.#stabilities[cluster]! += rows * (lambda - this.#births[cluster]!);
    this.#deaths[cluster] = Math.max(this.#deaths[cluster]!, lambda);
  }
}

/**
 * Rows that are equal have a distance of 0 and would have an infinite density, beside which nothing counts: they are
 * taken for as dense as the densest that are not equal.
 */
function lambdas(squares: readonly number[]): Float64Array {
  let least = Infinity;
  for (const square of squares) if (square > 0 && square < least) least = square;
  const smallest = least === Infinity ? 1 : least;
  return Float64Array.from(squares, (square) => 1 / Math.sqrt(Math.max(square, smallest)));
}
