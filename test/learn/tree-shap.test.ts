import { describe, expect, test } from 'vitest';
import { GradientBoostedTrees } from '../../src/learn/gradient-boosted-trees.ts';
import { matrixFromRows, matrixRow } from '../../src/learn/matrix.ts';
import type { Matrix } from '../../src/learn/matrix.ts';
import { seededRandom } from '../../src/learn/random.ts';
import { LEAF, TreeEnsembleBuilder, goesLeft } from '../../src/learn/trees/tree-ensemble.ts';
import type { TreeEnsemble } from '../../src/learn/trees/tree-ensemble.ts';
import { addTreeContributions } from '../../src/learn/trees/tree-shap.ts';
import { labelledTable } from '../laws/classifier-laws.ts';

/** What a tree says when only the columns in `known` (a bit each) are: unknown ones are averaged by cover. */
function conditional(trees: TreeEnsemble, node: number, vector: number[], known: number): number {
  const column = trees.column[node]!;
  if (column === LEAF) return trees.value[node]!;
  const left = node + 1;
  const right = trees.right[node]!;
  if ((known >> column) & 1) {
    const next = goesLeft(trees, node, vector[column]!) ? left : right;
    return conditional(trees, next, vector, known);
  }
  return (
    (trees.cover[left]! * conditional(trees, left, vector, known) +
      trees.cover[right]! * conditional(trees, right, vector, known)) /
    trees.cover[node]!
  );
}

/** Shapley's values by their definition, over all subsets. */
function shapley(trees: TreeEnsemble, vector: number[]): number[] {
  const columns = vector.length;
  const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));
  const bits = (mask: number): number => mask.toString(2).replaceAll('0', '').length;
  const values = Array.from({ length: columns }, (_, column) => {
    let sum = 0;
    for (let known = 0; known < 1 << columns; known++) {
      if ((known >> column) & 1) continue;
      const size = bits(known);
      const share = (factorial(size) * factorial(columns - size - 1)) / factorial(columns);
      const gain =
        conditional(trees, 0, vector, known | (1 << column)) - conditional(trees, 0, vector, known);
      sum += share * gain;
    }
    return sum;
  });
  return [...values, conditional(trees, 0, vector, 0)];
}

function randomTree(random: () => number, columns: number, depth: number): TreeEnsemble {
  const builder = new TreeEnsembleBuilder();
  builder.startTree();
  const grow = (left: number): void => {
    if (left === 0 || random() < 0.15) {
      builder.leaf(random() * 4 - 2, 0.01 + random());
      return;
    }
    const branch = builder.branch(Math.floor(random() * columns), random(), random() < 0.5);
    grow(left - 1);
    builder.otherSide(branch);
    grow(left - 1);
    builder.close(branch);
  };
  grow(depth);
  return builder.build();
}

function single(vector: ArrayLike<number>): Matrix {
  return { rows: 1, columns: vector.length, values: Float64Array.from(vector) };
}

describe('contributions of a tree', () => {
  test('are Shapley’s values, as their definition gives them', () => {
    const random = seededRandom(1);
    for (let trial = 0; trial < 200; trial++) {
      // Fewer columns than levels, so that paths meet a column again.
      const columns = 2 + (trial % 4);
      const trees = randomTree(random, columns, 1 + (trial % 6));
      const vector = Array.from({ length: columns }, () =>
        random() < 0.2 ? Number.NaN : random(),
      );
      const fast = new Float64Array(columns + 1);
      addTreeContributions(trees, 0, vector, fast);
      shapley(trees, vector).forEach((value, column) => {
        expect(fast[column], `trial ${trial}, column ${column}`).toBeCloseTo(value, 12);
      });
    }
  });

  test('of a single leaf are nothing but the expectation', () => {
    const builder = new TreeEnsembleBuilder();
    builder.startTree();
    builder.leaf(0.5, 1);
    const into = new Float64Array(3);
    addTreeContributions(builder.build(), 0, [1, 2], into);
    expect([...into]).toEqual([0, 0, 0.5]);
  });
});

