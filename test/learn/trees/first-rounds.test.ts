import { describe, expect, test } from 'vitest';
import { GradientBoostedTrees } from '../../../src/learn/gradient-boosted-trees.ts';
import { matrixFromRows } from '../../../src/learn/matrix.ts';
import { seededRandom } from '../../../src/learn/random.ts';
import type { TreesOptions } from '../../../src/learn/trees/trees-options.ts';
import { classifierLaws } from '../../laws/classifier-laws.ts';

classifierLaws({
  name: 'GradientBoostedTrees whose first rounds see one column',
  make: (seed) =>
    new GradientBoostedTrees({
      rounds: 20,
      firstRounds: { rounds: 8, columns: [0], columnSample: 1 },
      seed,
    }),
  decode: (bytes) => GradientBoostedTrees.decode(bytes),
  parameters: (trees) => trees.options,
  missing: true,
  repetitionTolerance: 1e-9,
});

/** Two columns that tell the label as well as each other, and one of noise. */
function twins(rows: number) {
  const random = seededRandom(3);
  const labels = Array.from({ length: rows }, (_, row) => row % 2);
  const vectors = matrixFromRows(
    labels.map((label) => {
      const signal = label + 0.8 * (random() - 0.5);
      return [signal, signal, random()];
    }),
  );
  return { vectors, labels };
}

/** How much each column moved the margin of class 1, over all rows. */
function credit(trees: GradientBoostedTrees, { vectors }: ReturnType<typeof twins>): number[] {
  const sums = [0, 0, 0];
  for (let row = 0; row < vectors.rows; row++) {
    const vector = vectors.values.subarray(row * 3, row * 3 + 3);
    const { values, columns, rows } = trees.contributions(vector);
    const ofOne = values.subarray((rows - 1) * columns, rows * columns);
    for (const column of sums.keys()) sums[column]! += Math.abs(ofOne[column]!);
  }
  return sums;
}

describe('first rounds', () => {
  test('give their columns the credit that twins of theirs would share', () => {
    const table = twins(200);
    const fit = (columns: number[]): number[] =>
      credit(
        new GradientBoostedTrees({
          rounds: 40,
          columnSample: 0.5,
          firstRounds: { rounds: 20, columns, columnSample: 1 },
        }).fit(table.vectors, table.labels),
        table,
      );
    const [first, twin] = fit([0]);
    expect(first).toBeGreaterThan(2 * twin!);
    const [other, chosen] = fit([1]);
    expect(chosen).toBeGreaterThan(2 * other!);
  });

  test('grow no tree on any other column', () => {
    const { vectors, labels } = twins(60);
    const options = { rounds: 5, firstRounds: { rounds: 5, columns: [2], columnSample: 1 } };
    const trees = new GradientBoostedTrees(options).fit(vectors, labels);
    expect(credit(trees, { vectors, labels }).map((sum) => sum > 0)).toEqual([false, false, true]);
  });

  test('of none, or of columns that never vary, change nothing', () => {
    const { vectors, labels } = twins(60);
    const constant = matrixFromRows(
      labels.map((_, row) => [...vectors.values.subarray(row * 3, row * 3 + 3), 7]),
    );
    const told = (options: Partial<TreesOptions>): Float64Array =>
      new GradientBoostedTrees({ rounds: 5, ...options }).fit(constant, labels).predictProba(constant).values; // prettier-ignore
    for (const firstRounds of [
      { rounds: 0, columns: [0], columnSample: 1 },
      { rounds: 3, columns: [3], columnSample: 1 },
    ]) {
      expect(told({ firstRounds })).toEqual(told({}));
    }
  });

  test.each([
    [{ rounds: -1, columns: [0], columnSample: 1 }, /firstRounds\.rounds/],
    [{ rounds: 1, columns: [], columnSample: 1 }, /firstRounds\.columns: expected at least one/],
    [{ rounds: 1, columns: [0.5], columnSample: 1 }, /firstRounds\.columns/],
    [{ rounds: 1, columns: [0], columnSample: 0 }, /firstRounds\.columnSample/],
  ])('of %o are refused', (firstRounds, message) => {
    expect(() => new GradientBoostedTrees({ firstRounds })).toThrow(message);
  });

  test('on a column that is not there are refused with both numbers', () => {
    const { vectors, labels } = twins(20);
    const firstRounds = { rounds: 1, columns: [3], columnSample: 1 };
    expect(() => new GradientBoostedTrees({ firstRounds }).fit(vectors, labels)).toThrow(
      'firstRounds.columns: expected columns below 3, got 3',
    );
  });
});
