import { describe, expect, test } from 'vitest';
import { argmaxRows } from '../../src/learn/estimator.ts';
import { matrixFromRows, matrixRow, selectRows } from '../../src/learn/matrix.ts';
import { logLoss } from '../../src/learn/metrics.ts';
import { RandomForest } from '../../src/learn/random-forest.ts';
import { seededRandom } from '../../src/learn/random.ts';
import { classifierLaws, labelledTable } from '../laws/classifier-laws.ts';

classifierLaws({
  name: 'a random forest',
  make: (seed) => new RandomForest({ trees: 20, seed }),
  decode: (bytes) => RandomForest.decode(bytes),
  parameters: (forest) => forest.options,
  missing: true,
  // Which rows are drawn depends on how many there are.
  repetitionTolerance: undefined,
});

classifierLaws({
  name: 'a forest of extra trees',
  make: (seed) => new RandomForest({ kind: 'extra', trees: 20, seed }),
  decode: (bytes) => RandomForest.decode(bytes),
  parameters: (forest) => forest.options,
  missing: true,
  repetitionTolerance: 1e-12,
});

const KINDS = ['forest', 'extra'] as const;

describe('options of a forest', () => {
  test('are refused by name and value', () => {
    const wrong: [object, RegExp][] = [
      [{ rounds: 3 }, /^options: expected kind, .*, got rounds/],
      [{ kind: 'boosted' }, /^kind: expected forest or extra, got boosted/],
      [{ kind: 3 }, /^kind: expected forest or extra, got number/],
      [{ trees: 0 }, /^trees: expected an integer ≥ 1/],
      [{ maxDepth: 61 }, /^maxDepth: .*got 61/],
      [{ minLeafRows: 0.5 }, /^minLeafRows: /],
      [{ columnSample: 0 }, /^columnSample: /],
      [{ columnSample: 'log2' }, /^columnSample: .*got string/],
      [{ bins: 256 }, /^bins: .*got 256/],
      [{ seed: 0.5 }, /^seed: /],
    ];
    for (const [options, message] of wrong) {
      const make = (): RandomForest => new RandomForest(options);
      expect(make, JSON.stringify(options)).toThrow(message);
    }
  });

  test('left out are the defaults', () => {
    const { options } = new RandomForest({ trees: 3, seed: undefined } as object);
    expect(options).toEqual({
      kind: 'forest',
      trees: 3,
      maxDepth: 60,
      minLeafRows: 1,
      columnSample: 'sqrt',
      bins: 255,
      seed: 1,
    });
  });
});

