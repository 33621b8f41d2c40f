import { describe, expect, it } from 'vitest';

import { matrixFromRows } from '../../src/learn/matrix.ts';
import { RowDistances, silhouette } from '../../src/learn/silhouette.ts';

const of = (rows: number[][], assignments: number[]) =>
  silhouette(new RowDistances(matrixFromRows(rows)), assignments);

describe('silhouette', () => {
  it('is what a hand computes for two pairs on a line', () => {
    // 0, 1 | 10, 12. Row 0: a = 1, b = 11; row 1: a = 1, b = 10; row 10: a = 2, b = 9.5; row 12: a = 2, b = 11.5.
    const expected = (10 / 11 + 9 / 10 + 7.5 / 9.5 + 9.5 / 11.5) / 4;
    expect(of([[0], [1], [10], [12]], [0, 0, 1, 1])).toBeCloseTo(expected, 6);
  });

  it('takes the nearest of several other clusters, and 0 for a cluster of one', () => {
    // 0, 2 | 5 | 100, 102. Row 0: a = 2, b = 5; row 2: a = 2, b = 3; row 5: 0; row 100: a = 2, b = 95; row 102: b = 97.
    const expected = (3 / 5 + 1 / 3 + 0 + 93 / 95 + 95 / 97) / 5;
    expect(of([[0], [2], [5], [100], [102]], [0, 0, 2, 1, 1])).toBeCloseTo(expected, 6);
  });

  it('is negative for rows in the wrong cluster', () => {
    expect(of([[0], [1], [10], [11]], [0, 1, 0, 1])).toBeLessThan(0);
  });

  it('measures Euclidean distances in more than one dimension', () => {
    // 3-4-5 triangles: (0,0), (3,4) | (30,40), (33,44).
    const rows = [
      [0, 0],
      [3, 4],
      [30, 40],
      [33, 44],
    ];
    const expected = (1 - 5 / 52.5 + (1 - 5 / 47.5)) / 2;
    expect(of(rows, [0, 0, 1, 1])).toBeCloseTo(expected, 6);
  });

  it('passes over numbers that no row has', () => {
    expect(of([[0], [1], [10], [12]], [5, 5, 2, 2])).toBe(of([[0], [1], [10], [12]], [0, 0, 1, 1]));
  });

  it('is NaN for one cluster and for no rows, and 0 where all rows are the same', () => {
    expect(of([[0], [1]], [0, 0])).toBeNaN();
    expect(of([], [])).toBeNaN();
    expect(of([[3], [3], [3], [3]], [0, 0, 1, 1])).toBe(0);
  });

  it('refuses assignments that are too few or no cluster numbers', () => {
    expect(() => of([[0], [1]], [0])).toThrow('assignments: expected 2 values');
    expect(() => of([[0], [1]], [0, -1])).toThrow('got -1');
    expect(() => of([[0], [1]], [0, 1e9])).toThrow(RangeError);
  });
});
