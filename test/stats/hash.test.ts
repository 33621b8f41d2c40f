import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashNumbers, hashText, HASH_LIMIT } from '../../src/stats/hash.ts';
import { fixedStream } from './arbitraries.ts';

/** How often each of the 52 bits of the hash changes when one bit of the input does. */
function flips(pairs: Iterable<readonly [number, number]>): number[] {
  const counts = new Array<number>(52).fill(0);
  let total = 0;
  for (const [a, b] of pairs) {
    total++;
    const changed = BigInt(a) ^ BigInt(b);
    for (let bit = 0; bit < 52; bit++) if ((changed >> BigInt(bit)) & 1n) counts[bit]!++;
  }
  return counts.map((count) => count / total);
}

describe('a hash', () => {
  test('is an integer of 52 bits', () => {
    const inside = (hash: number): void => {
      expect(Number.isInteger(hash) && hash >= 0 && hash < HASH_LIMIT).toBe(true);
    };
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => inside(hashText(text))));
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), (a, b) => inside(hashNumbers(a, b))),
    );
  });

  test('never changes: encoded states hold it', () => {
    expect(['', 'a', 'ab', 'example.org', '😀'].map(hashText)).toMatchInlineSnapshot(`
      [
        4174632389730295,
        3977054413631389,
        2916779886353452,
        579366262335229,
        2523100074943333,
      ]
    `);
    expect([
      hashNumbers(0, 0),
      hashNumbers(1, 0),
      hashNumbers(0, 1),
      hashNumbers(2 ** 53 - 1, 443),
      hashNumbers(-1, 0),
    ]).toMatchInlineSnapshot(`
      [
        2431596541045893,
        1410067474199203,
        1339560251716500,
        3993377589398485,
        1124209657889925,
      ]
    `);
  });

  test('changes half of its bits with any one bit of two numbers', () => {
    const stream = fixedStream(1);
    for (let bit = 0; bit < 53; bit++) {
      const pairs = Array.from({ length: 1000 }, () => {
        const a = (stream.next().value % 2 ** 21) * 2 ** 32 + stream.next().value;
        const b = stream.next().value % 65536;
        const other = Number(BigInt(a) ^ (1n << BigInt(bit)));
        return [hashNumbers(a, b), hashNumbers(other, b)] as const;
      });
      // Standard deviation of a share of 1,000: 1.6 %; 52 × 53 shares stay within 5 of them.
      for (const share of flips(pairs)) expect(Math.abs(share - 0.5)).toBeLessThan(0.08);
    }
  });

  test('changes half of its bits with any one bit of a text', () => {
    const stream = fixedStream(2);
    for (let bit = 0; bit < 5 * 7; bit++) {
      const pairs = Array.from({ length: 1000 }, () => {
        const units = Array.from({ length: 5 }, () => stream.next().value % 128);
        const text = String.fromCharCode(...units);
        units[Math.floor(bit / 7)]! ^= 1 << (bit % 7);
        return [hashText(text), hashText(String.fromCharCode(...units))] as const;
      });
      for (const share of flips(pairs)) expect(Math.abs(share - 0.5)).toBeLessThan(0.08);
    }
  });

  test('is not shared by a million neighbours, ordered pairs and short texts', () => {
    const seen = new Set<number>();
    for (let i = 0; i < 1000; i++) for (let j = 0; j < 1000; j++) seen.add(hashNumbers(i, j));
    for (let i = 0; i < 100_000; i++) seen.add(hashText(i.toString(36)));
    for (let i = 0; i < 1000; i++) seen.add(hashText('\0'.repeat(i)));
    // 1.1 million draws of 2^52: one shared pair is expected in 7,400 such sets.
    expect(seen.size).toBe(1_101_000);
  });
});
