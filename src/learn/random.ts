/**
 * Uniform numbers in [0, 1) with 32 random bits, the same on every machine for the same integer seed: sfc32
 * (Chris Doty-Humphrey, PractRand) seeded by splitmix32. Not for secrets.
 */
export function seededRandom(seed: number): () => number {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`seed: expected an integer, got ${seed}`);
  const next = splitmix32(Math.floor(seed / 0x100000000) ^ 0x9e3779b9, seed | 0);
  let a = next();
  let b = next();
  let c = next();
  let counter = 1;
  const random = (): number => {
    const out = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + out;
    c |= 0;
    return (out >>> 0) / 0x100000000;
  };
  for (let i = 0; i < 12; i++) random(); // sfc32 wants its first outputs thrown away
  return random;
}

/** An integer in 0 … bound-1, for bounds up to 2³². */
export function randomInteger(random: () => number, bound: number): number {
  return Math.floor(random() * bound);
}

/** The integers 0 … length-1 in an order drawn from `random` (Fisher and Yates). */
export function randomPermutation(random: () => number, length: number): Uint32Array {
  const order = Uint32Array.from({ length }, (_, index) => index);
  for (let i = length - 1; i > 0; i--) {
    const j = randomInteger(random, i + 1);
    const held = order[i]!;
    order[i] = order[j]!;
    order[j] = held;
  }
  return order;
}

function splitmix32(high: number, low: number): () => number {
  let state = (Math.imul(high, 0x85ebca6b) ^ low) | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return (z ^ (z >>> 15)) | 0;
  };
}
