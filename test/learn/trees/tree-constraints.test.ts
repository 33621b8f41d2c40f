import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GradientBoostedTrees } from '../../../src/learn/gradient-boosted-trees.ts';
import { matrixFromRows, matrixRow, type Matrix } from '../../../src/learn/matrix.ts';
import { logLoss } from '../../../src/learn/metrics.ts';
import { seededRandom } from '../../../src/learn/random.ts';
import type { Direction, Monotone } from '../../../src/learn/trees/tree-constraints.ts';
import type { TreesOptions } from '../../../src/learn/trees/trees-options.ts';

const COLUMNS = 4;

/** Labels that follow the columns up and down and across one another, with noise and holes. */
function crookedTable(seed: number, rows: number, classes: number) {
  const random = seededRandom(seed);
  const labels: number[] = [];
  const vectors = matrixFromRows(
    Array.from({ length: rows }, () => {
      const row = Array.from({ length: COLUMNS }, () => random());
      const sum = Math.sin(9 * row[0]!) + 2 * row[1]! * row[2]! - row[3]! + random();
      labels.push(Math.max(0, Math.min(classes - 1, Math.floor(((sum + 1) / 4) * classes))));
      return row.map((value, column) => {
        if (random() < 0.1) return Number.NaN;
        return column === 2 ? Math.round(value * 6) : value;
      });
    }),
  );
  return { vectors, labels };
}

/** Rows that differ in one column alone, where it rises. */
function risingRows(vectors: Matrix, row: number, column: number): Matrix {
  const steps = [-Infinity, ...Array.from({ length: 60 }, (_, i) => -0.2 + i / 8), Infinity];
  if (column !== 2) steps.push(...Array.from({ length: 200 }, (_, i) => i / 200));
  steps.sort((a, b) => a - b);
  return matrixFromRows(
    steps.map((value) => {
      const own = matrixRow(vectors, row).slice();
      own[column] = value;
      return own;
    }),
  );
}

/** The steps against the direction. An `expect` a step would take most of the time. */
function stepsBack(values: readonly number[], direction: number, slack = 0): number[] {
  return values
    .slice(1)
    .flatMap((value, i) => ((value - values[i]!) * direction < -slack ? [i] : []));
}

const shapes = fc.record({
  rounds: fc.integer({ min: 1, max: 15 }),
  maxDepth: fc.integer({ min: 1, max: 8 }),
  maxLeaves: fc.integer({ min: 2, max: 40 }),
  l2: fc.constantFrom(0, 1),
  learningRate: fc.constantFrom(0.1, 0.3, 1),
  minChildWeight: fc.constantFrom(0.01, 1),
  minChildRows: fc.constantFrom(1, 3),
  columnSample: fc.constantFrom(0.5, 1),
});

