import { describe, expect, it } from 'vitest';

import { adjustedRand } from '../../src/learn/adjusted-rand.ts';
import { KMeansClustering } from '../../src/learn/k-means-clustering.ts';
import { type Matrix, matrixFromRows, matrixRow } from '../../src/learn/matrix.ts';
import { seededRandom } from '../../src/learn/random.ts';

/** `sizes.length` round blobs of radius 1 at the corners of a grid 10 apart, and which row is of which. */
function blobs(sizes: number[], seed = 1): { vectors: Matrix; truth: number[] } {
  const random = seededRandom(seed);
  const truth = sizes.flatMap((size, blob) => new Array<number>(size).fill(blob));
  const vectors = matrixFromRows(
    truth.map((blob) => [
      10 * (blob % 3) + random() * 2 - 1,
      10 * Math.floor(blob / 3) + random() * 2 - 1,
      random() * 2 - 1,
    ]),
  );
  return { vectors, truth };
}

describe('KMeansClustering', () => {
  it.each([[[40, 30]], [[60, 40, 20]], [[50, 40, 30, 20, 10]], [[30, 30, 30, 30, 30, 30, 30]]])(
    'finds blobs of %j rows and their number by itself',
    (sizes) => {
      const { vectors, truth } = blobs(sizes);
      const clustering = new KMeansClustering().fit(vectors);
      expect(clustering.centroids.rows).toBe(sizes.length);
      expect(adjustedRand(clustering.predict(vectors), truth)).toBe(1);
      expect(clustering.silhouette).toBeGreaterThan(0.75);
    },
  );

  it('numbers clusters by size and puts their centroids at the means', () => {
    const { vectors } = blobs([10, 60, 30]);
    const clustering = new KMeansClustering({ clusters: 3 }).fit(vectors);
    const assignments = clustering.predict(vectors);
    let inertia = 0;
    for (const [cluster, size] of [60, 30, 10].entries()) {
      const rows = [...assignments.keys()].filter((row) => assignments[row] === cluster);
      expect(rows.length).toBe(size);
      const centroid = matrixRow(clustering.centroids, cluster);
      for (const [column, value] of centroid.entries()) {
        const mean = rows.reduce((sum, row) => sum + matrixRow(vectors, row)[column]!, 0) / size;
        expect(value).toBeCloseTo(mean, 9);
        for (const row of rows) inertia += (matrixRow(vectors, row)[column]! - mean) ** 2;
      }
    }
    expect(clustering.inertia).toBeCloseTo(inertia, 6);
  });

  it('is the same for the same seed, leaves its argument alone, and forgets earlier fits', () => {
    const { vectors } = blobs([25, 25, 25], 3);
    const copy = vectors.values.slice();
    const first = new KMeansClustering({ seed: 5 }).fit(vectors);
    const second = new KMeansClustering({ seed: 5 }).fit(blobs([9, 9]).vectors).fit(vectors);
    expect(second.centroids).toEqual(first.centroids);
    expect(second.inertia).toBe(first.inertia);
    expect(second.silhouette).toBe(first.silhouette);
    expect(vectors.values).toEqual(copy);
  });

  it('is no looser for more restarts', () => {
    const random = seededRandom(8);
    const noise = matrixFromRows(
      Array.from({ length: 120 }, () => [random(), random(), random(), random()]),
    );
    const inertia = (restarts: number) =>
      new KMeansClustering({ clusters: 8, restarts }).fit(noise).inertia;
    expect(inertia(30)).toBeLessThan(inertia(1));
  });

  it('predicts rows it has not seen, and the lower number of two as near', () => {
    const clustering = new KMeansClustering({ clusters: 2 }).fit(
      matrixFromRows([[0], [0], [0], [8], [8]]),
    );
    expect([...clustering.centroids.values]).toEqual([0, 8]);
    expect([...clustering.predict(matrixFromRows([[-100], [4], [4.1], [1e6]]))]).toEqual([
      0, 0, 1, 1,
    ]);
  });

  it('makes one cluster of one row, of identical rows, and of rows without columns', () => {
    for (const rows of [
      [[1, 2]],
      [
        [3, 3],
        [3, 3],
        [3, 3],
      ],
      [[], []],
    ]) {
      for (const clusters of ['auto', 1, 4] as const) {
        const vectors = matrixFromRows(rows);
        const clustering = new KMeansClustering({ clusters }).fit(vectors);
        expect(clustering.centroids.rows).toBe(1);
        expect(clustering.inertia).toBe(0);
        expect(clustering.silhouette).toBeNaN();
        expect([...clustering.predict(vectors)]).toEqual(rows.map(() => 0));
        expect(clustering.stability(vectors, 2)).toBe(1);
      }
    }
  });

  it('makes no more clusters than rows that differ', () => {
    const vectors = matrixFromRows([[1], [1], [1], [5], [9]]);
    const clustering = new KMeansClustering({ clusters: 10 }).fit(vectors);
    expect([...clustering.centroids.values].sort()).toEqual([1, 5, 9]);
    expect(clustering.inertia).toBe(0);
    expect(new KMeansClustering().fit(matrixFromRows([[1], [5]])).centroids.rows).toBe(1);
  });

  it('takes a sample of many rows for the choice, and all of them for the clusters', () => {
    const { vectors } = blobs([3000, 2000, 1500]);
    const clustering = new KMeansClustering().fit(vectors);
    expect(clustering.centroids.rows).toBe(3);
    const sizes = [0, 0, 0];
    for (const cluster of clustering.predict(vectors)) sizes[cluster]!++;
    expect(sizes).toEqual([3000, 2000, 1500]);
  });

  it('is stable on blobs and not where there are none', () => {
    const { vectors } = blobs([40, 40, 40]);
    expect(new KMeansClustering({ clusters: 3 }).fit(vectors).stability(vectors)).toBe(1);
    const random = seededRandom(2);
    const noise = matrixFromRows(
      Array.from({ length: 150 }, () => Array.from({ length: 5 }, () => random())),
    );
    const clustering = new KMeansClustering({ clusters: 7 }).fit(noise);
    expect(clustering.stability(noise)).toBeLessThan(0.6);
    expect(clustering.stability(noise, 3)).toBe(clustering.stability(noise, 3));
  });

  it('refuses missing values, wrong widths and wrong options, and says what it expected', () => {
    const fitted = new KMeansClustering({ clusters: 2 }).fit(
      matrixFromRows([
        [0, 0],
        [1, 1],
      ]),
    );
    expect(() => fitted.predict(matrixFromRows([[1]]))).toThrow('expected 2 columns, got 1');
    expect(() => fitted.predict(matrixFromRows([[1, NaN]]))).toThrow(RangeError);
    expect(() =>
      new KMeansClustering().fit(
        matrixFromRows([
          [1, 2],
          [3, NaN],
        ]),
      ),
    ).toThrow('vectors: expected finite values (scale first), got NaN in row 1, column 1');
    expect(() => new KMeansClustering().fit(matrixFromRows([]))).toThrow('at least one row');
    expect(() => new KMeansClustering().inertia).toThrow('expected a fitted one');
    expect(() => new KMeansClustering({ clusters: 0 })).toThrow(RangeError);
    expect(() => new KMeansClustering({ maxClusters: 2.5 })).toThrow(RangeError);
    expect(() => new KMeansClustering({ restarts: 0 })).toThrow(RangeError);
    expect(() => new KMeansClustering({ seed: 0.1 })).toThrow(RangeError);
  });
});
