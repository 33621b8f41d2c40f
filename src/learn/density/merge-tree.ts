import { DisjointSets } from './disjoint-sets.ts';
import type { SpanningTree } from './spanning-tree.ts';

/**
 * How components of points grow together as the distance between them may grow. Nodes 0 … points − 1 are the points,
 * the others are components in ascending distance, the last is the whole. Of edges that reach as far the one between
 * nearer points joins first; equal edges join at once, as one node of several children. So the tree does not depend on
 * which of them a spanning tree happened to take.
 */
export interface MergeTree {
  readonly points: number;
  /** The squared distance at which a component came to be; of a point its squared core distance. */
  readonly squares: readonly number[];
  /** How many rows a node stands for. */
  readonly sizes: readonly number[];
  /** The children of component `points + i`, at `i`. */
  readonly children: readonly (readonly number[])[];
}

/** `cores` and `counts` by the same places as the edges. */
export function mergeTree(
  edges: SpanningTree,
  cores: Float64Array,
  counts: Uint32Array,
): MergeTree {
  const points = counts.length;
  const { squares: reaches, plainSquares } = edges;
  const isSame = (a: number, b: number): boolean =>
    reaches[a] === reaches[b] && plainSquares[a] === plainSquares[b];
  const order = Uint32Array.from(reaches.keys()).sort(
    (a, b) => reaches[a]! - reaches[b]! || plainSquares[a]! - plainSquares[b]! || a - b,
  );
  const squares = Array.from(cores);
  const sizes = Array.from(counts);
  const children: number[][] = [];
  const sets = new DisjointSets(points);
  const nodeOf = Uint32Array.from({ length: points }, (_, place) => place); // by the set's member
  for (let start = 0, end = 0; start < order.length; start = end) {
    const square = reaches[order[start]!]!;
    while (end < order.length && isSame(order[start]!, order[end]!)) end++;
    for (const [set, parts] of joinEdges(order.subarray(start, end), edges, sets, nodeOf)) {
      nodeOf[set] = squares.push(square) - 1;
      sizes.push(parts.reduce((sum, part) => sum + sizes[part]!, 0));
      children.push(parts);
    }
  }
  return { points, squares, sizes, children };
}

/** Joins the ends of edges of one length; gives the nodes that became one, by the set they are now. */
function joinEdges(
  order: Uint32Array,
  { from, to }: SpanningTree,
  sets: DisjointSets,
  nodeOf: Uint32Array,
): Map<number, number[]> {
  const grown = new Map<number, number[]>();
  for (const edge of order) {
    const [a, b] = [sets.find(from[edge]!), sets.find(to[edge]!)];
    sets.join(a, b);
    const ofA = grown.get(a) ?? [nodeOf[a]!];
    const ofB = grown.get(b) ?? [nodeOf[b]!];
    grown.delete(a);
    grown.delete(b);
    // The shorter list is copied: a thousand equal edges in a row must not cost a million steps.
    const [long, short] = ofA.length >= ofB.length ? [ofA, ofB] : [ofB, ofA];
    for (const node of short) long.push(node);
    grown.set(Math.min(a, b), long);
  }
  return grown;
}
