import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { addCells, maxCell, readCells, sumCells, writeCells } from './cells.ts';
import { HASH_LIMIT } from './hash.ts';
import { lowerBound } from './sorted-numbers.ts';
import { checkCount, checkHash, saturatingAdd } from './whole-number.ts';

const MAX_HASHES = 64;
const ROWS = 4;
const COLUMNS = 64;

/**
 * How much of everything the commonest item has. Exact to 64 distinct hashes; then a count-min sketch (Cormode,
 * Muthukrishnan 2005) of 4 × 64 cells, whose reading is an upper bound.
 */
export class TopShare {
  /** Ascending, with the count of each beside it. */
  #hashes: number[] | undefined;
  #counts: number[] | undefined;
  #cells: Float64Array | undefined;
  #total = 0;

  get total(): number {
    return this.#total;
  }

  get exact(): boolean {
    return this.#cells === undefined;
  }

  add(hash: number, count = 1): void {
    checkHash('hash', hash);
    checkCount('count', count);
    if (count > 0) this.#add(hash, count);
  }

  merge(other: this): void {
    if (other.#cells !== undefined) {
      addCells(this.#toCells(), other.#cells);
      this.#total = saturatingAdd(this.#total, other.#total);
    } else {
      const { hashes, counts } = other.#exactItems();
      for (let i = 0; i < hashes.length; i++) this.#add(hashes[i]!, counts[i]!);
    }
  }

  /** The count of the commonest; once not exact, at least that; 0 when empty. */
  top(): number {
    const cells = this.#cells;
    if (cells === undefined) return maxCell(Float64Array.from(this.#counts ?? []));
    let top = Number.POSITIVE_INFINITY;
    for (let row = 0; row < ROWS; row++) top = Math.min(top, maxCell(rowOf(cells, row)));
    return top;
  }

  /** `top()` as a part of the total; NaN when empty. */
  share(): number {
    return this.#total === 0 ? Number.NaN : this.top() / this.#total;
  }

  /** Number of hashes (65 says cells), then their differences and counts, or the cells row by row. */
  encode(writer: ByteWriter): void {
    if (this.#cells !== undefined) {
      writer.varint(MAX_HASHES + 1);
      writeCells(writer, this.#cells);
      return;
    }
    const { hashes, counts } = this.#exactItems();
    writer.varint(hashes.length);
    let before = -1;
    for (let i = 0; i < hashes.length; i++) {
      writer.varint(hashes[i]! - before - 1);
      writer.varint(counts[i]!);
      before = hashes[i]!;
    }
  }

  static decode(reader: ByteReader): TopShare {
    const share = new TopShare();
    const size = reader.varint();
    if (size > MAX_HASHES + 1) reader.truncated = true;
    else if (size > MAX_HASHES) share.#decodeCells(reader);
    else share.#decodeHashes(reader, size);
    return reader.truncated ? new TopShare() : share;
  }

  #decodeCells(reader: ByteReader): void {
    const cells = new Float64Array(ROWS * COLUMNS);
    readCells(reader, cells);
    this.#cells = cells;
    this.#total = sumCells(rowOf(cells, 0));
    if (this.#total <= MAX_HASHES) reader.truncated = true;
    for (let row = 1; row < ROWS; row++) {
      if (sumCells(rowOf(cells, row)) !== this.#total) reader.truncated = true;
    }
  }

  #decodeHashes(reader: ByteReader, size: number): void {
    let hash = -1;
    for (let i = 0; i < size && !reader.truncated; i++) {
      hash += reader.varint() + 1;
      const count = reader.varint();
      if (hash >= HASH_LIMIT || count === 0) reader.truncated = true;
      else this.#add(hash, count);
    }
  }

  #add(hash: number, count: number): void {
    this.#total = saturatingAdd(this.#total, count);
    if (this.#cells === undefined) {
      const hashes = (this.#hashes ??= []);
      const counts = (this.#counts ??= []);
      const at = lowerBound(hashes, hash);
      if (hashes[at] === hash) {
        counts[at] = saturatingAdd(counts[at]!, count);
        return;
      }
      if (hashes.length < MAX_HASHES) {
        hashes.splice(at, 0, hash);
        counts.splice(at, 0, count);
        return;
      }
    }
    addToCells(this.#toCells(), hash, count);
  }

  #toCells(): Float64Array {
    if (this.#cells !== undefined) return this.#cells;
    const cells = new Float64Array(ROWS * COLUMNS);
    const { hashes, counts } = this.#exactItems();
    for (let i = 0; i < hashes.length; i++) addToCells(cells, hashes[i]!, counts[i]!);
    this.#hashes = undefined;
    this.#counts = undefined;
    this.#cells = cells;
    return cells;
  }

  #exactItems(): { hashes: readonly number[]; counts: readonly number[] } {
    return { hashes: this.#hashes ?? [], counts: this.#counts ?? [] };
  }
}

/** Each row takes its own six bits of the hash. */
function addToCells(cells: Float64Array, hash: number, count: number): void {
  const bits = hash >>> 0;
  for (let row = 0; row < ROWS; row++) {
    const cell = row * COLUMNS + ((bits >>> (6 * row)) & (COLUMNS - 1));
    cells[cell] = saturatingAdd(cells[cell]!, count);
  }
}

function rowOf(cells: Float64Array, row: number): Float64Array {
  return cells.subarray(row * COLUMNS, (row + 1) * COLUMNS);
}
