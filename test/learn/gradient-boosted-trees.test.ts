import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { argmaxRows } from '../../src/learn/estimator.ts';
import { GradientBoostedTrees } from '../../src/learn/gradient-boosted-trees.ts';
import { matrixFromRows, matrixRow } from '../../src/learn/matrix.ts';
import { logLoss } from '../../src/learn/metrics.ts';
import { seededRandom } from '../../src/learn/random.ts';
import { classifierLaws, labelledTable } from '../laws/classifier-laws.ts';

const missing = Number.NaN;
const decode = (bytes: Uint8Array): GradientBoostedTrees => GradientBoostedTrees.decode(bytes);

classifierLaws({
  name: 'GradientBoostedTrees',
  make: (seed) => new GradientBoostedTrees({ rounds: 20, seed }),
  decode,
  parameters: (trees) => trees.options,
  missing: true,
  repetitionTolerance: 1e-9,
});

classifierLaws({
  name: 'GradientBoostedTrees of few bins',
  make: (seed) => new GradientBoostedTrees({ rounds: 20, bins: 16, maxDepth: 3, seed }),
  decode,
  parameters: (trees) => trees.options,
  missing: true,
  repetitionTolerance: 1e-9,
});

classifierLaws({
  name: 'GradientBoostedTrees on samples, stopping early',
  make: (seed) =>
    new GradientBoostedTrees({
      rounds: 40,
      rowSample: 0.8,
      columnSample: 0.7,
      minChildRows: 3,
      earlyStopping: { patience: 5, holdOut: 0.2 },
      seed,
    }),
  decode,
  parameters: (trees) => trees.options,
  missing: true,
  repetitionTolerance: undefined, // another number of rows draws another sample
});

/** Ones and zeros by a rule on one number. */
function byRule(values: readonly number[], rule: (value: number) => boolean) {
  return {
    vectors: matrixFromRows(values.map((value) => [value])),
    labels: values.map((value) => (rule(value) ? 1 : 0)),
  };
}

const stump = { rounds: 1, maxDepth: 1, learningRate: 1, minChildWeight: 0.1 } as const;

describe('one tree', () => {
  test('has the leaves one works out by hand', () => {
    // Shares are even, so the margin starts at 0, p = 1/2, g = ±1/2, h = 1/4. A leaf of two ones: −Σg / (Σh + 1) = 2/3.
    const { vectors, labels } = byRule([1, 2, 3, 4], (value) => value > 2);
    const trees = new GradientBoostedTrees(stump).fit(vectors, labels);
    const odds = [-2 / 3, -2 / 3, 2 / 3, 2 / 3];
    trees.predictProba(vectors).values.forEach((value, place) => {
      const expected = 1 / (1 + Math.exp(-odds[place >> 1]!));
      expect(value).toBeCloseTo(place % 2 === 1 ? expected : 1 - expected, 7);
    });
  });

  test('cuts midway between the values it parts', () => {
    const { vectors, labels } = byRule([1, 2, 3, 4], (value) => value > 2);
    const trees = new GradientBoostedTrees(stump).fit(vectors, labels);
    const [at, above] = argmaxRows(trees.predictProba(matrixFromRows([[2.5], [2.5000001]])));
    expect([at, above]).toEqual([0, 1]);
  });

  test('parts values that are neighbours in float64, and is the same from its bytes', () => {
    const high = 1 + Number.EPSILON;
    const { vectors, labels } = byRule([1, 1, high, high], (value) => value > 1);
    const trees = new GradientBoostedTrees(stump).fit(vectors, labels);
    expect([...argmaxRows(trees.predictProba(vectors))]).toEqual([0, 0, 1, 1]);
    const decoded = decode(trees.encode());
    expect([...argmaxRows(decoded.predictProba(vectors))]).toEqual([0, 0, 1, 1]);
  });

  test('takes infinities for values', () => {
    const values = [-Infinity, -Infinity, -1, 0, 1e308, 1.5e308, Infinity, Infinity];
    for (const rule of [
      (value: number) => value === Infinity,
      (value: number) => value === -Infinity,
      (value: number) => value > 1.2e308,
    ]) {
      const { vectors, labels } = byRule(values, rule);
      const trees = new GradientBoostedTrees({ ...stump, maxDepth: 3, rounds: 5 });
      expect([...argmaxRows(trees.fit(vectors, labels).predictProba(vectors))]).toEqual(labels);
    }
    const { vectors, labels } = byRule([-Infinity, Infinity], (value) => value > 0);
    const trees = new GradientBoostedTrees(stump).fit(vectors, labels);
    expect([...argmaxRows(trees.predictProba(vectors))]).toEqual([0, 1]);
  });
});