describe('contributions of a model', () => {
  test('add to the margin of each class, of three classes and of two', () => {
    const { vectors, labels } = labelledTable(300, 31, true);
    for (const classes of [2, 3]) {
      const own = labels.map((label) => Math.min(label, classes - 1));
      const trees = new GradientBoostedTrees({ rounds: 40 }).fit(vectors, own);
      for (let row = 0; row < 20; row++) {
        const vector = matrixRow(vectors, row);
        const { values } = trees.margins(single(vector));
        const contributions = trees.contributions(vector);
        expect([contributions.rows, contributions.columns]).toEqual([classes, 7]);
        for (let label = 0; label < classes; label++) {
          const sum = matrixRow(contributions, label).reduce((a, b) => a + b, 0);
          expect(Math.abs(sum - values[label]!)).toBeLessThan(1e-6);
          expect(trees.classContributions(vector, label)).toEqual(matrixRow(contributions, label));
        }
      }
    }
  });

  test('of a class there is not are refused', () => {
    const { vectors, labels } = labelledTable(50, 33, true);
    const trees = new GradientBoostedTrees({ rounds: 2 }).fit(vectors, labels);
    const vector = matrixRow(vectors, 0);
    for (const label of [-1, 0.5, trees.classes]) {
      expect(() => trees.classContributions(vector, label)).toThrow(RangeError);
    }
  });

  test('margins give the probabilities through the softmax', () => {
    const { vectors, labels } = labelledTable(200, 32, true);
    for (const classes of [2, 3]) {
      const trees = new GradientBoostedTrees({ rounds: 10 }).fit(
        vectors,
        labels.map((label) => Math.min(label, classes - 1)),
      );
      const margins = trees.margins(vectors);
      const proba = trees.predictProba(vectors);
      for (let row = 0; row < vectors.rows; row++) {
        const parts = matrixRow(margins, row).map((margin) => Math.exp(margin));
        const sum = parts.reduce((a, b) => a + b, 0);
        parts.forEach((part, label) => {
          expect(matrixRow(proba, row)[label]).toBeCloseTo(part / sum, 12);
        });
      }
    }
  });

  test('the expectation is the mean margin of the training rows', () => {
    const { vectors, labels } = labelledTable(300, 33, true);
    const weights = labels.map((label) => 1 + label);
    const trees = new GradientBoostedTrees({ rounds: 15 }).fit(vectors, labels, { weights });
    const margins = trees.margins(vectors);
    const total = weights.reduce((a, b) => a + b, 0);
    const expectations = trees.contributions(matrixRow(vectors, 0));
    for (let label = 0; label < 3; label++) {
      let mean = 0;
      weights.forEach((weight, row) => {
        mean += (weight * margins.values[3 * row + label]!) / total;
      });
      expect(expectations.values[7 * label + 6]).toBeCloseTo(mean, 5);
    }
  });

  test('a column that tells nothing moves nothing, the one that tells all moves most', () => {
    const random = seededRandom(5);
    const rows = Array.from({ length: 200 }, () => [random(), 4, random()]);
    const labels = rows.map((row) => (row[0]! > 0.5 ? 1 : 0));
    const trees = new GradientBoostedTrees({ rounds: 20 }).fit(matrixFromRows(rows), labels);
    const [first, second, third] = matrixRow(trees.contributions([0.9, 4, 0.5]), 1);
    expect(second).toBe(0);
    expect(first).toBeGreaterThan(1);
    expect(Math.abs(third!)).toBeLessThan(first! / 5);
  });

  test('are the same from a decoded model, and refuse another width', () => {
    const { vectors, labels } = labelledTable(200, 34, true);
    const trees = new GradientBoostedTrees({ rounds: 10 }).fit(vectors, labels);
    const vector = matrixRow(vectors, 3);
    const decoded = GradientBoostedTrees.decode(trees.encode());
    expect(decoded.contributions(vector)).toEqual(trees.contributions(vector));
    expect(() => trees.contributions([1, 2])).toThrow(RangeError);
  });
});
