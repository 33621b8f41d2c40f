import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatQuad, parseQuad, quadRank, writeQuad } from '../../src/host/quad.ts';

const words = fc.oneof(
  fc.constantFrom(0, 1, 0xffffffff, 0x0a000001, 0x7fffffff, 0x80000000, 0x01020364),
  fc.nat({ max: 0xffffffff }),
);

describe('an IPv4 address as a word', () => {
  test('comes back as the same text, and is written as that text', () => {
    fc.assert(
      fc.property(words, (word) => {
        const text = formatQuad(word);
        expect(parseQuad(text)).toBe(word);
        expect(formatQuad(word | 0)).toBe(text);
        const codes = new Uint8Array(20);
        const end = writeQuad(codes, 2, word);
        expect(String.fromCharCode(...codes.subarray(2, end))).toBe(text);
      }),
    );
  });

  test.each([
    '', '1.2.3', '1.2.3.4.5', '1..2.3', '.1.2.3', '1.2.3.', '256.1.1.1', '01.2.3.4', '1.2.3.00', '1.2.3.4 ', '::1', '1.2.3.x', '1234.1.1.1',
  ])('is not made of %j: two texts must never be one host', (text) => {
    expect(parseQuad(text)).toBe(-1);
  }); // prettier-ignore

  test('is ordered by its rank as its text is', () => {
    fc.assert(
      fc.property(words, words, (a, b) => {
        const [textA, textB] = [formatQuad(a), formatQuad(b)];
        const byText = textA < textB ? -1 : textA > textB ? 1 : 0;
        expect(Math.sign(quadRank(a) - quadRank(b))).toBe(byText);
      }),
      { numRuns: 500 },
    );
  });
});
