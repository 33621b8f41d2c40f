import { describe, expect, test } from 'vitest';
import type { Matrix } from '../../../src/learn/matrix.ts';
import { seededRandom } from '../../../src/learn/random.ts';
import { walkRows } from '../../../src/learn/trees/batch-walk.ts';
import { TreeEnsembleBuilder, leafOf } from '../../../src/learn/trees/tree-ensemble.ts';
import type { TreeEnsemble } from '../../../src/learn/trees/tree-ensemble.ts';

const COLUMNS = 5;
const ODD = [Number.NaN, Infinity, -Infinity, -0, 0, 1e-320, Number.MAX_VALUE];

function value(random: () => number): number {
  return random() < 0.3 ? ODD[Math.floor(random() * ODD.length)]! : random() - 0.5;
}

function randomTrees(random: () => number, trees: number, depth: number): TreeEnsemble {
  const builder = new TreeEnsembleBuilder();
  const grow = (left: number): void => {
    if (left === 0 || random() < 0.2) {
      builder.leaf(random(), 1);
      return;
    }
    const threshold = value(random);
    const branch = builder.branch(
      Math.floor(random() * COLUMNS),
      Number.isNaN(threshold) ? 0.25 : threshold,
      random() < 0.5,
    );
    grow(left - 1);
    builder.otherSide(branch);
    grow(left - 1);
    builder.close(branch);
  };
  for (let tree = 0; tree < trees; tree++) {
    builder.startTree();
    grow(tree % (depth + 1));
  }
  return builder.build();
}

function randomRows(random: () => number, rows: number): Matrix {
  const values = Float64Array.from({ length: rows * COLUMNS }, () => value(random));
  return { rows, columns: COLUMNS, values };
}

/** The leaf of every row in every tree, by row; -1 where none was told. */
function told(trees: TreeEnsemble, vectors: Matrix): number[] {
  const found = new Array<number>(vectors.rows * trees.roots.length).fill(-1);
  walkRows(trees, vectors, (tree, first, rows, leaves) => {
    for (let i = 0; i < rows; i++) found[(first + i) * trees.roots.length + tree] = leaves[i]!;
  });
  return found;
}

function oneByOne(trees: TreeEnsemble, vectors: Matrix): number[] {
  return Array.from({ length: vectors.rows }, (_, row) =>
    Array.from(trees.roots, (root) => leafOf(trees, root, vectors.values, row * COLUMNS)),
  ).flat();
}

describe('rows that walk together', () => {
  test('come to the leaves each comes to alone, whatever the values, thresholds and number of rows', () => {
    const random = seededRandom(71);
    for (let trial = 0; trial < 40; trial++) {
      const trees = randomTrees(random, 12, 9);
      for (const rows of [0, 1, 15, 16, 17, 63, 64, 65, 200]) {
        const vectors = randomRows(random, rows);
        expect(told(trees, vectors), `trial ${trial}, ${rows} rows`).toEqual(
          oneByOne(trees, vectors),
        );
      }
    }
  });

  test('are told tree by tree in order, so that sums round as they always did', () => {
    const trees = randomTrees(seededRandom(72), 6, 4);
    const order = new Map<number, number[]>();
    walkRows(trees, randomRows(seededRandom(73), 100), (tree, first, rows) => {
      for (let row = first; row < first + rows; row++) {
        order.set(row, [...(order.get(row) ?? []), tree]);
      }
    });
    expect(order.size).toBe(100);
    for (const seen of order.values()) expect(seen).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('come to the same leaves where a column has more thresholds than ranks', () => {
    const builder = new TreeEnsembleBuilder();
    builder.startTree();
    const grow = (low: number, high: number): void => {
      if (low === high) {
        builder.leaf(low, 1);
        return;
      }
      const middle = (low + high) >>> 1;
      const branch = builder.branch(0, middle, false);
      grow(low, middle);
      builder.otherSide(branch);
      grow(middle + 1, high);
      builder.close(branch);
    };
    grow(0, 2 ** 16);
    const trees = builder.build();
    const vectors = randomRows(seededRandom(74), 50);
    for (let row = 0; row < 50; row++) vectors.values[row * COLUMNS] = row * 1311;
    const leaves = told(trees, vectors);
    expect(leaves).toEqual(oneByOne(trees, vectors));
    expect(leaves.map((leaf) => trees.value[leaf])).toEqual(leaves.map((_, row) => row * 1311));
  });

  test('do without WebAssembly', () => {
    const trees = randomTrees(seededRandom(75), 8, 6);
    const vectors = randomRows(seededRandom(76), 70);
    const held = globalThis as { WebAssembly?: unknown };
    const { WebAssembly: api } = held;
    delete held.WebAssembly;
    try {
      expect(told(trees, vectors)).toEqual(oneByOne(trees, vectors));
    } finally {
      held.WebAssembly = api;
    }
  });
});