describe('missing values', () => {
  test('go to the side that was learnt for them', () => {
    for (const side of [0, 1]) {
      const { vectors, labels } = byRule(
        [1, 2, 3, 4, missing, missing],
        (value) => value > 2 || (Number.isNaN(value) && side === 1),
      );
      const trees = new GradientBoostedTrees(stump).fit(vectors, labels);
      expect([...argmaxRows(trees.predictProba(vectors))]).toEqual(labels);
    }
  });

  test('can be all that tells', () => {
    for (const told of [0, 1]) {
      const { vectors, labels } = byRule([5, 5, 5, missing, missing, missing], (value) =>
        told === 1 ? Number.isNaN(value) : !Number.isNaN(value),
      );
      const trees = new GradientBoostedTrees(stump).fit(vectors, labels);
      expect([...argmaxRows(trees.predictProba(vectors))]).toEqual(labels);
      expect([...argmaxRows(decode(trees.encode()).predictProba(vectors))]).toEqual(labels);
    }
  });

  test('never seen in training, they go with the larger side', () => {
    const { vectors, labels } = byRule([1, 2, 8, 9, 9, 9, 9], (value) => value > 5);
    const trees = new GradientBoostedTrees(stump).fit(vectors, labels);
    expect([...argmaxRows(trees.predictProba(matrixFromRows([[missing]])))]).toEqual([1]);
  });

  test('columns of nothing else, and constant ones, change nothing', () => {
    const { vectors, labels } = labelledTable(150, 5, true);
    const widened = matrixFromRows(
      Array.from({ length: 150 }, (_, row) => [missing, ...matrixRow(vectors, row), 3]),
    );
    const plain = new GradientBoostedTrees({ rounds: 10 }).fit(vectors, labels);
    const wide = new GradientBoostedTrees({ rounds: 10 }).fit(widened, labels);
    expect(wide.predictProba(widened)).toEqual(plain.predictProba(vectors));
  });

  test('a table of nothing but missing values gives the shares of the classes', () => {
    const vectors = matrixFromRows(Array.from({ length: 10 }, () => [missing, missing]));
    const labels = [0, 0, 0, 0, 0, 1, 1, 1, 2, 2];
    const trees = new GradientBoostedTrees({ rounds: 5 }).fit(vectors, labels);
    const [a, b, c] = trees.predictProba(vectors).values;
    expect(a).toBeCloseTo(0.5, 6);
    expect(b).toBeCloseTo(0.3, 6);
    expect(c).toBeCloseTo(0.2, 6);
  });
});

describe('classes', () => {
  test('of one kind only are certain, whatever the number of classes', () => {
    const vectors = matrixFromRows([[1], [2], [3]]);
    for (const classes of [1, 2, 5]) {
      const trees = new GradientBoostedTrees({ rounds: 3 }).fit(vectors, [0, 0, 0], { classes });
      const proba = trees.predictProba(vectors);
      expect(proba.values[0]).toBeGreaterThan(0.9999);
      expect(proba.columns).toBe(classes);
      expect(decode(trees.encode()).predictProba(vectors)).toEqual(proba);
    }
  });

  test('that nobody was in stay improbable but not impossible', () => {
    const { vectors, labels } = labelledTable(200, 3, true);
    const trees = new GradientBoostedTrees({ rounds: 30 }).fit(vectors, labels, { classes: 4 });
    const proba = trees.predictProba(vectors);
    for (let row = 0; row < proba.rows; row++) {
      expect(proba.values[4 * row + 3]).toBeGreaterThan(0);
      expect(proba.values[4 * row + 3]).toBeLessThan(1e-3);
    }
  });

  test('two classes are told as well by their swapped labels', () => {
    const { vectors, labels } = byRule(
      Array.from({ length: 100 }, (_, i) => Math.sin(i)),
      (value) => value > 0.3,
    );
    const straight = new GradientBoostedTrees({ rounds: 10 }).fit(vectors, labels);
    const swapped = new GradientBoostedTrees({ rounds: 10 }).fit(
      vectors,
      labels.map((label) => 1 - label),
    );
    const mirror = swapped.predictProba(vectors).values;
    straight.predictProba(vectors).values.forEach((value, place) => {
      expect(value).toBeCloseTo(mirror[place ^ 1]!, 9);
    });
  });
});

