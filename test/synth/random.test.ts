import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/synth/random.ts';

describe('Random', () => {
  test('repeats itself for one seed and not for another', () => {
    const draw = (seed: string): number[] => {
      const random = new Random(seed);
      return Array.from({ length: 20 }, () => random.word());
    };
    expect(draw('a')).toEqual(draw('a'));
    expect(draw('a')).not.toEqual(draw('b'));
  });

  test('a fork depends on the name, not on what was drawn before', () => {
    const fresh = new Random(1).fork('x').word();
    const used = new Random(1);
    used.word();
    expect(used.fork('x').word()).toBe(fresh);
    expect(used.fork('y').word()).not.toBe(fresh);
  });

  test('integers stay within both bounds and reach them', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: -50, max: 50 }), fc.nat(6), (seed, low, span) => {
        const random = new Random(seed);
        const seen = new Set(Array.from({ length: 400 }, () => random.integer(low, low + span)));
        expect([...seen].sort((a, b) => a - b)).toEqual(
          Array.from({ length: span + 1 }, (_, i) => low + i),
        );
      }),
      { numRuns: 30 },
    );
  });

  test('its distributions have the means they are asked for', () => {
    const random = new Random('means');
    const mean = (draw: () => number): number => {
      let sum = 0;
      for (let i = 0; i < 40_000; i++) sum += draw();
      return sum / 40_000;
    };
    expect(mean(() => random.uniform(2, 4))).toBeCloseTo(3, 1);
    expect(mean(() => random.exponential(5))).toBeCloseTo(5, 0);
    expect(mean(() => random.normal(7, 2))).toBeCloseTo(7, 1);
    expect(mean(() => Math.log(random.logNormal(10, 0.5)))).toBeCloseTo(Math.log(10), 1);
    expect(mean(() => Math.log10(random.logUniform(1, 100)))).toBeCloseTo(1, 1);
    expect(mean(() => (random.chance(0.3) ? 1 : 0))).toBeCloseTo(0.3, 1);
  });

  test('shuffles keep every item, and an empty list cannot be picked from', () => {
    const random = new Random(3);
    const list = Array.from({ length: 30 }, (_, i) => i);
    const shuffled = random.shuffle(list);
    expect(shuffled).not.toEqual(list);
    expect([...shuffled].sort((a, b) => a - b)).toEqual(list);
    expect(() => random.pick([])).toThrow('pick: expected a list with items');
  });
});
