import { KEY_LAYOUT } from './flow-key.ts';
import { ROW_LAYOUT } from './flow-row.ts';

const { IS_WIDE, KEY_A, KEY_B, KEY_HASH, KEY_PORTS, KEY_PROTOCOL, KEY_UPPER } = KEY_LAYOUT;

const { ADDRESS_A, ADDRESS_B, FREE, HASH, PORTS, POSITION, PROTOCOL, ROW_INTS, ROW_NUMBERS } =
  ROW_LAYOUT;

export const NONE = -1;

/** Keys that `touch` takes at most. */
const MOST_TOUCHED = 64;

/** Rows of a block: 4 MiB, so that growing never copies more than one block. */
const BLOCK_ROWS = 1 << 15;
export const BLOCK_BITS = 15;
export const ROW_MASK = BLOCK_ROWS - 1;
/** Large buffers begin 16 bytes into a page (glibc's malloc): rows that begin here lie in two cache lines, not three. */
const ALIGN = 48;
/** Slots filled of the index at most, in tenths. */
const FULL_TENTHS = 7;

/**
 * Rows of the open flows (see `flow-row.ts`) in blocks that never move, and a hash index over their keys. A slot
 * is the number of a row. A packet touches one line of the index and the two of its row: in a table of millions
 * the time goes into those.
 */
export class FlowSlots {
  /** The block of a slot, both ways to read it: `slot >>> BLOCK_BITS`. */
  readonly ints: Int32Array[] = [];
  readonly numbers: Float64Array[] = [];
  /** Six upper address words a row (and two unused), for blocks that have an IPv6 flow. */
  readonly #upper: (Int32Array | undefined)[] = [];
  size = 0;
  /** Means nothing: it keeps what only fetches from being optimised away. */
  touched = 0;
  /** Slots below it were used at least once. */
  end = 0;
  #capacity = 0;
  /** Where the keys that were touched stand, if they do: whether so is for `holds` to say. `NONE`: nowhere. */
  readonly hints = new Int32Array(MOST_TOUCHED);
  #firstFree = NONE;
  /** Pairs of hash and slot + 1, at the place the hash points to or the next free one after it; 0 is empty. */
  #index: Int32Array;
  #mask: number;

  constructor(capacity = 256) {
    this.#addBlock(Math.min(capacity, BLOCK_ROWS));
    this.#index = new Int32Array(capacity * 4);
    this.#mask = capacity * 2 - 1;
  }

  /**
   * Fetches what `find` will look at, for keys that stand every `step` words from `at` to `end`: first all lines of
   * the index, then all rows, so that they are on their way at the same time.
   */
  touch(keys: Int32Array, at: number, step: number, end: number): void {
    const index = this.#index;
    const mask = this.#mask;
    const { hints } = this;
    let touched = 0;
    // Nothing is decided by what has not come yet: a branch guessed wrong would wait for it, and all behind it too.
    for (let key = at; key < end; key += step)
      touched ^= index[2 * (keys[key + KEY_HASH]! & mask)]!;
    let count = 0;
    for (let key = at; key < end; key += step) {
      const hash = keys[key + KEY_HASH]!;
      let place = hash & mask;
      while (index[2 * place] !== hash && index[2 * place + 1] !== 0) place = (place + 1) & mask;
      hints[count++] = index[2 * place + 1]! - 1;
    }
    for (let i = 0; i < count; i++) {
      const slot = hints[i]!;
      if (slot < 0) continue;
      const ints = this.ints[slot >>> BLOCK_BITS]!;
      const row = (slot & ROW_MASK) * ROW_INTS;
      touched ^= ints[row]! ^ ints[row + ADDRESS_A]!;
    }
    this.touched = touched;
  }

  /** The slot of the key that stands in `keys` from `at` on. */
  find(keys: Int32Array, at: number): number {
    const hash = keys[at + KEY_HASH]!;
    const index = this.#index;
    const mask = this.#mask;
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const slot = index[2 * place + 1]! - 1;
      if (slot < 0) return NONE;
      if (index[2 * place] === hash && this.#holds(slot, keys, at)) return slot;
    }
  }

