import type { SpaceTree } from './space-tree.ts';

/** The nearest points of every point, by place in the tree. */
export interface NearPoints {
  /** How many are kept of each point; fewer only where there are fewer points. */
  readonly kept: number;
  /** points × kept, nearest first: places and squared distances. */
  readonly places: Uint32Array;
  readonly squares: Float64Array;
  /** The squared core distance of each point: to the `minSamples`-th nearest, itself and its equals counted. */
  readonly cores: Float64Array;
}

export interface NearPointsOptions {
  readonly minSamples: number;
  /** How many rows the point at each place stands for. */
  readonly counts: Uint32Array;
}

/** So many neighbours are kept: they settle most of the search for a spanning tree. */
const KEPT = 12;

/**
 * Exact nearest neighbours of all points, a leaf of the tree at a time: its points look for theirs together, from
 * the leaf itself outwards, and a node is passed over when its box is farther than the farthest neighbour of them all.
 */
export function nearPoints(tree: SpaceTree, options: NearPointsOptions): NearPoints {
  const { minSamples, counts } = options;
  const sought = Math.min(Math.max(minSamples - 1, KEPT), Math.max(0, tree.points - 1));
  const kept = Math.min(KEPT, sought);
  const near: NearPoints = {
    kept,
    places: new Uint32Array(tree.points * kept),
    squares: new Float64Array(tree.points * kept),
    cores: new Float64Array(tree.points),
  };
  const search = new LeafSearch(tree, sought);
  for (let leaf = 0; leaf < tree.nodes; leaf++) {
    if (!tree.isLeaf(leaf)) continue;
    search.run(leaf);
    for (let place = tree.starts[leaf]!, i = 0; place < tree.ends[leaf]!; place++, i++) {
      const from = i * sought;
      near.places.set(search.places.subarray(from, from + kept), place * kept);
      near.squares.set(search.squares.subarray(from, from + kept), place * kept);
      let counted = counts[place]!;
      let next = from;
      while (counted < minSamples) {
        near.cores[place] = search.squares[next]!;
        counted += counts[search.places[next++]!]!;
      }
    }
  }
  return near;
}

/** The search of one leaf; its arrays are used again for the next. */
class LeafSearch {
  readonly places: Uint32Array;
  readonly squares: Float64Array;
  readonly #tree: SpaceTree;
  readonly #sought: number;
  #leaf = 0;
  /** No point of the leaf takes a neighbour as far as this. */
  #bound = Infinity;

  constructor(tree: SpaceTree, sought: number) {
    this.#tree = tree;
    this.#sought = sought;
    let most = 0;
    for (let leaf = 0; leaf < tree.nodes; leaf++) {
      if (tree.isLeaf(leaf)) most = Math.max(most, tree.ends[leaf]! - tree.starts[leaf]!);
    }
    this.places = new Uint32Array(most * sought);
    this.squares = new Float64Array(most * sought);
  }

  run(leaf: number): void {
    this.#leaf = leaf;
    this.#bound = Infinity;
    this.squares.fill(Infinity);
    if (this.#sought === 0) return;
    this.#visit(leaf);
    const tree = this.#tree;
    for (let node = leaf; node > 0; node = tree.parents[node]!) this.#visit(tree.sibling(node));
  }

  #visit(node: number): void {
    const tree = this.#tree;
    if (tree.squareBetween(this.#leaf, node) >= this.#bound) return;
    if (tree.isLeaf(node)) {
      this.#compare(node);
      return;
    }
    const left = tree.children[node]!;
    const leftFirst =
      tree.squareBetween(this.#leaf, left) <= tree.squareBetween(this.#leaf, left + 1);
    this.#visit(leftFirst ? left : left + 1);
    this.#visit(leftFirst ? left + 1 : left);
  }

  #compare(node: number): void {
    const tree = this.#tree;
    const sought = this.#sought;
    const start = tree.starts[node]!;
    const end = tree.ends[node]!;
    let bound = 0;
    for (
      let place = tree.starts[this.#leaf]!, last = sought - 1;
      place < tree.ends[this.#leaf]!;
      place++, last += sought
    ) {
      let farthest = this.squares[last]!;
      if (tree.squareToNode(place, node, farthest) < farthest) {
        for (let other = start; other < end; other++) {
          if (other === place) continue;
          const square = tree.square(place, other, farthest);
          if (square >= farthest) continue;
          this.#insert(last - sought + 1, square, other);
          farthest = this.squares[last]!;
        }
      }
      if (farthest > bound) bound = farthest;
    }
    this.#bound = bound;
  }

  #insert(first: number, square: number, place: number): void {
    const { squares, places } = this;
    let at = first + this.#sought - 1;
    while (at > first && squares[at - 1]! > square) {
      squares[at] = squares[at - 1]!;
      places[at] = places[at - 1]!;
      at--;
    }
    squares[at] = square;
    places[at] = place;
  }
}
