/**
 * Hashes of 52 bits, the most that stays an exact and non-negative JS number with room to spare: two 32-bit lanes of
 * MurmurHash3 (Appleby 2011, the block step of x86_32 with the constants of x86_128), crossed at the end. Encoded
 * states hold these hashes, so no constant here may ever change. Not for adversaries: whoever knows the seed can
 * make collisions, which costs the accuracy of a sketch, never its bounds.
 */
export const HASH_SEED = 0x72617073; // "raps"

/** Stands where a text has its length, so that no text shares its hash with a pair by construction. */
const PAIR = -1;

/** One more than the largest hash. */
export const HASH_LIMIT = 2 ** 52;

/** The hash of a text's UTF-16 code units. */
export function hashText(text: string): number {
  const length = text.length;
  let a = HASH_SEED;
  let b = ~HASH_SEED;
  for (let i = 0; i < length; i += 2) {
    const block = text.charCodeAt(i) | (i + 1 < length ? text.charCodeAt(i + 1) << 16 : 0);
    a = stepA(a, block);
    b = stepB(b, block);
  }
  return finish(a, b, length);
}

/** The hash that `hashText` gives the text of these UTF-16 code units: what need not become a text. */
export function hashCodes(codes: ArrayLike<number>, length: number): number {
  let a = HASH_SEED;
  let b = ~HASH_SEED;
  for (let i = 0; i < length; i += 2) {
    const block = codes[i]! | (i + 1 < length ? codes[i + 1]! << 16 : 0);
    a = stepA(a, block);
    b = stepB(b, block);
  }
  return finish(a, b, length);
}

/** The hash of an ordered pair of integers (±2⁵³); `hashNumbers(a, hashNumbers(b, c))` takes more. */
export function hashNumbers(a: number, b: number): number {
  const aHigh = highWord(a);
  const bHigh = highWord(b);
  const first = stepA(stepA(stepA(stepA(HASH_SEED, a | 0), aHigh), b | 0), bHigh);
  const second = stepB(stepB(stepB(stepB(~HASH_SEED, a | 0), aHigh), b | 0), bHigh);
  return finish(first, second, PAIR);
}

function highWord(n: number): number {
  return Math.floor(n * 2 ** -32) | 0;
}

function stepA(lane: number, block: number): number {
  let k = Math.imul(block, 0x239b961b);
  k = Math.imul((k << 15) | (k >>> 17), 0xab0e9789);
  const h = lane ^ k;
  return (Math.imul((h << 19) | (h >>> 13), 5) + 0x561ccd1b) | 0;
}

function stepB(lane: number, block: number): number {
  let k = Math.imul(block, 0x38b34ae5);
  k = Math.imul((k << 16) | (k >>> 16), 0xa1e38b93);
  const h = lane ^ k;
  return (Math.imul((h << 17) | (h >>> 15), 5) + 0x0bcaa747) | 0;
}

function finish(laneA: number, laneB: number, length: number): number {
  let a = laneA ^ length;
  let b = laneB ^ length;
  a = (a + b) | 0;
  b = (b + a) | 0;
  a = avalanche(a);
  b = avalanche(b);
  a = (a + b) | 0;
  b = (b + a) | 0;
  return (a >>> 12) * 4294967296 + (b >>> 0);
}

function avalanche(lane: number): number {
  let h = Math.imul(lane ^ (lane >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
