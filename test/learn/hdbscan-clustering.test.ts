import { describe, expect, test } from 'vitest';
import { HdbscanClustering, NOISE } from '../../src/learn/hdbscan-clustering.ts';
import { matrixFromRows, selectRows, type Matrix } from '../../src/learn/matrix.ts';
import { seededRandom, shuffle } from '../../src/learn/random.ts';

/** Blobs of `sizes` rows 10 apart, then strays far from everything. */
function blobs(sizes: readonly number[], strays = 0): Matrix {
  const random = seededRandom(4);
  const rows = sizes.flatMap((size, blob) =>
    Array.from({ length: size }, () => [10 * blob + random(), random(), random()]),
  );
  for (let i = 0; i < strays; i++) rows.push([5 + 10 * i, 100 + 30 * i, -50 * i]);
  return matrixFromRows(rows);
}

describe('HdbscanClustering', () => {
  test('finds the blobs, the largest first, and calls strays noise', () => {
    const clustering = new HdbscanClustering({ minClusterSize: 8 }).fit(blobs([15, 60, 30], 3));
    expect(clustering.clusters).toBe(3);
    expect([...clustering.assignments]).toEqual([
      ...new Array<number>(15).fill(2),
      ...new Array<number>(60).fill(0),
      ...new Array<number>(30).fill(1),
      NOISE, NOISE, NOISE,
    ]); // prettier-ignore
    const ofStrays = clustering.outlierScores.slice(-3);
    const others = clustering.outlierScores.slice(0, -3);
    expect(Math.min(...ofStrays)).toBeGreaterThan(0.9);
    expect(Math.min(...ofStrays)).toBeGreaterThan(Math.max(...others));
    expect([...clustering.probabilities.slice(-3)]).toEqual([0, 0, 0]);
    expect(Math.max(...clustering.probabilities)).toBe(1);
  });

  test('changes nothing when the rows come in another order, some of them twice', () => {
    const once = blobs([40, 25, 25], 4);
    const twice = selectRows(once, [...Array.from({ length: once.rows }, (_, i) => i), 3, 3, 50]);
    const order = shuffle(
      seededRandom(9),
      Uint32Array.from({ length: twice.rows }, (_, i) => i),
    );
    const before = new HdbscanClustering().fit(twice);
    const after = new HdbscanClustering().fit(selectRows(twice, order));
    for (const name of ['assignments', 'probabilities', 'outlierScores'] as const) {
      expect([...after[name]]).toEqual(Array.from(order, (row) => before[name][row]!));
    }
    expect(before.assignments[before.assignments.length - 1]).toBe(before.assignments[50]);
  });

  test('keeps a heap of equal rows together, whatever is around it', () => {
    const rows = Array.from({ length: 50 }, () => [1, 2]);
    for (let i = 0; i < 30; i++) rows.push([40 + (i % 6), 40 + Math.floor(i / 6)]);
    const { assignments } = new HdbscanClustering().fit(matrixFromRows(rows));
    expect(new Set(assignments.slice(0, 50)).size).toBe(1);
    expect(assignments[0]).toBe(0);
    expect(assignments[60]).toBe(1);
  });

  test('takes everything for one cluster only when that is allowed', () => {
    const vectors = blobs([80]);
    const least = { minClusterSize: 30 };
    expect(new HdbscanClustering(least).fit(vectors).clusters).toBe(0);
    const one = new HdbscanClustering({ ...least, allowSingleCluster: true, epsilon: 5 });
    expect(one.fit(vectors).clusters).toBe(1);
    expect(one.assignments.every((cluster) => cluster === 0)).toBe(true);
    const equal = matrixFromRows(Array.from({ length: 9 }, () => [1]));
    expect(new HdbscanClustering().fit(equal).clusters).toBe(0);
    expect(new HdbscanClustering({ allowSingleCluster: true }).fit(equal).clusters).toBe(1);
  });

  test('joins what is nearer than epsilon', () => {
    const vectors = blobs([30, 30, 30]);
    expect(new HdbscanClustering({ epsilon: 5 }).fit(vectors).clusters).toBe(3);
    const far = matrixFromRows([
      ...Array.from({ length: 90 }, (_, row) => [...vectors.values.slice(3 * row, 3 * row + 3)]),
      ...Array.from({ length: 30 }, (_, i) => [500 + (i % 5) / 5, i / 30, 0]),
    ]);
    expect(new HdbscanClustering({ epsilon: 20 }).fit(far).clusters).toBe(2);
  });

  test('takes more samples than it keeps neighbours', () => {
    const clustering = new HdbscanClustering({ minClusterSize: 20, minSamples: 40 });
    expect(clustering.fit(blobs([60, 50])).clusters).toBe(2);
  });

  test('refuses what it cannot measure', () => {
    const rows = Array.from({ length: 9 }, (_, i) => [i, i]);
    const fit = (value: number): unknown =>
      new HdbscanClustering().fit(matrixFromRows([...rows, [0, value]]));
    expect(() => fit(NaN)).toThrow(
      'vectors: expected finite values (scale first), got NaN in row 9, column 1',
    );
    expect(() => fit(1e200)).toThrow('got 1e+200 in row 9');
    expect(() => new HdbscanClustering().fit(matrixFromRows(rows.slice(0, 3)))).toThrow(
      'vectors: expected at least minSamples (5) rows, got 3',
    );
    expect(() => new HdbscanClustering({ minClusterSize: 1 })).toThrow(RangeError);
    expect(() => new HdbscanClustering({ minSamples: 0 })).toThrow(RangeError);
    expect(() => new HdbscanClustering({ epsilon: -1 })).toThrow(RangeError);
    expect(() => new HdbscanClustering().assignments).toThrow(TypeError);
  });
});
