import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matrixFromRows } from '../../src/learn/matrix.ts';
import { nearestRows } from '../../src/learn/nearest-neighbours.ts';

const missing = Number.NaN;

describe('nearest rows', () => {
  test('come nearest first, of equals the first', () => {
    const matrix = matrixFromRows([[5], [1], [3], [1], [2]]);
    const rows = nearestRows(matrix, [1.4], 3).map(({ row }) => row);
    expect(rows).toEqual([1, 3, 4]);
  });

  test('are as far as the root of the mean square over shared columns', () => {
    const matrix = matrixFromRows([
      [3, 4, missing],
      [missing, 4, 0],
    ]);
    expect(nearestRows(matrix, [0, 0, missing], 2)).toEqual([
      { row: 0, distance: Math.sqrt((9 + 16) / 2), shared: 2 },
      { row: 1, distance: 4, shared: 1 },
    ]);
  });

  test('must share half of the columns the vector has, unless asked otherwise', () => {
    const matrix = matrixFromRows([
      [1, missing, missing, missing],
      [5, 5, missing, missing],
    ]);
    const vector = [1, 1, 1, 1];
    expect(nearestRows(matrix, vector, 2).map(({ row }) => row)).toEqual([1]);
    const lax = nearestRows(matrix, vector, 2, { minShared: 1 });
    expect(lax.map(({ row }) => row)).toEqual([0, 1]);
  });

  test('are none for a vector of which all is missing', () => {
    expect(nearestRows(matrixFromRows([[1], [missing]]), [missing], 2)).toEqual([]);
  });

  test('equal infinities are no distance apart', () => {
    const matrix = matrixFromRows([[Infinity], [0]]);
    expect(nearestRows(matrix, [Infinity], 2).map(({ distance }) => distance)).toEqual([
      0,
      Infinity,
    ]);
  });

  test('are those a full sort finds', () => {
    const cell = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constant(missing));
    const row = fc.array(cell, { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 30 }),
        row,
        fc.integer({ min: 1, max: 6 }),
        (rows, vector, k) => {
          const found = nearestRows(matrixFromRows(rows), vector, k, { minShared: 1 });
          const sorted = rows
            .map((values) => {
              const both = [0, 1, 2].filter((i) => !Number.isNaN(values[i]! - vector[i]!));
              const sum = both.reduce((total, i) => total + (values[i]! - vector[i]!) ** 2, 0);
              return Math.sqrt(sum / both.length);
            })
            .map((distance, index) => ({ distance, index }))
            .filter(({ distance }) => !Number.isNaN(distance))
            .sort((a, b) => a.distance - b.distance || a.index - b.index)
            .slice(0, k);
          expect(found.map(({ row: index }) => index)).toEqual(sorted.map(({ index }) => index));
        },
      ),
    );
  });

  test('refuse other widths and a k that is none', () => {
    expect(() => nearestRows(matrixFromRows([[1, 2]]), [1], 1)).toThrow(RangeError);
    expect(() => nearestRows(matrixFromRows([[1]]), [1], 0)).toThrow(RangeError);
  });
});
