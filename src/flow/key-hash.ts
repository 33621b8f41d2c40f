/**
 * Simple tabulation hashing (Zobrist; Pătraşcu and Thorup, "The Power of Simple Tabulation Hashing", J. ACM 2012): a
 * random word for each byte at each place of the key, xored. With it linear probing takes expected constant time
 * whatever the keys, as long as their sender does not know the words: hence the seed.
 */
export class KeyHash {
  readonly #words: Int32Array;

  constructor(seed: number) {
    this.#words = randomWords(seed, WORDS);
  }

  /** Of an IPv4 key. */
  narrow(a: number, b: number, ports: number, protocol: number): number {
    const words = this.#words;
    return (
      words[a & 255]! ^
      words[256 + ((a >>> 8) & 255)]! ^
      words[512 + ((a >>> 16) & 255)]! ^
      words[768 + (a >>> 24)]! ^
      words[1024 + (b & 255)]! ^
      words[1280 + ((b >>> 8) & 255)]! ^
      words[1536 + ((b >>> 16) & 255)]! ^
      words[1792 + (b >>> 24)]! ^
      words[2048 + (ports & 255)]! ^
      words[2304 + ((ports >>> 8) & 255)]! ^
      words[2560 + ((ports >>> 16) & 255)]! ^
      words[2816 + (ports >>> 24)]! ^
      words[PROTOCOLS + (protocol & 2047)]!
    );
  }

  /** What the upper words of two IPv6 addresses, from `at` on, add. */
  wide(upper: Int32Array, at: number): number {
    const words = this.#words;
    let hash = 0;
    for (let i = 0; i < 6; i++) {
      const word = upper[at + i]!;
      const lane = UPPER + i * 1024;
      hash ^=
        words[lane + (word & 255)]! ^
        words[lane + 256 + ((word >>> 8) & 255)]! ^
        words[lane + 512 + ((word >>> 16) & 255)]! ^
        words[lane + 768 + (word >>> 24)]!;
    }
    return hash;
  }
}

const PROTOCOLS = 3072;
const UPPER = PROTOCOLS + 2048;
const WORDS = UPPER + 6 * 1024;

/** SplitMix32's mixing of a counter. */
function randomWords(seed: number, count: number): Int32Array {
  const words = new Int32Array(count);
  let state = seed | 0;
  for (let i = 0; i < count; i++) {
    state = (state + 0x9e3779b9) | 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    words[i] = z ^ (z >>> 16);
  }
  return words;
}
