import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineSplitter, type LineOptions } from '../../src/bytes/lines.ts';

function linesOf(chunks: readonly Uint8Array[], options?: LineOptions): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((bytes, start, end) => {
    lines.push(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(start, end)));
  }, options);
  for (const chunk of chunks) {
    const reused = chunk.slice();
    splitter.push(reused);
    reused.fill(0x21); // a chunk may be overwritten once it was pushed
  }
  splitter.end();
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

describe('LineSplitter', () => {
  test('line ends of both kinds go, empty lines stay, the last one needs none', () => {
    expect(linesOf([utf8('a\r\n\nb\r\nc')])).toEqual(['a', '', 'b', 'c']);
    expect(linesOf([utf8('a\n')])).toEqual(['a']);
    expect(linesOf([])).toEqual([]);
  });

  test('chunks may cut lines, line ends and characters', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ unit: 'grapheme' }).filter((line) => !/[\r\n\uFEFF]/.test(line)),
          { maxLength: 8 },
        ),
        fc.integer({ min: 1, max: 9 }),
        (lines, size) => {
          const text = lines.map((line) => `${line}\r\n`).join('');
          expect(linesOf(cut(utf8(text), size))).toEqual(lines);
        },
      ),
    );
  });

  test.each([1, 3, 7])(
    'an endless line is cut to nothing and counted once, in chunks of %d',
    (size) => {
      let tooLong = 0;
      const options = { maxLength: 10, onTooLong: () => tooLong++ };
      const text = `short\n${'x'.repeat(100)}\nafter\n${'y'.repeat(100)}`;
      expect(linesOf(cut(utf8(text), size), options)).toEqual(['short', 'after']);
      expect(tooLong).toBe(2);
    },
  );

  test('a byte-order mark goes from the beginning and from nowhere else', () => {
    expect(linesOf([utf8('\uFEFFa\n\uFEFFb')])).toEqual(['a', '\uFEFFb']);
    expect(linesOf(cut(utf8('\uFEFFa\n'), 1))).toEqual(['a']);
    expect(linesOf([utf8('\n\uFEFFb')])).toEqual(['', '\uFEFFb']);
  });

  test('a line is too long by its own bytes, wherever it lies', () => {
    const options = { maxLength: 3 };
    expect(linesOf([utf8('abc\nabcd\nabc\n')], options)).toEqual(['abc', 'abc']);
    expect(linesOf(cut(utf8('abc\nabcd\nabc\n'), 2), options)).toEqual(['abc', 'abc']);
  });
});
