import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { addCells, maxCell, readCells, sumCells, writeCells } from './cells.ts';
import { HASH_LIMIT } from './hash.ts';
import { areFull, FREE_SLOT, newSlots, slotOf, sortedHashes, widerSlots } from './hash-slots.ts';
import { checkCount, checkHash, saturatingAdd } from './whole-number.ts';

const MAX_HASHES = 64;
const ROWS = 4;
const COLUMNS = 64;

/**
 * How much of everything the commonest item has. Exact to 64 distinct hashes; then a count-min sketch (Cormode,
 * Muthukrishnan 2005) of 4 × 64 cells, whose reading is an upper bound.
 */
export class TopShare {
  /** With the count of each beside it, at the same place. */
  #slots: number[] | undefined;
  #counts: number[] | undefined;
  #size = 0;
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
      const slots = other.#slots ?? [];
      const counts = other.#counts ?? [];
      const places = slots.length; // fixed first: the other may be this one
      for (let i = 0; i < places; i++) if (slots[i] !== FREE_SLOT) this.#add(slots[i]!, counts[i]!);
    }
  }

  /** The count of the commonest; once not exact, at least that; 0 when empty. */
  top(): number {
    const cells = this.#cells;
    if (cells === undefined) return maxCell(this.#counts ?? []);
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
    writer.varint(this.#size);
    let before = -1;
    for (const hash of sortedHashes(this.#slots)) {
      writer.varint(hash - before - 1);
      writer.varint(this.#counts![slotOf(this.#slots!, hash)]!);
      before = hash;
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
    if (this.#cells !== undefined) {
      addToCells(this.#cells, hash, count);
      return;
    }
    const slots = (this.#slots ??= newSlots());
    const counts = (this.#counts ??= NO_COUNTS.slice());
    const at = slotOf(slots, hash);
    if (slots[at] === hash) counts[at] = saturatingAdd(counts[at]!, count);
    else if (this.#size === MAX_HASHES) addToCells(this.#toCells(), hash, count);
    else if (areFull(slots, this.#size)) this.#widen(slots, counts, hash, count);
    else {
      slots[at] = hash;
      counts[at] = count;
      this.#size++;
    }
  }

  #widen(slots: readonly number[], counts: readonly number[], hash: number, count: number): void {
    const wider = widerSlots(slots);
    const widerCounts = new Array<number>(wider.length).fill(0);
    for (const [i, held] of slots.entries()) {
      if (held === FREE_SLOT) continue;
      const at = slotOf(wider, held);
      wider[at] = held;
      widerCounts[at] = counts[i]!;
    }
    const at = slotOf(wider, hash);
    wider[at] = hash;
    widerCounts[at] = count;
    this.#slots = wider;
    this.#counts = widerCounts;
    this.#size++;
  }

  #toCells(): Float64Array {
    if (this.#cells !== undefined) return this.#cells;
    const cells = new Float64Array(ROWS * COLUMNS);
    for (const [i, hash] of (this.#slots ?? []).entries()) {
      if (hash !== FREE_SLOT) addToCells(cells, hash, this.#counts![i]!);
    }
    this.#slots = undefined;
    this.#counts = undefined;
    this.#size = 0;
    this.#cells = cells;
    return cells;
  }
}

const NO_COUNTS: readonly number[] = [0, 0, 0, 0];

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
