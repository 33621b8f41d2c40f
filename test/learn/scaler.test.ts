import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { matrixFromRows, matrixRow } from '../../src/learn/matrix.ts';
import { RobustScaler, SCALED_LIMIT } from '../../src/learn/scaler.ts';

const column = (...values: number[]) => matrixFromRows(values.map((value) => [value]));

describe('RobustScaler', () => {
  it('centres on the median, divides by half the 5 % to 95 % range, and cuts at ±5', () => {
    const scaler = new RobustScaler().fit(column(...Array.from({ length: 101 }, (_, i) => i)));
    const { medians, scales } = scaler.toJSON();
    expect(medians).toEqual([50]);
    expect(scales[0]).toBeCloseTo(45.45, 10); // Hazen: q95 = 95.45, q05 = 4.55
    const scaled = scaler.transform(column(50, 95.45, 4.55, 1e9, -1e9, Infinity)).values;
    expect(scaled[0]).toBe(0);
    expect(scaled[1]).toBeCloseTo(1, 12);
    expect(scaled[2]).toBeCloseTo(-1, 12);
    expect([...scaled.slice(3)]).toEqual([5, -5, 5]);
  });

  it('is not moved by one wild value', () => {
    const values = Array.from({ length: 100 }, (_, i) => i);
    const calm = new RobustScaler().fit(column(...values, 50)).toJSON();
    const wild = new RobustScaler().fit(column(...values, 1e12)).toJSON();
    expect(Math.abs(calm.medians[0]! - wild.medians[0]!)).toBeLessThan(1);
    expect(Math.abs(calm.scales[0]! - wild.scales[0]!)).toBeLessThan(2);
  });

  it('falls back to the standard deviation for a rare value and to 1 for a constant', () => {
    const rare = [...new Array<number>(98).fill(0), 1, 1];
    expect(new RobustScaler().fit(column(...rare)).toJSON().scales[0]).toBeCloseTo(Math.sqrt(0.02));
    expect(new RobustScaler().fit(column(7, 7, 7)).toJSON().scales).toEqual([1]);
    const rounding = column(0.3, 0.1 + 0.2, 0.3, 0.3);
    expect(new RobustScaler().fit(rounding).toJSON().scales).toEqual([1]);
  });

  it('gives 0 for missing values and a 0/1 column for those missing now and then', () => {
    const vectors = matrixFromRows([
      [1, NaN, 5, NaN],
      [2, 10, 5, NaN],
      [3, 20, 5, NaN],
    ]);
    const plain = new RobustScaler().fit(vectors);
    expect(plain.outputColumns).toBe(4);
    const scaler = new RobustScaler({ missingIndicators: true }).fit(vectors);
    expect(scaler.toJSON().indicators).toEqual([1]); // not column 3: it never held a value
    expect(scaler.wasSeen(1)).toBe(true);
    expect(scaler.wasSeen(3)).toBe(false);
    expect([...scaler.transformRow([2, NaN, 5, NaN])]).toEqual([0, 0, 0, 0, 1]);
    expect([...scaler.transformRow([2, 15, NaN, 99])]).toEqual([0, 0, 0, 0, 0]);
  });

  it('counts a row as often as its weight says', () => {
    const repeated = new RobustScaler().fit(column(1, 1, 1, 1, 1, 4, 9)).toJSON();
    const weighted = new RobustScaler().fit(column(1, 4, 9), [8, 1, 1]).toJSON();
    expect(repeated.medians).toEqual([1]);
    expect(weighted.medians[0]).toBeLessThan(2);
    expect(new RobustScaler().fit(column(1, 4, 9)).toJSON().medians).toEqual([4]);
    const light = new RobustScaler().fit(column(1, 4, 9), [1, 0, 0]).toJSON();
    expect(light.medians).toEqual([1]);
  });

  it('does the same for a matrix as for its rows, stays in bounds, and survives JSON', () => {
    const cell = fc.oneof(fc.double({ noDefaultInfinity: true }), fc.constant(NaN));
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 20 }),
        fc.boolean(),
        (rows, missingIndicators) => {
          const vectors = matrixFromRows(rows);
          const scaler = new RobustScaler({ missingIndicators }).fit(vectors);
          const restored = RobustScaler.fromJSON(JSON.parse(JSON.stringify(scaler)));
          const scaled = restored.transform(vectors);
          for (const [index, row] of rows.entries()) {
            expect(matrixRow(scaled, index)).toEqual(scaler.transformRow(row));
          }
          expect(scaled.values.every((value) => Math.abs(value) <= SCALED_LIMIT)).toBe(true);
        },
      ),
    );
  });

  it('refuses wrong widths, wrong weights and infinities when fitting', () => {
    const scaler = new RobustScaler().fit(column(1, 2));
    expect(() => scaler.transformRow([1, 2])).toThrow('row: expected 1 values, got 2');
    expect(() => scaler.transform(matrixFromRows([[1, 2]]))).toThrow(RangeError);
    expect(() => new RobustScaler().fit(column(1, 2), [1])).toThrow(
      'expected 2 values, one a row, got 1',
    );
    expect(() => new RobustScaler().fit(column(1, 2), [1, -1])).toThrow(RangeError);
    expect(() => new RobustScaler().fit(column(1, Infinity))).toThrow('row 1, column 0');
  });

  it.each([
    ['null', null],
    ['another version', { version: 2, medians: [], scales: [], indicators: [] }],
    ['lists of different lengths', { version: 1, medians: [1], scales: [], indicators: [] }],
    ['a negative scale', { version: 1, medians: [1], scales: [-1], indicators: [] }],
    ['a text for a number', { version: 1, medians: ['1'], scales: [1], indicators: [] }],
    ['an indicator of no column', { version: 1, medians: [1], scales: [1], indicators: [1] }],
    ['an indicator twice', { version: 1, medians: [1], scales: [1], indicators: [0, 0] }],
  ])('refuses %s as its JSON', (_, state) => {
    expect(() => RobustScaler.fromJSON(state)).toThrow(RangeError);
  });
});
