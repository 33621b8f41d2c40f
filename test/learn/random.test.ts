import { describe, expect, it } from 'vitest';

import { randomBelow, sampleIndices, seededRandom, shuffle } from '../../src/learn/random.ts';

const take = (seed: number, count: number): number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, random);
};

describe('seededRandom', () => {
  it('repeats for one seed and differs for another, large and negative ones too', () => {
    expect(take(7, 20)).toEqual(take(7, 20));
    const starts = [0, 1, 2, -1, 2 ** 32, Number.MAX_SAFE_INTEGER].map((seed) => take(seed, 1)[0]);
    expect(new Set(starts).size).toBe(starts.length);
  });

  it('is uniform: mean, variance, serial correlation and each of the top bits', () => {
    const values = take(3, 100_000);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    let lag = 0;
    for (let i = 1; i < values.length; i++) lag += (values[i]! - mean) * (values[i - 1]! - mean);
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.005);
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.002);
    expect(Math.abs(lag / values.length / variance)).toBeLessThan(0.015);
    for (let bit = 1; bit <= 8; bit++) {
      const ones = values.filter((value) => Math.floor(value * 2 ** bit) % 2 === 1).length;
      expect(Math.abs(ones / values.length - 0.5)).toBeLessThan(0.01);
    }
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
  });

  it('refuses a seed that is no integer', () => {
    expect(() => seededRandom(0.5)).toThrow('seed: expected an integer, got 0.5');
    expect(() => seededRandom(Number.NaN)).toThrow(RangeError);
  });

  it('draws every integer below the bound and no other', () => {
    const random = seededRandom(11);
    const seen = new Set(Array.from({ length: 500 }, () => randomBelow(random, 7)));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('shuffles in place, keeping every item', () => {
    const items = Array.from({ length: 50 }, (_, i) => i);
    const shuffled = shuffle(seededRandom(5), [...items]);
    expect(shuffled).not.toEqual(items);
    expect(shuffled.toSorted((a, b) => a - b)).toEqual(items);
  });

  it('samples without repeats, ascending, each index as often as the others', () => {
    const random = seededRandom(13);
    const counts = new Uint32Array(10);
    for (let i = 0; i < 5000; i++) {
      const chosen = sampleIndices(random, 3, 10);
      expect(chosen[0]! < chosen[1]! && chosen[1]! < chosen[2]!).toBe(true);
      for (const index of chosen) counts[index]!++;
    }
    for (const count of counts) expect(Math.abs(count / 1500 - 1)).toBeLessThan(0.1);
    expect([...sampleIndices(random, 9, 4)]).toEqual([0, 1, 2, 3]);
  });
});
