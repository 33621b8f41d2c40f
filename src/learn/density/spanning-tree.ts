import { DisjointSets } from './disjoint-sets.ts';
import type { NearPoints } from './near-points.ts';
import type { SpaceTree } from './space-tree.ts';

/** The points − 1 edges of a tree over points, by place. */
export interface SpanningTree {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  /** The squared mutual reachability of their ends. */
  readonly squares: Float64Array;
  /** The squared distance of their ends. */
  readonly plainSquares: Float64Array;
}

/**
 * The minimum spanning tree of the mutual reachability max(core(a), core(b), d(a, b)) (Campello et al. 2015), by
 * Borůvka's rounds: every component looks for its shortest way out. A point whose core distance is no less than what
 * its component found already need not look, nor one whose kept neighbours are proof enough; the others ask the
 * tree, leaf by leaf, which passes over nodes that are too far, too thin or all of the same component.
 *
 * One core distance often decides several edges. Of those that reach as far the one between nearer points is taken,
 * so that a point between two clusters goes to the nearer one, in whatever order the points came.
 */
export function spanningTree(tree: SpaceTree, near: NearPoints): SpanningTree {
  return new BoruvkaRounds(tree, near).run();
}

const SEVERAL = -1;

class BoruvkaRounds {
  readonly #tree: SpaceTree;
  readonly #near: NearPoints;
  readonly #sets: DisjointSets;
  /** The component of each point, by one of its points. */
  readonly #componentOf: Uint32Array;
  /** The component of all points of a node, or `SEVERAL`. */
  readonly #nodeComponent: Int32Array;
  readonly #leastCore: Float64Array;
  /** The densest first: what they find saves the others the search. */
  readonly #leaves: readonly number[];
  readonly #looking: number[] = [];
  #reach = Infinity;
  /** For each component its shortest way out. */
  readonly #best: Float64Array;
  readonly #bestPlain: Float64Array;
  readonly #bestFrom: Uint32Array;
  readonly #bestTo: Uint32Array;

