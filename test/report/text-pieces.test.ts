import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { secondsText } from '../../src/report/column.ts';
import { encoded, plainBytes, TextPieces } from '../../src/report/text-pieces.ts';

function put(write: (out: TextPieces) => void): { text: string; pieces: number } {
  const pieces: Buffer[] = [];
  const out = new TextPieces((piece) => void pieces.push(Buffer.from(piece as Uint8Array)));
  write(out);
  out.flush();
  return { text: Buffer.concat(pieces).toString(), pieces: pieces.length };
}

describe('text in pieces', () => {
  test('any number is written as JavaScript does, any time as seconds', () => {
    const number = fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.double(), fc.constantFrom(0, -0, 999_999_999, 1e9, 2 ** 53 - 1, 2 ** 53, NaN)); // prettier-ignore
    fc.assert(
      fc.property(fc.array(number), (numbers) => {
        const { text } = put((out) => {
          for (const value of numbers) {
            out.number(value);
            out.character(0x20);
          }
        });
        expect(text).toBe(numbers.map((value) => `${value} `).join(''));
      }),
    );
    fc.assert(
      fc.property(fc.maxSafeInteger(), (us) => {
        expect(put((out) => out.seconds(us)).text).toBe(secondsText(us));
      }),
    );
  });

  test('any texts come out whole, longer than a piece as well', () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.nat({ max: 200_000 }).map((n) => 'ü'.repeat(n))); // prettier-ignore
    fc.assert(
      fc.property(fc.array(text, { maxLength: 8 }), (texts) => {
        const { text: written } = put((out) => {
          for (const each of texts) out.text(each);
        });
        expect(written).toBe(texts.join(''));
      }),
      { numRuns: 30 },
    );
  });

  test('a text is copied only if all of it is plain, and leaves nothing behind if it is not', () => {
    const plain = plainBytes('",', '=');
    const tried = ['a', '', 'a=b', '=a', 'a,b', 'ü', 'a\n', '~ '];
    const { text } = put((out) => {
      const taken = tried.filter((each) => out.plain(each, plain));
      expect(taken).toEqual(['a', '', 'a=b', '~ ']);
    });
    expect(text).toBe('aa=b~ ');
  });

  test('a million lines are put in pieces of about 64 KiB', () => {
    const line = encoded('0123456789\n');
    const { text, pieces } = put((out) => {
      for (let i = 0; i < 100_000; i++) out.bytes(line);
    });
    expect(text.length).toBe(1_100_000);
    expect(pieces).toBe(17);
  });
});
