import { describe, expect, test } from 'vitest';
import { quadrature } from '../../../src/learn/trees/quadrature.ts';

describe('the rule of Gauss and Legendre', () => {
  test('integrates every power up to twice its points less one exactly, and no higher one', () => {
    for (let length = 1; length <= 33; length++) {
      const { points, weights } = quadrature(length);
      const integral = (power: number): number =>
        points.reduce((sum, point, k) => sum + weights[k]! * point ** power, 0);
      for (let power = 0; power < 2 * length; power++) {
        expect(integral(power), `${length} points, power ${power}`).toBeCloseTo(
          1 / (power + 1),
          13,
        );
      }
      if (length < 6) {
        const beyond = 2 * length;
        expect(Math.abs(integral(beyond) - 1 / (beyond + 1))).toBeGreaterThan(1e-9);
      }
    }
  });
});