describe('the average of several models', () => {
  const { vectors, labels } = labelledTable(200, 3, true);
  const models = [1, 2, 3].map((seed) =>
    new GradientBoostedTrees({ rounds: 10, columnSample: 0.5, seed }).fit(vectors, labels),
  );
  const average = GradientBoostedTrees.averageOf(models);

  test('has the mean of their margins, also from its bytes, and explains it', () => {
    const each = models.map((model) => model.margins(vectors).values);
    const mean = each[0]!.map((_, i) => each.reduce((sum, values) => sum + values[i]!, 0) / 3);
    const got = average.margins(vectors);
    for (const [i, margin] of mean.entries()) expect(got.values[i]).toBeCloseTo(margin, 5);
    expect(decode(average.encode()).margins(vectors)).toEqual(got);
    const explained = average.contributions(matrixRow(vectors, 0));
    for (let label = 0; label < explained.rows; label++) {
      const sum = matrixRow(explained, label).reduce((a, b) => a + b, 0);
      expect(sum).toBeCloseTo(matrixRow(got, 0)[label]!, 5);
    }
  });

  test('of none, or of models for other tables, is refused', () => {
    expect(() => GradientBoostedTrees.averageOf([])).toThrow('models: expected at least one, got none'); // prettier-ignore
    const other = new GradientBoostedTrees({ rounds: 1 }).fit(matrixFromRows([[1], [2]]), [0, 1]);
    expect(() => GradientBoostedTrees.averageOf([models[0]!, other])).toThrow(RangeError);
  });
});

describe('limits', () => {
  test('leaves, depth, rows and weight of a child are bounded', () => {
    const { vectors, labels } = labelledTable(400, 2, true);
    const distinct = (options: ConstructorParameters<typeof GradientBoostedTrees>[0]): number => {
      const trees = new GradientBoostedTrees({ rounds: 1, minChildWeight: 1e-6, ...options });
      const proba = trees.fit(
        vectors,
        labels.map((label) => Math.min(1, label)),
      );
      return new Set(proba.predictProba(vectors).values.filter((_, i) => i % 2 === 0)).size;
    };
    expect(distinct({ maxDepth: 1 })).toBe(2);
    expect(distinct({ maxDepth: 2 })).toBeLessThanOrEqual(4);
    expect(distinct({ maxLeaves: 5, maxDepth: 20 })).toBe(5);
    expect(distinct({ maxLeaves: 64, maxDepth: 20 })).toBeGreaterThan(10);
    expect(distinct({ maxLeaves: 64, maxDepth: 20, minChildRows: 100 })).toBeLessThanOrEqual(4);
    expect(distinct({ maxLeaves: 64, maxDepth: 20, minChildRows: 201 })).toBe(1);
    expect(distinct({ maxLeaves: 64, maxDepth: 20, minChildWeight: 1e6 })).toBe(1);
  });

  test('early stopping keeps the rounds up to the best and no more', () => {
    const random = seededRandom(9);
    const vectors = matrixFromRows(Array.from({ length: 300 }, () => [random(), random()]));
    const labels = Array.from({ length: 300 }, () => (random() < 0.5 ? 1 : 0)); // noise
    const options = { rounds: 200, earlyStopping: { patience: 5, holdOut: 0.25 } };
    const stopped = new GradientBoostedTrees(options).fit(vectors, labels);
    expect(stopped.rounds).toBeLessThan(40);
    const fresh = matrixFromRows(Array.from({ length: 300 }, () => [random(), random()]));
    const full = new GradientBoostedTrees({ rounds: 200 }).fit(vectors, labels);
    expect(logLoss(stopped.predictProba(fresh), labels)).toBeLessThan(
      logLoss(full.predictProba(fresh), labels) - 0.2,
    );
  });

  test('early stopping holds out more rows than a call takes arguments', () => {
    const rows = 500_000;
    const vectors = { rows, columns: 1, values: Float64Array.from({ length: rows }, (_, i) => i) };
    const labels = Array.from({ length: rows }, (_, i) => i % 2);
    const options = { rounds: 1, maxLeaves: 2, earlyStopping: { patience: 1, holdOut: 0.5 } };
    expect(new GradientBoostedTrees(options).fit(vectors, labels).rounds).toBe(1);
  });

  test('early stopping by group is not fooled by copies of the rows', () => {
    // Each row ten times, as hosts of one capture are alike; labels are noise.
    const random = seededRandom(10);
    const originals = Array.from({ length: 60 }, () => [random(), random()]);
    const names = originals.flatMap((_, i) => new Array<number>(10).fill(i));
    const vectors = matrixFromRows(names.map((i) => originals[i]!));
    const labels = names.map((i) => i % 2);
    const groups = names.map((i) => `capture ${i}`);
    const options = { rounds: 100, earlyStopping: { patience: 5, holdOut: 0.25 } };
    const byRow = new GradientBoostedTrees(options).fit(vectors, labels);
    const byGroup = new GradientBoostedTrees(options).fit(vectors, labels, { groups });
    expect(byRow.rounds).toBeGreaterThan(50);
    expect(byGroup.rounds).toBeLessThan(20);
  });

  test('unknown and impossible options are refused', () => {
    for (const options of [
      { rounds: 0 },
      { rounds: 1.5 },
      { learningRate: 0 },
      { bins: 256 },
      { maxDepth: 61 },
      { rowSample: 1.1 },
      { l2: -1 },
      { l2: missing },
      { seed: 0.5 },
      { minChildWeight: 0 },
      { earlyStopping: { patience: 0, holdOut: 0.1 } },
      { earlyStopping: { patience: 1, holdOut: 0.9 } },
    ]) {
      expect(() => new GradientBoostedTrees(options), JSON.stringify(options)).toThrow(RangeError);
    }
    expect(() => new GradientBoostedTrees({ depth: 3 } as object)).toThrow(TypeError);
    expect(() => new GradientBoostedTrees({ rounds: '3' } as object)).toThrow(TypeError);
  });

  test('rows of zero weight may hold anything', () => {
    const { vectors, labels } = byRule([1, 2, 3, 4, 1e9], (value) => value === 3 || value === 4);
    const weights = [1, 1, 1, 1, 0];
    const trees = new GradientBoostedTrees(stump).fit(vectors, labels, { weights });
    expect([...argmaxRows(trees.predictProba(vectors))]).toEqual([0, 0, 1, 1, 1]);
  });
});

