import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readLines, type LineOptions } from '../../src/bytes/lines.ts';

async function linesOf(chunks: readonly Uint8Array[], options?: LineOptions): Promise<string[]> {
  async function* source(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield await Promise.resolve(chunk);
  }
  const lines: string[] = [];
  for await (const some of readLines(source(), options)) lines.push(...some);
  return lines;
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function cut(bytes: Uint8Array, size: number): Uint8Array[] {
  const parts = [];
  for (let at = 0; at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size));
  return parts;
}

describe('readLines', () => {
  test('line ends of both kinds go, empty lines stay, the last one needs none', async () => {
    expect(await linesOf([utf8('a\r\n\nb\r\nc')])).toEqual(['a', '', 'b', 'c']);
    expect(await linesOf([utf8('a\n')])).toEqual(['a']);
    expect(await linesOf([])).toEqual([]);
  });

  test('chunks may cut lines, line ends and characters', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.string({ unit: 'grapheme' }).filter((line) => !/[\r\n\uFEFF]/.test(line)),
          { maxLength: 8 },
        ),
        fc.integer({ min: 1, max: 9 }),
        async (lines, size) => {
          const text = lines.map((line) => `${line}\r\n`).join('');
          expect(await linesOf(cut(utf8(text), size))).toEqual(lines);
        },
      ),
    );
  });

  test.each([1, 3, 7])(
    'an endless line is cut to nothing and counted once, in chunks of %d',
    async (size) => {
      let tooLong = 0;
      const options = { maxLength: 10, onTooLong: () => tooLong++ };
      const text = `short\n${'x'.repeat(100)}\nafter\n${'y'.repeat(100)}`;
      expect(await linesOf(cut(utf8(text), size), options)).toEqual(['short', 'after']);
      expect(tooLong).toBe(2);
    },
  );
});