describe('monotone constraints', () => {
  const direction = fc.constantFrom<Direction>(1, -1);

  test('hold exactly for the margin of any class, whatever the other columns say', () => {
    fc.assert(
      fc.property(
        shapes,
        fc.integer({ min: 2, max: 4 }),
        fc.dictionary(
          fc.constantFrom('0', '1', '2', '3'),
          fc.dictionary(fc.constantFrom('0', '1', '2', '3'), direction),
        ),
        fc.nat(1000),
        (options, classes, given, seed) => {
          const monotone = Object.fromEntries(
            Object.entries(given).map(([column, wanted]) => [
              column,
              Object.fromEntries(
                Object.entries(wanted).filter(([label]) =>
                  classes === 2 ? label === '1' : Number(label) < classes,
                ),
              ),
            ]),
          );
          const { vectors, labels } = crookedTable(seed, 200, classes);
          const trees = new GradientBoostedTrees({ ...options, monotone });
          trees.fit(vectors, labels, { classes });
          for (const [column, wanted] of Object.entries(monotone)) {
            for (const [label, way] of Object.entries(wanted)) {
              for (const row of [3, 77]) {
                const { values } = trees.margins(risingRows(vectors, row, Number(column)));
                const own = values.filter((_, i) => i % classes === Number(label));
                expect(stepsBack([...own], way), `class ${label} by column ${column}`).toEqual([]);
              }
            }
          }
        },
      ),
      { numRuns: 40, seed: 3 },
    );
  });

  test('are not met by chance: without them the same margins go up and down', () => {
    const { vectors, labels } = crookedTable(5, 400, 2);
    const free = new GradientBoostedTrees({ rounds: 15 }).fit(vectors, labels);
    const { values } = free.margins(risingRows(vectors, 3, 0));
    const own = values.filter((_, i) => i % 2 === 1);
    const steps = Array.from(own.slice(1), (value, i) => Math.sign(value - own[i]!));
    expect(new Set(steps)).toEqual(new Set([-1, 0, 1]));
  });

  test('of all classes against one bind the probability of that one', () => {
    const { vectors, labels } = crookedTable(6, 400, 3);
    const monotone: Monotone = { 0: { 0: -1, 1: -1, 2: 1 }, 3: { 0: 1, 1: 1, 2: -1 } };
    const trees = new GradientBoostedTrees({ rounds: 20, monotone }).fit(vectors, labels);
    for (let row = 0; row < 30; row++) {
      for (const [column, way] of [
        [0, 1],
        [3, -1],
      ] as const) {
        const { values } = trees.predictProba(risingRows(vectors, row, column));
        const own = [...values.filter((_, i) => i % 3 === 2)];
        // exp and the division round.
        expect(stepsBack(own, way, 1e-12)).toEqual([]);
      }
    }
  });

  test('of two classes are one: class 0 up is class 1 down', () => {
    const { vectors, labels } = crookedTable(7, 200, 2);
    const bytesOf = (monotone: Monotone): Float64Array =>
      new GradientBoostedTrees({ rounds: 5, monotone }).fit(vectors, labels).margins(vectors)
        .values;
    expect(bytesOf({ 0: { 0: 1 } })).toEqual(bytesOf({ 0: -1 }));
    expect(bytesOf({ 0: { 1: -1 } })).toEqual(bytesOf({ 0: -1 }));
    expect(bytesOf({ 0: 1 })).not.toEqual(bytesOf({ 0: -1 }));
  });

  test('that are true help on few noisy rows', () => {
    const random = seededRandom(8);
    const table = (rows: number) => {
      const labels: number[] = [];
      const vectors = matrixFromRows(
        Array.from({ length: rows }, () => {
          const row = [random(), random(), random()];
          labels.push(random() < 1 / (1 + Math.exp(6 - 6 * (row[0]! + row[1]!))) ? 1 : 0);
          return row;
        }),
      );
      return { vectors, labels };
    };
    const learn = table(300);
    const fresh = table(2000);
    const loss = (options: Partial<TreesOptions>): number => {
      const trees = new GradientBoostedTrees({ rounds: 60, ...options });
      return logLoss(
        trees.fit(learn.vectors, learn.labels).predictProba(fresh.vectors),
        fresh.labels,
      );
    };
    expect(loss({ monotone: { 0: 1, 1: 1 } })).toBeLessThan(loss({}) - 0.02);
    expect(loss({ monotone: { 0: -1, 1: -1 } })).toBeGreaterThan(loss({}));
  });

  test('leave what is missing free', () => {
    // Rises with the value; those without one are of class 1 although most values are low.
    const values = [...Array.from({ length: 40 }, (_, i) => i), ...new Array<number>(20).fill(NaN)];
    const labels = values.map((value) => (value > 30 || Number.isNaN(value) ? 1 : 0));
    for (const way of [1, -1] as const) {
      const trees = new GradientBoostedTrees({
        rounds: 20,
        minChildWeight: 0.1,
        monotone: { 0: way },
      });
      trees.fit(matrixFromRows(values.map((value) => [value])), labels);
      const proba = trees.predictProba(matrixFromRows([[Number.NaN]]));
      expect(proba.values[1]).toBeGreaterThan(0.8);
    }
  });

  test('of columns or classes there are not, in both directions or of a bare kind are refused', () => {
    const { vectors, labels } = crookedTable(9, 60, 3);
    const twoClasses = labels.map((label) => Math.min(label, 1));
    const fit = (monotone: Monotone, own: number[]) => () =>
      new GradientBoostedTrees({ rounds: 1, monotone }).fit(vectors, own);
    expect(fit({ 4: { 0: 1 } }, labels)).toThrow(/monotone: expected columns below 4, got 4/);
    expect(fit({ 0: { 3: 1 } }, labels)).toThrow(/expected classes below 3, got 3/);
    expect(fit({ 0: 1 }, labels)).toThrow(RangeError);
    expect(fit({ 0: { 0: 1, 1: 1 } }, twoClasses)).toThrow(/opposite directions/);
    for (const monotone of [{ 0: 2 }, { 0: { 1: 0 } }, { x: 1 }, { '-1': 1 }, { 0.5: 1 }]) {
      expect(() => new GradientBoostedTrees({ monotone } as object)).toThrow(RangeError);
    }
    for (const monotone of [null, [1], 'up', { 0: '1' }, { 0: null }, { 0: [1] }]) {
      expect(() => new GradientBoostedTrees({ monotone } as object)).toThrow(TypeError);
    }
  });
});

