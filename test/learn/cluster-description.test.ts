import { describe, expect, it } from 'vitest';

import { describeClusters } from '../../src/learn/cluster-description.ts';
import { matrixFromRows } from '../../src/learn/matrix.ts';
import { seededRandom } from '../../src/learn/random.ts';

const random = seededRandom(4);
const noisy = (centre: number) => centre + random() - 0.5;

describe('describeClusters', () => {
  it('names what sets a cluster apart, the most distinctive first, with medians in raw units', () => {
    const rows = Array.from({ length: 60 }, (_, row) =>
      row < 20 ? [noisy(0), noisy(900), noisy(-3)] : [noisy(0), noisy(100), noisy(0)],
    );
    const assignments = rows.map((_, row) => (row < 20 ? 1 : 0));
    const [others, odd] = describeClusters(matrixFromRows(rows), assignments, ['a', 'b', 'c']);
    expect(odd).toMatchObject({ cluster: 1, size: 20, share: 1 / 3 });
    expect(odd!.features.map(({ feature, direction }) => [feature, direction])).toEqual([
      ['b', 'higher'],
      ['c', 'lower'],
    ]);
    expect(odd!.features[0]!.median).toBeCloseTo(900, 0);
    expect(odd!.features[0]!.othersMedian).toBeCloseTo(100, 0);
    expect(odd!.features[0]!.difference).toBe(10);
    expect(others!.features.map(({ direction }) => direction)).toEqual(['lower', 'higher']);
    expect(others!.features[1]!.difference).toBeCloseTo(-odd!.features[1]!.difference, 12);
  });

  it('divides the difference of medians by the mean half-range of both sides', () => {
    const line = Array.from({ length: 101 }, (_, i) => i); // half of q95 - q05 is 45.45
    const rows = [...line, ...line.map((value) => 60 + 2 * value)].map((value) => [value]);
    const [first] = describeClusters(
      matrixFromRows(rows),
      rows.map((_, row) => (row < 101 ? 0 : 1)),
      ['x'],
    );
    expect(first!.features[0]!.difference).toBeCloseTo(-110 / ((45.45 + 90.9) / 2), 10);
  });

  it('leaves missing values out, and a feature that most of the cluster does not hold', () => {
    const rows = [
      [NaN, 9, NaN, 4],
      [NaN, 9, NaN, 4],
      [7, NaN, NaN, 4],
      [1, 1, 3, NaN],
      [1, NaN, 3, NaN],
      [1, 1, 3, NaN],
    ];
    const names = ['seldom', 'mostly', 'never', 'nobody else'];
    const [first] = describeClusters(matrixFromRows(rows), [0, 0, 0, 1, 1, 1], names);
    expect(first!.features.map(({ feature }) => feature)).toEqual(['mostly']);
    expect(first!.features[0]).toMatchObject({ median: 9, othersMedian: 1, direction: 'higher' });
  });

  it('says at most five features, ties in the order of the columns', () => {
    const rows = [new Array<number>(8).fill(1), new Array<number>(8).fill(0)];
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const [first] = describeClusters(matrixFromRows(rows), [0, 1], names);
    expect(first!.features.map(({ feature }) => feature)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('has nothing to say about the only cluster, about equal medians, or about rounding', () => {
    const same = matrixFromRows([
      [0.3, 5],
      [0.1 + 0.2, 5],
    ]);
    expect(describeClusters(same, [0, 0], ['a', 'b'])).toEqual([
      { cluster: 0, size: 2, share: 1, features: [] },
    ]);
    for (const { features } of describeClusters(same, [0, 1], ['a', 'b'])) {
      expect(features).toEqual([]);
    }
  });

  it('takes any integers as numbers of clusters, in ascending order', () => {
    const vectors = matrixFromRows([[1], [2], [3]]);
    const described = describeClusters(vectors, [7, -1, 7], ['a']);
    expect(described.map(({ cluster, size }) => [cluster, size])).toEqual([
      [-1, 1],
      [7, 2],
    ]);
    expect(describeClusters(matrixFromRows([]), [], [])).toEqual([]);
  });

  it('refuses lists of the wrong length and numbers that are none', () => {
    const vectors = matrixFromRows([[1], [2]]);
    expect(() => describeClusters(vectors, [0], ['a'])).toThrow('assignments: expected 2');
    expect(() => describeClusters(vectors, [0, 1], [])).toThrow('featureNames: expected 1');
    expect(() => describeClusters(vectors, [0, NaN], ['a'])).toThrow('expected integers, got NaN');
  });
});
