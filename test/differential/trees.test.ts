import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { argmaxRows } from '../../src/learn/estimator.ts';
import { GradientBoostedTrees } from '../../src/learn/gradient-boosted-trees.ts';
import { matrixFromRows } from '../../src/learn/matrix.ts';
import type { Matrix } from '../../src/learn/matrix.ts';
import { averagePrecision, logLoss } from '../../src/learn/metrics.ts';
import { RandomForest } from '../../src/learn/random-forest.ts';

interface Figures {
  readonly accuracy: number;
  readonly logLoss: number;
  readonly averagePrecision?: number;
}

interface TableSpec {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly informative: number;
  readonly classes: number;
  readonly clusters: number;
  readonly spread: number;
  readonly missing: number;
  readonly noise: number;
  readonly seed: number;
  readonly checksum: number;
  readonly labelSum: number;
  readonly sklearn: Figures;
  /** scikit-learn's forests: means over five seeds. */
  readonly forest: Figures;
  readonly extra: Figures;
  readonly xgboost: Figures;
}

interface Fixture {
  readonly versions: Readonly<Record<string, string>>;
  readonly rounds: number;
  readonly tables: readonly TableSpec[];
}

/** Written by make-trees-fixture.py. */
const fixture = JSON.parse(
  readFileSync(new URL('./trees-fixture.json', import.meta.url), 'utf8'),
) as Fixture;

/** The same table, number for number, as `table` of make-trees-fixture.py makes. */
function makeTable(spec: TableSpec): { vectors: number[][]; labels: number[] } {
  let state = spec.seed;
  const next = (): number => {
    // 1664525 · 2³² is below 2⁵³: exact.
    state = (1664525 * state + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
  const times = <T>(count: number, make: (index: number) => T): T[] =>
    Array.from({ length: count }, (_, index) => make(index));
  const centres = times(spec.classes, () =>
    times(spec.clusters, () => times(spec.informative, () => Math.trunc(next() * 3))),
  );
  const labels: number[] = [];
  const vectors = times(spec.rows, () => {
    let label = Math.trunc(next() * spec.classes);
    const centre = centres[label]![Math.trunc(next() * spec.clusters)]!;
    const row = times(spec.columns, (column) => {
      const noise = (next() + next() + next() - 1.5) * spec.spread;
      let value = column < spec.informative ? centre[column]! + noise : noise;
      if (column % 5 === 4) value = Math.trunc(value * 4 + 100);
      return next() < spec.missing ? Number.NaN : value;
    });
    if (next() < spec.noise) label = Math.trunc(next() * spec.classes);
    labels.push(label);
    return row;
  });
  return { vectors, labels };
}

function figures(proba: Matrix, labels: number[]): Figures {
  const right = argmaxRows(proba).filter((guess, row) => guess === labels[row]).length;
  const ofOne = labels.map((_, row) => proba.values[row * proba.columns + 1]!);
  return {
    accuracy: right / labels.length,
    logLoss: logLoss(proba, labels),
    ...(proba.columns === 2 && { averagePrecision: averagePrecision(ofOne, labels) }),
  };
}

/** The table, which must be the one that Python made. */
function checkedTable(spec: TableSpec): { vectors: number[][]; labels: number[] } {
  const table = makeTable(spec);
  let checksum = 0;
  for (const row of table.vectors) {
    row.forEach((value, column) => {
      if (!Number.isNaN(value)) checksum += value * (column + 1);
    });
  }
  expect(checksum).toBeCloseTo(spec.checksum, 3);
  expect(table.labels.reduce((a, b) => a + b)).toBe(spec.labelSum);
  return table;
}

describe(`our trees against scikit-learn ${fixture.versions['sklearn']!} and XGBoost ${fixture.versions['xgboost']!}`, () => {
  for (const spec of fixture.tables) {
    test(`${spec.name}: as good on rows not seen`, () => {
      const { vectors, labels } = checkedTable(spec);
      const half = spec.rows / 2;
      const trees = new GradientBoostedTrees({ rounds: fixture.rounds }).fit(
        matrixFromRows(vectors.slice(0, half)),
        labels.slice(0, half),
      );
      const proba = trees.predictProba(matrixFromRows(vectors.slice(half)));
      const ours = figures(proba, labels.slice(half));
      // XGBoost does the same sums: only bins and ties differ. scikit-learn's steps are longer for many classes.
      expect(Math.abs(ours.logLoss - spec.xgboost.logLoss)).toBeLessThan(0.01);
      expect(ours.logLoss).toBeLessThan(spec.sklearn.logLoss);
      const best = Math.max(spec.xgboost.accuracy, spec.sklearn.accuracy);
      expect(ours.accuracy).toBeGreaterThan(best - 0.01);
      if (ours.averagePrecision !== undefined) {
        expect(ours.averagePrecision).toBeGreaterThan(spec.xgboost.averagePrecision! - 0.005);
      }
    });
  }
});

describe(`our forests against those of scikit-learn ${fixture.versions['sklearn']!}`, () => {
  for (const spec of fixture.tables) {
    for (const kind of ['forest', 'extra'] as const) {
      test(`${spec.name}, ${kind}: as good on rows not seen`, () => {
        const { vectors, labels } = checkedTable(spec);
        const half = spec.rows / 2;
        const learnt = matrixFromRows(vectors.slice(0, half));
        const held = matrixFromRows(vectors.slice(half));
        // The fewer rows, the more chance moves a forest.
        const seeds = spec.rows < 1000 ? [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] : [1, 2];
        const each = seeds.map((seed) => {
          const forest = new RandomForest({ kind, seed }).fit(learnt, labels.slice(0, half));
          return figures(forest.predictProba(held), labels.slice(half));
        });
        const mean = (of: (figures: Figures) => number): number =>
          each.reduce((sum, one) => sum + of(one), 0) / each.length;
        const theirs = spec[kind];
        expect(mean(({ accuracy }) => accuracy)).toBeGreaterThan(theirs.accuracy - 0.01);
        expect(mean((one) => one.logLoss)).toBeLessThan(theirs.logLoss * 1.02);
        if (theirs.averagePrecision !== undefined) {
          const precision = mean((one) => one.averagePrecision!);
          expect(precision).toBeGreaterThan(theirs.averagePrecision - 0.01);
        }
      });
    }
  }
});