  constructor(tree: SpaceTree, near: NearPoints) {
    const { points, nodes } = tree;
    this.#tree = tree;
    this.#near = near;
    this.#sets = new DisjointSets(points);
    this.#componentOf = Uint32Array.from({ length: points }, (_, place) => place);
    this.#nodeComponent = new Int32Array(nodes);
    this.#leastCore = new Float64Array(nodes);
    this.#best = new Float64Array(points);
    this.#bestPlain = new Float64Array(points);
    this.#bestFrom = new Uint32Array(points);
    this.#bestTo = new Uint32Array(points);
    for (let node = nodes - 1; node >= 0; node--) {
      const [start, end] = [tree.starts[node]!, tree.ends[node]!];
      let least = Infinity;
      for (let place = start; place < end; place++) least = Math.min(least, near.cores[place]!);
      this.#leastCore[node] = least;
    }
    this.#leaves = [...this.#leastCore.keys()]
      .filter((node) => tree.isLeaf(node))
      .sort((a, b) => this.#leastCore[a]! - this.#leastCore[b]! || a - b);
  }

  run(): SpanningTree {
    const edges = this.#tree.points - 1;
    const from = new Uint32Array(edges);
    const to = new Uint32Array(edges);
    const squares = new Float64Array(edges);
    const plainSquares = new Float64Array(edges);
    for (let found = 0; found < edges;) {
      this.#beginRound();
      for (let place = 0; place <= edges; place++) this.#lookAtKept(place);
      for (const leaf of this.#leaves) this.#lookAround(leaf);
      for (let component = 0; component < this.#best.length; component++) {
        if (this.#best[component] === Infinity) continue;
        // Of equal edges two components may choose different ones: an edge that would close a circle is left out.
        const [a, b] = [this.#bestFrom[component]!, this.#bestTo[component]!];
        if (!this.#sets.join(a, b)) continue;
        from[found] = a;
        to[found] = b;
        plainSquares[found] = this.#bestPlain[component]!;
        squares[found++] = this.#best[component]!;
      }
    }
    return { from, to, squares, plainSquares };
  }

  #beginRound(): void {
    const tree = this.#tree;
    for (let place = 0; place < tree.points; place++)
      this.#componentOf[place] = this.#sets.find(place);
    for (let node = tree.nodes - 1; node >= 0; node--) {
      this.#nodeComponent[node] = tree.isLeaf(node)
        ? this.#leafComponent(node)
        : this.#common(node);
    }
    this.#best.fill(Infinity);
    this.#bestPlain.fill(Infinity);
  }

  #leafComponent(leaf: number): number {
    const start = this.#tree.starts[leaf]!;
    const component = this.#componentOf[start]!;
    for (let place = start + 1; place < this.#tree.ends[leaf]!; place++) {
      if (this.#componentOf[place] !== component) return SEVERAL;
    }
    return component;
  }

  #common(node: number): number {
    const child = this.#tree.children[node]!;
    const first = this.#nodeComponent[child]!;
    return first === this.#nodeComponent[child + 1] ? first : SEVERAL;
  }

  #lookAtKept(place: number): void {
    const { kept, places, squares } = this.#near;
    const component = this.#componentOf[place]!;
    for (let at = place * kept; at < (place + 1) * kept; at++) {
      const other = places[at]!;
      if (squares[at]! > this.#best[component]!) return;
      if (this.#componentOf[other] === component) continue;
      this.#offer(place, other, squares[at]!);
    }
  }

  /** The points of a leaf look together: what is too far from all of them is asked once. */
  #lookAround(leaf: number): void {
    const tree = this.#tree;
    this.#looking.length = 0;
    for (let place = tree.starts[leaf]!; place < tree.ends[leaf]!; place++) {
      if (this.#mayFind(place)) this.#looking.push(place);
    }
    this.#setReach();
    this.#visit(leaf, leaf);
    for (let node = leaf; node > 0 && this.#reach > 0; node = tree.parents[node]!) {
      this.#visit(leaf, tree.sibling(node));
    }
  }

  /** Whether what is farther than the kept neighbours of a point can be the shortest way out of its component. */
  #mayFind(place: number): boolean {
    const { kept, squares, cores } = this.#near;
    const lastKept = kept === 0 ? 0 : squares[(place + 1) * kept - 1]!;
    const component = this.#componentOf[place]!;
    const least = Math.max(cores[place]!, lastKept);
    const best = this.#best[component]!;
    return least < best || (least === best && lastKept < this.#bestPlain[component]!);
  }

  /** No looking point has use for anything as far as the reach. */
  #setReach(): void {
    this.#reach = 0;
    for (const place of this.#looking) {
      const bound = this.#best[this.#componentOf[place]!]!;
      if (bound > this.#reach && this.#near.cores[place]! <= bound) this.#reach = bound;
    }
  }

  #visit(leaf: number, node: number): void {
    const tree = this.#tree;
    const own = this.#nodeComponent[leaf]!;
    if (own !== SEVERAL && this.#nodeComponent[node] === own) return;
    if (this.#leastCore[node]! > this.#reach) return;
    if (tree.squareBetween(leaf, node) >= this.#reach) return;
    if (tree.isLeaf(node)) {
      this.#compare(leaf, node);
      return;
    }
    const left = tree.children[node]!;
    const leftFirst = tree.squareBetween(leaf, left) <= tree.squareBetween(leaf, left + 1);
    this.#visit(leaf, leftFirst ? left : left + 1);
    this.#visit(leaf, leftFirst ? left + 1 : left);
  }

  #compare(leaf: number, node: number): void {
    const tree = this.#tree;
    const { cores } = this.#near;
    const own = this.#nodeComponent[leaf]!;
    for (let other = tree.starts[node]!; other < tree.ends[node]!; other++) {
      if (cores[other]! > this.#reach || this.#componentOf[other] === own) continue;
      if (tree.squareToNode(other, leaf, this.#reach) >= this.#reach) continue;
      let found = false;
      for (const place of this.#looking) {
        if (this.#meet(place, other)) found = true;
      }
      if (found) this.#setReach();
    }
  }

  /** True if the way between two points is the shortest yet for the component of the first. */
  #meet(place: number, other: number): boolean {
    const component = this.#componentOf[place]!;
    if (this.#componentOf[other] === component) return false;
    const bound = this.#best[component]!;
    if (Math.max(this.#near.cores[place]!, this.#near.cores[other]!) > bound) return false;
    const square = this.#tree.square(place, other, bound);
    // At the bound itself it is no nearer than the ends of the way that was found, which reach no farther.
    return square < bound && this.#offer(place, other, square);
  }

  /** An edge between two components, for both of them; true if the first had none as good. */
  #offer(from: number, to: number, plain: number): boolean {
    const { cores } = this.#near;
    const square = Math.max(plain, cores[from]!, cores[to]!);
    const isBetter = this.#take(this.#componentOf[from]!, from, to, square, plain);
    this.#take(this.#componentOf[to]!, from, to, square, plain);
    return isBetter;
  }

  #take(component: number, from: number, to: number, square: number, plain: number): boolean {
    const best = this.#best[component]!;
    if (square > best || (square === best && plain >= this.#bestPlain[component]!)) return false;
    this.#best[component] = square;
    this.#bestPlain[component] = plain;
    this.#bestFrom[component] = from;
    this.#bestTo[component] = to;
    return true;
  }
}