describe('interaction constraints', () => {
  /** How far the margins are from a sum of one part without column `a` and one without column `b`. */
  function interplay(trees: GradientBoostedTrees, a: number, b: number, seed: number): number {
    const random = seededRandom(seed);
    let most = 0;
    for (let trial = 0; trial < 100; trial++) {
      const base = Array.from({ length: COLUMNS }, (_, c) => random() * (c === 2 ? 6 : 1));
      const [x, y] = [random() * (a === 2 ? 6 : 1), random() * (b === 2 ? 6 : 1)];
      const at = (first: number, second: number): number[] =>
        base.map((value, column) => (column === a ? first : column === b ? second : value));
      const { values, columns } = trees.margins(
        matrixFromRows([at(base[a]!, base[b]!), at(x, base[b]!), at(base[a]!, y), at(x, y)]),
      );
      for (let label = 0; label < columns; label++) {
        const of = (row: number): number => values[row * columns + label]!;
        most = Math.max(most, Math.abs(of(0) - of(1) - of(2) + of(3)));
      }
    }
    return most;
  }

  test('keep columns of different sets from meeting in a tree', () => {
    fc.assert(
      fc.property(
        shapes,
        fc.integer({ min: 2, max: 3 }),
        fc.nat(1000),
        (options, classes, seed) => {
          const { vectors, labels } = crookedTable(seed, 200, classes);
          for (const [interactions, apart] of [
            [
              [
                [0, 3],
                [1, 2],
              ],
              [
                [0, 1],
                [0, 2],
                [1, 3],
                [2, 3],
              ],
            ],
            [
              [
                [0, 1],
                [1, 2],
              ],
              [
                [0, 2],
                [0, 3],
                [1, 3],
                [2, 3],
              ],
            ],
            [
              [],
              [
                [0, 1],
                [0, 2],
                [0, 3],
                [1, 2],
                [1, 3],
                [2, 3],
              ],
            ],
          ] as const) {
            const trees = new GradientBoostedTrees({ ...options, interactions });
            trees.fit(vectors, labels, { classes });
            for (const [a, b] of apart)
              expect(interplay(trees, a, b, seed), `${a}, ${b}`).toBeLessThan(1e-9);
          }
        },
      ),
      { numRuns: 25, seed: 4 },
    );
  });

  test('let columns of one set meet', () => {
    const { vectors, labels } = crookedTable(12, 600, 2);
    const interactions = [
      [0, 3],
      [1, 2],
    ];
    const trees = new GradientBoostedTrees({ rounds: 40, interactions }).fit(vectors, labels);
    expect(interplay(trees, 1, 2, 1)).toBeGreaterThan(0.1);
    expect(interplay(trees, 1, 3, 1)).toBeLessThan(1e-9);
  });

  test('of one set of all columns change nothing', () => {
    const { vectors, labels } = crookedTable(13, 300, 3);
    const free = new GradientBoostedTrees({ rounds: 10 }).fit(vectors, labels);
    const held = new GradientBoostedTrees({ rounds: 10, interactions: [[0, 1, 2, 3]] });
    expect(held.fit(vectors, labels).margins(vectors)).toEqual(free.margins(vectors));
  });

  test('that are no lists of columns are refused', () => {
    const { vectors, labels } = crookedTable(14, 60, 2);
    expect(() =>
      new GradientBoostedTrees({ rounds: 1, interactions: [[0, 4]] }).fit(vectors, labels),
    ).toThrow(/interactions: expected columns below 4, got 4/);
    for (const interactions of [null, {}, [0], 'all', [null]]) {
      expect(() => new GradientBoostedTrees({ interactions } as object)).toThrow(TypeError);
    }
    for (const interactions of [[[-1]], [['x']], [[0.5]], [[NaN]]]) {
      expect(() => new GradientBoostedTrees({ interactions } as object)).toThrow(RangeError);
    }
  });
});
