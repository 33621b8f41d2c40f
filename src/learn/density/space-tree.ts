import type { Matrix } from '../matrix.ts';
import { divideRows } from './divide-rows.ts';

/** Of points in a leaf: small enough to prune well, large enough to spend the time on distances and not on nodes. */
const LEAF_POINTS = 24;
/** So much larger than they are, radii keep out no point that is as far as another but for the last bits. */
const ROUNDING = 1e-12;

/** A bound that was rounded up could hide a nearest point: it is taken by this less, far more than rounding can do. */
const SURELY = 1 - 1e-12;

/**
 * A tree over points in space. Every node is parted into two heaps of near points, so that clusters come to lie in
 * nodes of their own, and knows the smallest box around its points and a ball: the box keeps other points away where
 * there are few columns, the ball where there are many (a cluster in 20 columns is a shell, its box mostly corners).
 * Points are copied into the order of the leaves; a parent's number is less than its children's.
 */
export class SpaceTree {
  readonly columns: number;
  readonly points: number;
  /** The row of the matrix at each place; the places of a node are contiguous. */
  readonly rowAt: Uint32Array;
  /** points × columns, by place. */
  readonly values: Float64Array;
  readonly nodes: number;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** The first child of each node, the second is the next number; 0 for a leaf. */
  readonly children: Uint32Array;
  readonly parents: Uint32Array;
  /** nodes × columns each. */
  readonly lows: Float64Array;
  readonly highs: Float64Array;
  /** The mean of the points of each node (nodes × columns), and the distance from there to the farthest. */
  readonly centres: Float64Array;
  readonly radii: Float64Array;

  constructor(vectors: Matrix) {
    const { rows, columns } = vectors;
    this.columns = columns;
    this.points = rows;
    this.rowAt = Uint32Array.from({ length: rows }, (_, row) => row);
    const starts = [0];
    const ends = [rows];
    const children: number[] = [];
    const parents = [0];
    for (let node = 0; node < starts.length; node++) {
      const [start, end] = [starts[node]!, ends[node]!];
      children.push(end - start > LEAF_POINTS ? starts.length : 0);
      if (children[node] === 0) continue;
      const middle = divideRows(vectors, this.rowAt, start, end);
      starts.push(start, middle);
      ends.push(middle, end);
      parents.push(node, node);
    }
    this.nodes = starts.length;
    this.starts = Uint32Array.from(starts);
    this.ends = Uint32Array.from(ends);
    this.children = Uint32Array.from(children);
    this.parents = Uint32Array.from(parents);
    this.values = new Float64Array(rows * columns);
    for (let place = 0; place < rows; place++) {
      const from = this.rowAt[place]! * columns;
      this.values.set(vectors.values.subarray(from, from + columns), place * columns);
    }
    this.lows = new Float64Array(this.nodes * columns).fill(Infinity);
    this.highs = new Float64Array(this.nodes * columns).fill(-Infinity);
    this.centres = new Float64Array(this.nodes * columns);
    this.radii = new Float64Array(this.nodes);
    for (let node = 0; node < this.nodes; node++) this.#measure(node);
  }

  isLeaf(node: number): boolean {
    return this.children[node] === 0;
  }

  sibling(node: number): number {
    const first = this.children[this.parents[node]!]!;
    return node === first ? first + 1 : first;
  }

  /** No points of two nodes are nearer than the root of this. */
  squareBetween(node: number, other: number): number {
    const { columns, lows, highs, centres } = this;
    let apart = 0;
    let sum = 0;
    for (let c = 0, i = node * columns, j = other * columns; c < columns; c++, i++, j++) {
      const between = centres[i]! - centres[j]!;
      apart += between * between;
      const gap = between > 0 ? lows[i]! - highs[j]! : lows[j]! - highs[i]!;
      if (gap > 0) sum += gap * gap;
    }
    const clear = Math.sqrt(apart) - this.radii[node]! - this.radii[other]!;
    return clear > 0 ? Math.max(sum, clear * clear) : sum;
  }

  /** No point of a node is nearer to the point at a place than the root of this; no more is told than `enough`. */
  squareToNode(place: number, node: number, enough: number): number {
    const { columns, lows, highs, values, centres } = this;
    const from = place * columns;
    const base = node * columns;
    let apart = 0;
    for (let i = from, j = base; i < from + columns; i++, j++) {
      const between = values[i]! - centres[j]!;
      apart += between * between;
    }
    const clear = Math.sqrt(apart) - this.radii[node]!;
    const clearSquare = clear > 0 ? clear * clear * SURELY : 0;
    if (clearSquare >= enough) return clearSquare;
    let sum = 0;
    for (let i = from, j = base; i < from + columns; i++, j++) {
      const value = values[i]!;
      const gap = value < lows[j]! ? lows[j]! - value : value - highs[j]!;
      if (gap > 0) {
        sum += gap * gap;
        if (sum >= enough) break;
      }
    }
    return Math.max(sum * SURELY, clearSquare);
  }

  /** The squared distance between the points at two places, or a part of it that is at least `enough`. */
  square(place: number, other: number, enough: number): number {
    const { columns, values } = this;
    let i = place * columns;
    let j = other * columns;
    const end = i + columns;
    let sum = 0;
    // Most pairs are far apart: asking every four columns saves more than it costs.
    for (const whole = end - 3; i < whole; i += 4, j += 4) {
      const a = values[i]! - values[j]!;
      const b = values[i + 1]! - values[j + 1]!;
      const c = values[i + 2]! - values[j + 2]!;
      const d = values[i + 3]! - values[j + 3]!;
      sum += a * a + b * b + (c * c + d * d);
      if (sum >= enough) return sum;
    }
    for (; i < end; i++, j++) sum += (values[i]! - values[j]!) ** 2;
    return sum;
  }

  #measure(node: number): void {
    const { columns, values, lows, highs, centres } = this;
    const base = node * columns;
    const [start, end] = [this.starts[node]!, this.ends[node]!];
    for (let place = start; place < end; place++) {
      for (let at = base, from = place * columns; at < base + columns; at++, from++) {
        const value = values[from]!;
        if (value < lows[at]!) lows[at] = value;
        if (value > highs[at]!) highs[at] = value;
        centres[at]! += value;
      }
    }
    for (let at = base; at < base + columns; at++) centres[at]! /= end - start;
    let farthest = 0;
    for (let place = start; place < end; place++) {
      let square = 0;
      for (let at = base, from = place * columns; at < base + columns; at++, from++) {
        square += (values[from]! - centres[at]!) ** 2;
      }
      if (square > farthest) farthest = square;
    }
    this.radii[node] = Math.sqrt(farthest) * (1 + ROUNDING);
  }
}
