/**
 * Numbers in [0, 1) that depend on the seed alone: sfc32 (Chris Doty-Humphrey's PractRand), its state filled by
 * splitmix32, so that neighbouring seeds give unrelated streams.
 */
export function seededRandom(seed: number): () => number {
  if (!Number.isSafeInteger(seed)) {
    throw new RangeError(`seed: expected an integer, got ${seed}`);
  }
  let mixed = (seed ^ Math.imul(Math.floor(seed / 2 ** 32), 0x9e3779b1)) | 0;
  const splitmix = (): number => {
    mixed = (mixed + 0x9e3779b9) | 0;
    let word = mixed ^ (mixed >>> 16);
    word = Math.imul(word, 0x21f0aaad);
    word ^= word >>> 15;
    word = Math.imul(word, 0x735a2d97);
    return word ^ (word >>> 15);
  };
  let a = splitmix();
  let b = splitmix();
  let c = splitmix();
  let counter = 1;
  return () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return (sum >>> 0) / 2 ** 32;
  };
}

/** An integer in 0 … below-1. */
export function randomBelow(random: () => number, below: number): number {
  return Math.floor(random() * below);
}

/** `count` of 0 … total-1 without repeats, ascending (Knuth, TAOCP 2, 3.4.2, algorithm S). */
export function sampleIndices(random: () => number, count: number, total: number): Uint32Array {
  const chosen = new Uint32Array(Math.min(count, total));
  let taken = 0;
  for (let index = 0; taken < chosen.length; index++) {
    if (random() * (total - index) < chosen.length - taken) chosen[taken++] = index;
  }
  return chosen;
}

/** Puts `items` in random order, in place (Fisher and Yates). */
export function shuffle<T extends { length: number; [index: number]: unknown }>(
  random: () => number,
  items: T,
): T {
  for (let last = items.length - 1; last > 0; last--) {
    const other = randomBelow(random, last + 1);
    const held = items[last];
    items[last] = items[other];
    items[other] = held;
  }
  return items;
}
