/**
 * Many binary trees in flat arrays, each in preorder: the left child of `node` is `node + 1`. A value goes left
 * if it is `≤ threshold`; a missing one where `missingLeft` says.
 */
export interface TreeEnsemble {
  /** The first node of every tree. */
  readonly roots: Int32Array;
  /** The column looked at, or -1 in a leaf. */
  readonly column: Int32Array;
  readonly threshold: Float64Array;
  readonly missingLeft: Uint8Array;
  readonly right: Int32Array;
  /** What a leaf adds to the margin. */
  readonly value: Float64Array;
  /** The share of the training weight that reached the node. */
  readonly cover: Float64Array;
}

export const LEAF = -1;

/** No deeper tree is grown or decoded: what walks trees may use the stack. */
export const DEEPEST = 64;

/** Gathers trees node by node, in preorder. */
export class TreeEnsembleBuilder {
  readonly #roots: number[] = [];
  readonly #column: number[] = [];
  readonly #threshold: number[] = [];
  readonly #missingLeft: number[] = [];
  readonly #right: number[] = [];
  readonly #value: number[] = [];
  readonly #cover: number[] = [];

  get trees(): number {
    return this.#roots.length;
  }

  startTree(): void {
    this.#roots.push(this.#column.length);
  }

  /** Leaf values and covers are held to `float32`, so that an encoded model is the model. */
  leaf(value: number, cover: number): void {
    this.#node(LEAF, 0, false);
    this.#value[this.#value.length - 1] = Math.fround(value);
    this.#cover[this.#cover.length - 1] = Math.fround(cover);
  }

  /** Starts a branch: write its left side, call `otherSide` with what this returned, write its right side, `close` it. */
  branch(column: number, threshold: number, missingLeft: boolean): number {
    return this.#node(column, threshold, missingLeft);
  }

  otherSide(branch: number): void {
    this.#right[branch] = this.#column.length;
  }

  close(branch: number): void {
    this.#cover[branch] = this.#cover[branch + 1]! + this.#cover[this.#right[branch]!]!;
  }

  /** Drops all trees from the given one on. */
  truncate(trees: number): void {
    const nodes = this.#roots[trees];
    if (nodes === undefined) return;
    this.#roots.length = trees;
    for (const list of [
      this.#column,
      this.#threshold,
      this.#missingLeft,
      this.#right,
      this.#value,
      this.#cover,
    ]) {
      list.length = nodes;
    }
  }

  build(): TreeEnsemble {
    return {
      roots: Int32Array.from(this.#roots),
      column: Int32Array.from(this.#column),
      threshold: Float64Array.from(this.#threshold),
      missingLeft: Uint8Array.from(this.#missingLeft),
      right: Int32Array.from(this.#right),
      value: Float64Array.from(this.#value),
      cover: Float64Array.from(this.#cover),
    };
  }

  #node(column: number, threshold: number, missingLeft: boolean): number {
    this.#column.push(column);
    this.#threshold.push(threshold);
    this.#missingLeft.push(missingLeft ? 1 : 0);
    this.#right.push(0);
    this.#value.push(0);
    this.#cover.push(0);
    return this.#column.length - 1;
  }
}

/** Whether `value` goes left at `node`. */
export function goesLeft(trees: TreeEnsemble, node: number, value: number): boolean {
  return Number.isNaN(value) ? trees.missingLeft[node] === 1 : value <= trees.threshold[node]!;
}

/** The leaf that the row at `offset` of `values` comes to in the tree of that root. */
export function leafOf(
  trees: TreeEnsemble,
  root: number,
  values: Float64Array,
  offset: number,
): number {
  const { column, threshold, missingLeft, right } = trees;
  let node = root;
  for (let at = column[node]!; at >= 0; at = column[node]!) {
    const x = values[offset + at]!;
    // `x === x` is false for NaN alone.
    const left = x === x ? x <= threshold[node]! : missingLeft[node] === 1;
    node = left ? node + 1 : right[node]!;
  }
  return node;
}