describe('encoded trees', () => {
  const { vectors, labels } = labelledTable(120, 21, true);
  const bytes = new GradientBoostedTrees({ rounds: 3, maxDepth: 3 }).fit(vectors, labels).encode();

  test('are small: under 12 bytes a node', () => {
    const large = labelledTable(600, 22, true);
    const trees = new GradientBoostedTrees({ rounds: 60 }).fit(large.vectors, large.labels);
    expect(trees.encode().length).toBeLessThan(60 * 3 * 61 * 12);
  });

  test('with bytes changed are refused, or are trees that end and give probabilities', () => {
    let refused = 0;
    let read = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (changes) => {
          const changed = bytes.slice();
          for (const [place, value] of changes) changed[place] = value;
          let trees: GradientBoostedTrees;
          try {
            trees = decode(changed);
          } catch (error) {
            refused++;
            expect(error).toBeInstanceOf(RangeError);
            return;
          }
          read++;
          if (trees.columns !== vectors.columns) return;
          for (const value of trees.predictProba(vectors).values) {
            expect(value >= 0 && value <= 1).toBe(true);
          }
          trees.contributions(matrixRow(vectors, 0));
        },
      ),
      { numRuns: 3000, seed: 1 },
    );
    expect(refused).toBeGreaterThan(300);
    expect(read).toBeGreaterThan(300);
  });

  test('that claim to be large are refused at once', () => {
    const head = bytes.subarray(0, bytes.indexOf(0x7d) + 1);
    const huge = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f];
    for (const tail of [
      [...huge, 3], // classes
      [1, ...huge], // columns
      [1, 1, ...new Array<number>(8).fill(0), ...huge], // thresholds
      [1, 1, ...new Array<number>(8).fill(0), 0, ...huge], // trees
    ]) {
      expect(() => decode(Uint8Array.of(...head, ...tail))).toThrow(RangeError);
    }
  });

  test('deeper than any that are grown are refused', () => {
    const head = bytes.subarray(0, bytes.indexOf(0x7d) + 1);
    const chain = new Array<number[]>(100_000).fill([1, 0]).flat();
    const oneThreshold = [2, 0, 0, 0, 0];
    const deep = [1, 1, ...new Array<number>(8).fill(0), ...oneThreshold, 1, ...chain];
    expect(() => decode(Uint8Array.from([...head, ...deep]))).toThrow(/too deep/);
  });
});
