import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { distinctRows } from '../../../src/learn/density/distinct-rows.ts';
import { nearPoints, type NearPoints } from '../../../src/learn/density/near-points.ts';
import { SpaceTree } from '../../../src/learn/density/space-tree.ts';
import { spanningTree } from '../../../src/learn/density/spanning-tree.ts';
import { matrixFromRows, matrixRow, type Matrix } from '../../../src/learn/matrix.ts';
import { seededRandom } from '../../../src/learn/random.ts';

/** Heaps, strays and rows on a coarse grid, so that equal rows and equal distances are among them. */
function table(rows: number, columns: number, seed: number, grid: number): Matrix {
  const random = seededRandom(seed);
  return matrixFromRows(
    Array.from({ length: rows }, () => {
      const heap = Math.floor(random() * 5) * 20;
      const spread = random() < 0.1 ? 60 : 4;
      return Array.from(
        { length: columns },
        () => heap + Math.round(random() * spread * grid) / grid,
      );
    }),
  );
}

function square(vectors: Matrix, a: number, b: number): number {
  const other = matrixRow(vectors, b);
  return matrixRow(vectors, a).reduce((sum, value, c) => sum + (value - other[c]!) ** 2, 0);
}

interface Searched {
  readonly vectors: Matrix;
  readonly tree: SpaceTree;
  readonly near: NearPoints;
  readonly counts: Uint32Array;
}

function searched(all: Matrix, minSamples: number): Searched {
  const { vectors, counts } = distinctRows(all);
  const tree = new SpaceTree(vectors);
  const countAt = tree.rowAt.map((row) => counts[row]!);
  return { vectors, tree, counts, near: nearPoints(tree, { minSamples, counts: countAt }) };
}

/** Core distances by measuring everything. */
function slowCores({ vectors, counts }: Searched, minSamples: number): number[] {
  return Array.from({ length: vectors.rows }, (_, row) => {
    const far = Array.from({ length: vectors.rows }, (__, other) => other)
      .flatMap((other) => new Array<number>(counts[other]!).fill(square(vectors, row, other)))
      .sort((a, b) => a - b);
    return far[minSamples - 1]!;
  });
}

/** Prim's algorithm on the whole matrix of mutual reachabilities, nearer ends first where they are equal. */
function slowEdges(vectors: Matrix, cores: readonly number[]): [number, number][] {
  const best = new Map<number, [number, number]>();
  const edges: [number, number][] = [];
  const isLess = (a: [number, number], b: [number, number]): boolean =>
    a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
  for (let row = 1; row < vectors.rows; row++) best.set(row, [Infinity, Infinity]);
  let last = 0;
  while (best.size > 0) {
    for (const [row, found] of best) {
      const plain = square(vectors, last, row);
      const edge: [number, number] = [Math.max(plain, cores[last]!, cores[row]!), plain];
      if (isLess(edge, found)) best.set(row, edge);
    }
    const [row, edge] = [...best].reduce((a, b) => (isLess(b[1], a[1]) ? b : a));
    edges.push(edge);
    best.delete(row);
    last = row;
  }
  return edges;
}

const byLength = (a: [number, number], b: [number, number]): number => a[0] - b[0] || a[1] - b[1];

describe('spanningTree', () => {
  test('has the core distances and the edges that measuring every pair gives, exactly', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 250 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom(1, 4, 1000),
        fc.nat(),
        (rows, columns, minSamples, grid, seed) => {
          const all = searched(table(rows, columns, seed, grid), minSamples);
          const cores = slowCores(all, minSamples);
          for (const [place, row] of all.tree.rowAt.entries()) {
            expect(all.near.cores[place]).toBeCloseTo(cores[row]!, 9);
          }
          const byRow: number[] = [];
          for (const [place, row] of all.tree.rowAt.entries()) byRow[row] = all.near.cores[place]!;
          const { squares, plainSquares } = spanningTree(all.tree, all.near);
          const ours = Array.from(squares, (edge, i): [number, number] => [edge, plainSquares[i]!]);
          const slow = slowEdges(all.vectors, byRow).sort(byLength);
          expect(ours.length).toBe(all.vectors.rows - 1);
          for (const [i, edge] of ours.sort(byLength).entries()) {
            expect(edge[0]).toBeCloseTo(slow[i]![0], 9);
            expect(edge[1]).toBeCloseTo(slow[i]![1], 9);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('SpaceTree', () => {
  test('never says that a node is farther than its nearest point', () => {
    const tree = new SpaceTree(table(400, 5, 3, 1000));
    for (let node = 0; node < tree.nodes; node++) {
      for (let place = 0; place < tree.points; place += 37) {
        let least = Infinity;
        for (let other = tree.starts[node]!; other < tree.ends[node]!; other++) {
          least = Math.min(least, tree.square(place, other, Infinity));
        }
        expect(tree.squareToNode(place, node, Infinity)).toBeLessThanOrEqual(least);
      }
    }
  });

  test('has every row once', () => {
    const tree = new SpaceTree(table(1000, 3, 4, 1));
    expect([...tree.rowAt].sort((a, b) => a - b)).toEqual([...tree.rowAt.keys()]);
  });
});
