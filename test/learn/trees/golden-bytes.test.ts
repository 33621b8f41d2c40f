import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { GradientBoostedTrees } from '../../../src/learn/gradient-boosted-trees.ts';
import type { TreesOptions } from '../../../src/learn/trees/trees-options.ts';
import { labelledTable } from '../../laws/classifier-laws.ts';

/** What the same data, options and seed have given before: a change of these is a change of every model's bytes. */
const GOLDEN: readonly {
  readonly classes: number;
  readonly options: Partial<TreesOptions>;
  readonly hash: string;
}[] = [
  { classes: 2, options: { rounds: 30 }, hash: '623146846b32dfbb' },
  { classes: 3, options: { rounds: 20 }, hash: '708b97a86551aba7' },
  { classes: 3, options: { rounds: 20, maxDepth: 3, bins: 16, l2: 0 }, hash: 'da0a8090ac6582de' },
  {
    classes: 3,
    options: { rounds: 30, rowSample: 0.8, columnSample: 0.5, maxLeaves: 16, minChildRows: 4 },
    hash: '9d5cc3557db042b9',
  },
  {
    classes: 2,
    options: { rounds: 80, earlyStopping: { patience: 5, holdOut: 0.25 }, seed: 9 },
    hash: 'b5009a44afe3c9aa',
  },
];

describe('the same data, options and seed give the bytes they always gave', () => {
  for (const { classes, options, hash } of GOLDEN) {
    test(`${classes} classes, ${JSON.stringify(options)}`, () => {
      const { vectors, labels } = labelledTable(500, 77, true);
      const trees = new GradientBoostedTrees(options).fit(
        vectors,
        labels.map((label) => Math.min(label, classes - 1)),
        { weights: Float64Array.from(labels, (_, row) => 1 + (row % 4) / 8) },
      );
      expect(createHash('sha256').update(trees.encode()).digest('hex').slice(0, 16)).toBe(hash);
    });
  }
});