  /** A slot for a key that is not there; its row holds old values until the caller sets them. */
  add(keys: Int32Array, at: number): number {
    if (++this.size * 10 > (this.#mask + 1) * FULL_TENTHS) this.#widenIndex();
    const slot = this.#takeRow();
    const ints = this.ints[slot >>> BLOCK_BITS]!;
    const row = (slot & ROW_MASK) * ROW_INTS;
    const hash = keys[at + KEY_HASH]!;
    ints[row + ADDRESS_A] = keys[at + KEY_A]!;
    ints[row + ADDRESS_B] = keys[at + KEY_B]!;
    ints[row + PORTS] = keys[at + KEY_PORTS]!;
    ints[row + PROTOCOL] = keys[at + KEY_PROTOCOL]!;
    ints[row + HASH] = hash;
    if ((keys[at + KEY_PROTOCOL]! & IS_WIDE) !== 0) {
      const upper = this.#upperOf(slot >>> BLOCK_BITS);
      const to = (slot & ROW_MASK) * 8;
      for (let i = 0; i < 6; i++) upper[to + i] = keys[at + KEY_UPPER + i]!;
    }
    enter(this.#index, this.#mask, hash, slot + 1);
    return slot;
  }

  remove(slot: number): void {
    const ints = this.ints[slot >>> BLOCK_BITS]!;
    const row = slot & ROW_MASK;
    this.#leave(slot, ints[row * ROW_INTS + HASH]!);
    ints[row * ROW_INTS + PROTOCOL] = FREE;
    ints[row * ROW_INTS + ADDRESS_A] = this.#firstFree;
    this.numbers[slot >>> BLOCK_BITS]![row * ROW_NUMBERS + POSITION] = Infinity;
    this.#firstFree = slot;
    this.size--;
  }

  isUsed(slot: number): boolean {
    const ints = this.ints[slot >>> BLOCK_BITS]!;
    return ints[(slot & ROW_MASK) * ROW_INTS + PROTOCOL] !== FREE;
  }

  /** The upper words of both addresses into `into`, for a slot whose protocol says `IS_WIDE`. */
  readUpper(slot: number, into: Int32Array): void {
    const from = (slot & ROW_MASK) * 8;
    into.set(this.#upperOf(slot >>> BLOCK_BITS).subarray(from, from + 6));
  }

  #holds(slot: number, keys: Int32Array, at: number): boolean {
    const ints = this.ints[slot >>> BLOCK_BITS]!;
    const row = (slot & ROW_MASK) * ROW_INTS;
    const protocol = keys[at + KEY_PROTOCOL]!;
    return (
      ints[row + ADDRESS_A] === keys[at + KEY_A] &&
      ints[row + ADDRESS_B] === keys[at + KEY_B] &&
      ints[row + PORTS] === keys[at + KEY_PORTS] &&
      ints[row + PROTOCOL] === protocol &&
      ((protocol & IS_WIDE) === 0 || this.holdsUpper(slot, keys, at + KEY_UPPER))
    );
  }

  /** Whether the slot's key has the upper words that stand in `keys` from `at` on. */
  holdsUpper(slot: number, keys: Int32Array, at: number): boolean {
    const words = this.#upperOf(slot >>> BLOCK_BITS);
    const from = (slot & ROW_MASK) * 8;
    for (let i = 0; i < 6; i++) if (words[from + i] !== keys[at + i]) return false;
    return true;
  }

  #takeRow(): number {
    const free = this.#firstFree;
    if (free !== NONE) {
      this.#firstFree = this.ints[free >>> BLOCK_BITS]![(free & ROW_MASK) * ROW_INTS + ADDRESS_A]!;
      return free;
    }
    if (this.end === this.#capacity) this.#grow();
    return this.end++;
  }

  /** The first block doubles until it is a whole one; then there is another. */
  #grow(): void {
    if (this.#capacity >= BLOCK_ROWS) {
      this.#addBlock(BLOCK_ROWS);
      return;
    }
    const [old, upper] = [this.ints.pop()!, this.#upper.pop()];
    const rows = this.#capacity * 2;
    this.numbers.pop();
    this.#capacity = 0;
    this.#addBlock(Math.min(rows, BLOCK_ROWS));
    this.ints[0]!.set(old);
    if (upper !== undefined) this.#upperOf(0).set(upper);
  }

  #addBlock(rows: number): void {
    const bytes = new ArrayBuffer(ALIGN + rows * ROW_INTS * 4);
    this.ints.push(new Int32Array(bytes, ALIGN));
    this.numbers.push(new Float64Array(bytes, ALIGN));
    this.#upper.push(undefined);
    this.#capacity += rows;
  }

  #upperOf(block: number): Int32Array {
    return (this.#upper[block] ??= new Int32Array((this.ints[block]!.length / ROW_INTS) * 8));
  }

  /** Doubles the index. Its entries carry their hashes, so no row is looked at. */
  #widenIndex(): void {
    const old = this.#index;
    this.#index = new Int32Array(old.length * 2);
    this.#mask = old.length - 1;
    for (let i = 0; i < old.length; i += 2) {
      if (old[i + 1] !== 0) enter(this.#index, this.#mask, old[i]!, old[i + 1]!);
    }
  }

  /** Removal by shifting back what follows (Knuth, TAOCP vol. 3, 6.4 algorithm R): no tombstones to clean up. */
  #leave(slot: number, hash: number): void {
    const index = this.#index;
    const mask = this.#mask;
    let hole = hash & mask;
    while (index[2 * hole + 1] !== slot + 1) hole = (hole + 1) & mask;
    for (let place = (hole + 1) & mask; index[2 * place + 1] !== 0; place = (place + 1) & mask) {
      const home = index[2 * place]! & mask;
      if (((place - home) & mask) < ((place - hole) & mask)) continue;
      index[2 * hole] = index[2 * place]!;
      index[2 * hole + 1] = index[2 * place + 1]!;
      hole = place;
    }
    index[2 * hole] = 0;
    index[2 * hole + 1] = 0;
  }
}

function enter(index: Int32Array, mask: number, hash: number, entry: number): void {
  let place = hash & mask;
  while (index[2 * place + 1] !== 0) place = (place + 1) & mask;
  index[2 * place] = hash;
  index[2 * place + 1] = entry;
}
