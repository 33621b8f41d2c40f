import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { saturatingAdd } from './whole-number.ts';

/**
 * Writes a fixed number of counts, mostly zeros or mostly not: each count is a varint, and a run of zeros is one 0
 * and the number of zeros that follow it.
 */
export function writeCells(writer: ByteWriter, cells: ArrayLike<number>): void {
  for (let i = 0; i < cells.length;) {
    if (cells[i] !== 0) {
      writer.varint(cells[i++]!);
      continue;
    }
    const start = i++;
    while (i < cells.length && cells[i] === 0) i++;
    writer.varint(0);
    writer.varint(i - start - 1);
  }
}

/** Fills `cells`; marks the reader on counts over `limit`, and on runs that are split or too long. */
export function readCells(
  reader: ByteReader,
  cells: number[] | Float64Array | Uint8Array,
  limit: number = Number.MAX_SAFE_INTEGER,
): void {
  let afterRun = false;
  for (let i = 0; i < cells.length && !reader.truncated;) {
    const count = reader.varint();
    if (count > limit) reader.truncated = true;
    else if (count > 0) {
      cells[i++] = count;
      afterRun = false;
    } else {
      const run = reader.varint() + 1;
      if (afterRun || run > cells.length - i) reader.truncated = true;
      i += run;
      afterRun = true;
    }
  }
}

/** Adds the second cells to the first, one by one. */
export function addCells(into: number[] | Float64Array, cells: ArrayLike<number>): void {
  for (let i = 0; i < into.length; i++) into[i] = saturatingAdd(into[i]!, cells[i]!);
}

/** What all cells count together. */
export function sumCells(cells: Float64Array): number {
  return cells.reduce(saturatingAdd, 0);
}

/** The largest cell; 0 when there is none. */
export function maxCell(cells: Iterable<number>): number {
  let max = 0;
  for (const cell of cells) if (cell > max) max = cell;
  return max;
}

const zeros: number[][] = [];

/** So many cells in a plain array of doubles: a typed one lies outside the heap and takes a microsecond to make. */
export function plainCells(length: number): number[] {
  return (zeros[length] ??= zeroCells(length)).slice();
}

/** Begun with a fraction, the array and its copies hold plain doubles for ever. */
function zeroCells(length: number): number[] {
  return Array.from({ length }, () => 0.5).fill(0);
}