for (const kind of KINDS) {
  describe(`a forest of kind ${kind}`, () => {
    test('learns its own rows by heart, unless leaves must hold several', () => {
      const { vectors, labels } = labelledTable(300, 51, true);
      const right = (forest: RandomForest): number => {
        const guesses = argmaxRows(forest.fit(vectors, labels).predictProba(vectors));
        return guesses.filter((guess, row) => guess === labels[row]).length;
      };
      expect(right(new RandomForest({ kind, trees: 40 }))).toBeGreaterThan(290);
      expect(right(new RandomForest({ kind, trees: 40, minLeafRows: 30 }))).toBeLessThan(290);
    });

    test('tells what is only a matter of what is missing', () => {
      const random = seededRandom(52);
      const labels = Array.from({ length: 200 }, () => (random() < 0.5 ? 1 : 0));
      const rows = labels.map((label) => [label === 1 ? Number.NaN : 5, random()]);
      const forest = new RandomForest({ kind, trees: 30, columnSample: 1 });
      const proba = forest.fit(matrixFromRows(rows), labels).predictProba(
        matrixFromRows([
          [Number.NaN, 0.5],
          [5, 0.5],
          [-7, 0.5],
        ]),
      );
      expect(proba.values[1]).toBeGreaterThan(0.95);
      expect(proba.values[3]).toBeLessThan(0.05);
      expect(proba.values[5]).toBeLessThan(0.05);
    });

    test('knows one class, constant columns, and columns without any value', () => {
      const only = new RandomForest({ kind, trees: 3 }).fit(matrixFromRows([[1], [2]]), [2, 2]);
      expect([...only.predictProba(matrixFromRows([[9]])).values]).toEqual([0, 0, 1]);
      expect([...only.classContributions([9], 2)]).toEqual([0, 1]);
      const dull = matrixFromRows([
        [3, Number.NaN],
        [3, Number.NaN],
        [3, Number.NaN],
        [3, Number.NaN],
      ]);
      const forest = new RandomForest({ kind: 'extra', trees: 3 }).fit(dull, [0, 0, 0, 1]);
      expect([...forest.predictProba(matrixFromRows([[3, 1]])).values]).toEqual([0.75, 0.25]);
    });

    test('is the same from another seed only in kind', () => {
      const { vectors, labels } = labelledTable(200, 53, true);
      const bytes = (seed: number): Uint8Array =>
        new RandomForest({ kind, trees: 5, seed }).fit(vectors, labels).encode();
      expect(bytes(1)).not.toEqual(bytes(2));
    });

    test('is hardly moved by values that keep their order', () => {
      const { vectors, labels } = labelledTable(300, 54, false);
      const stretched = { ...vectors, values: vectors.values.map((value) => value ** 3) };
      const fit = (of: typeof vectors): number =>
        logLoss(
          new RandomForest({ kind, minLeafRows: 5 }).fit(of, labels).predictProba(of),
          labels,
        );
      expect(Math.abs(fit(vectors) - fit(stretched))).toBeLessThan(0.03);
    });

    test('explains its probabilities exactly: contributions add to them, of every class', () => {
      const { vectors, labels } = labelledTable(200, 55, true);
      const weights = Float64Array.from(labels, (_, row) => 0.3 + (row % 5) / 7);
      const forest = new RandomForest({ kind, trees: 15 }).fit(vectors, labels, { weights });
      for (let row = 0; row < 20; row++) {
        const vector = matrixRow(vectors, row);
        const proba = forest.predictProba(selectRows(vectors, [row])).values;
        const contributions = forest.contributions(vector);
        expect([contributions.rows, contributions.columns]).toEqual([3, 7]);
        for (let label = 0; label < 3; label++) {
          const own = matrixRow(contributions, label);
          expect(own.reduce((a, b) => a + b, 0)).toBeCloseTo(proba[label]!, 12);
          expect(forest.classContributions(vector, label)).toEqual(own);
        }
        // What one class gains others lose.
        for (let column = 0; column < 6; column++) {
          const sum = contributions.values[column]! + contributions.values[7 + column]! + contributions.values[14 + column]!; // prettier-ignore
          expect(sum).toBeCloseTo(0, 12);
        }
      }
    });

    test('a column that tells nothing moves nothing', () => {
      const { vectors, labels } = labelledTable(100, 59, false);
      const forest = new RandomForest({ kind, trees: 5 }).fit(vectors, labels);
      expect(forest.classContributions(matrixRow(vectors, 0), 1)[4]).toBe(0);
    });

    test('weighs classes as it is told', () => {
      const { vectors, labels } = labelledTable(300, 56, false);
      const share = (weight: number): number => {
        const weights = labels.map((label) => (label === 2 ? weight : 1));
        const forest = new RandomForest({ kind, trees: 30, minLeafRows: 20 });
        const proba = forest.fit(vectors, labels, { weights }).predictProba(vectors);
        return labels.reduce((sum, _, row) => sum + proba.values[3 * row + 2]!, 0) / labels.length;
      };
      expect(share(5)).toBeGreaterThan(share(1) + 0.1);
    });
  });
}

describe('an encoded forest', () => {
  const { vectors, labels } = labelledTable(300, 57, true);

  test('takes a few bytes a node', () => {
    const forest = new RandomForest({ trees: 30 }).fit(vectors, labels);
    const random = new RandomForest({ trees: 30, kind: 'extra' }).fit(vectors, labels);
    // 60 leaves a tree at least, as many branches; JSON of either would take 100 kB.
    expect(forest.encode().length).toBeLessThan(30 * 2 * 110 * 4);
    expect(random.encode().length).toBeLessThan(30 * 2 * 220 * 4);
  });

  test('keeps weights that are no whole numbers', () => {
    const weights = Float64Array.from(labels, () => 1 / 3);
    const forest = new RandomForest({ trees: 5, minLeafRows: 4 }).fit(vectors, labels, { weights });
    const decoded = RandomForest.decode(forest.encode());
    expect(decoded.predictProba(vectors)).toEqual(forest.predictProba(vectors));
    const vector = matrixRow(vectors, 0);
    expect(decoded.contributions(vector)).toEqual(forest.contributions(vector));
  });

  test('with bytes changed is refused, or is a forest that gives shares', () => {
    const bytes = new RandomForest({ trees: 3, maxDepth: 5 }).fit(vectors, labels).encode();
    const random = seededRandom(58);
    const one = selectRows(vectors, [0]);
    let refused = 0;
    let read = 0;
    for (let trial = 0; trial < 1000; trial++) {
      const changed = bytes.slice();
      for (let i = 0; i <= random() * 3; i++) {
        changed[Math.floor(random() * changed.length)] = Math.floor(random() * 256);
      }
      try {
        const forest = RandomForest.decode(changed);
        const { values } = forest.predictProba({ ...one, columns: forest.columns, values: new Float64Array(forest.columns) }); // prettier-ignore
        expect(values.every((value) => value >= 0 && value <= 1 + 1e-9)).toBe(true);
        read++;
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(50);
    expect(read).toBeGreaterThan(50);
  });

  test('refuses to explain what it does not know', () => {
    const forest = new RandomForest({ trees: 2 }).fit(vectors, labels);
    for (const label of [-1, 0.5, 3]) {
      expect(() => forest.classContributions(matrixRow(vectors, 0), label)).toThrow(RangeError);
    }
    expect(() => forest.contributions([1, 2])).toThrow(/^vector: expected 6 values, got 2/);
    expect(() => new RandomForest().contributions([1])).toThrow(TypeError);
  });
});
