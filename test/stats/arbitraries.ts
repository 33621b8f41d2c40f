import fc from 'fast-check';

const MAX = Number.MAX_SAFE_INTEGER;

/** Integers of every magnitude, with zero, powers of two and their neighbours, and the largest. */
export const wholeNumbers: fc.Arbitrary<number> = fc.oneof(
  fc.nat({ max: 100 }),
  fc.tuple(fc.nat({ max: 52 }), fc.integer({ min: -1, max: 1 })).map(([p, d]) => 2 ** p + d),
  fc.maxSafeNat(),
  fc.constantFrom(0, MAX, MAX - 1),
);

/** Mostly small counts, some so large that totals reach their limit. */
export const countsToAdd: fc.Arbitrary<number> = fc.oneof(
  { weight: 8, arbitrary: fc.nat({ max: 5 }) },
  { weight: 2, arbitrary: fc.nat({ max: 100_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(MAX, 2 ** 52, 0) },
);

/** 52-bit hashes: any, and some that come again. */
export const hashes: fc.Arbitrary<number> = fc.oneof(
  { weight: 6, arbitrary: fc.maxSafeNat().map((n) => Math.floor(n / 2)) },
  { weight: 1, arbitrary: fc.nat({ max: 20 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 2 ** 52 - 1, 2 ** 42, 2 ** 32) },
);

/** µs since the epoch: within a minute, a day, years, and the ends of the domain. */
export const times: fc.Arbitrary<number> = fc.oneof(
  { weight: 4, arbitrary: fc.nat({ max: 60_000_000 }).map((t) => 1_700_000_000_000_000 + t) },
  { weight: 2, arbitrary: fc.nat({ max: 86_400 }).map((t) => (1_700_000_000 + t) * 1_000_000) },
  { weight: 1, arbitrary: fc.maxSafeNat() },
  { weight: 1, arbitrary: fc.constantFrom(0, 2 ** 20 - 1, 2 ** 20, 2 ** 52, MAX) },
);

/** A fixed stream of well spread 32-bit numbers (splitmix32), so that measured errors repeat. */
export function* fixedStream(seed: number): Generator<number, never> {
  for (let state = seed | 0; ;) {
    state = (state + 0x9e3779b9) | 0;
    let z = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    yield (z ^ (z >>> 16)) >>> 0;
  }
}
