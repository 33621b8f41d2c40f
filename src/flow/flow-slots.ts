/**
 * Columns of the open flows and the hash index over their keys: integers only, nothing is allocated per packet.
 * A slot is a row number; free slots are chained through `next`, used ones form a list from the longest idle to
 * the most recent through `previous` and `next`.
 */

/** 32-bit words of a key: two addresses, two ports, protocol with direction bits. */
export const KEY_WORDS = 10;

export const NONE = -1;

/** Columns of 64-bit floats, one row a slot (all hold integers). */
const COLUMNS = [
  'startUs', 'endUs', 'packetsA', 'packetsB', 'ipBytesA', 'ipBytesB', 'payloadA', 'payloadB',
  'bucketUs', 'position', 'atomFirstUs', 'runFirstUs', 'runEndUs', 'runHigh',
] as const; // prettier-ignore

type Columns = Record<(typeof COLUMNS)[number], Float64Array>;

export class FlowSlots {
  columns: Columns;
  keys: Uint32Array;
  hashes: Int32Array;
  /** First eight and last four first-occurrence letters, four bits each, and the set of those seen. */
  lettersLow: Uint32Array;
  lettersHigh: Uint16Array;
  lettersSeen: Uint16Array;
  flags: Uint8Array;
  service: Uint16Array;
  previous: Int32Array;
  next: Int32Array;
  capacity: number;
  size = 0;
  oldest = NONE;
  newest = NONE;
  #free = NONE;
  #used = 0;
  /** Slot + 1 at the place its hash points to, or at the next free place after it; 0 is empty. */
  #index: Int32Array;
  #mask: number;

  constructor(capacity = 1024) {
    this.capacity = capacity;
    this.columns = Object.fromEntries(
      COLUMNS.map((name) => [name, new Float64Array(capacity)]),
    ) as Columns;
    this.keys = new Uint32Array(capacity * KEY_WORDS);
    this.hashes = new Int32Array(capacity);
    this.lettersLow = new Uint32Array(capacity);
    this.lettersHigh = new Uint16Array(capacity);
    this.lettersSeen = new Uint16Array(capacity);
    this.flags = new Uint8Array(capacity);
    this.service = new Uint16Array(capacity);
    this.previous = new Int32Array(capacity);
    this.next = new Int32Array(capacity);
    this.#index = new Int32Array(capacity * 4);
    this.#mask = capacity * 4 - 1;
  }

  /** True for a slot that holds a flow. Only slots below `end` were ever used. */
  isUsed(slot: number): boolean {
    return this.previous[slot] !== FREE;
  }

  get end(): number {
    return this.#used;
  }

  find(key: Uint32Array, hash: number): number {
    const { keys, hashes } = this;
    for (let place = hash & this.#mask; ; place = (place + 1) & this.#mask) {
      const slot = this.#index[place]! - 1;
      if (slot < 0) return NONE;
      if (hashes[slot] === hash && sameKey(keys, slot * KEY_WORDS, key)) return slot;
    }
  }

  /** A slot for a key that is not there; its columns hold old values until the caller sets them. */
  add(key: Uint32Array, hash: number): number {
    let slot = this.#free;
    if (slot !== NONE) this.#free = this.next[slot]!;
    else {
      if (this.#used === this.capacity) this.#grow();
      slot = this.#used++;
    }
    this.size++;
    this.keys.set(key, slot * KEY_WORDS);
    this.hashes[slot] = hash;
    this.#enter(slot);
    this.#append(slot);
    return slot;
  }

  remove(slot: number): void {
    this.#leave(slot);
    this.#unlink(slot);
    this.previous[slot] = FREE;
    this.next[slot] = this.#free;
    this.#free = slot;
    this.size--;
  }

  /** Makes the slot the most recent one. */
  touch(slot: number): void {
    if (slot === this.newest) return;
    this.#unlink(slot);
    this.#append(slot);
  }

  #append(slot: number): void {
    this.previous[slot] = this.newest;
    this.next[slot] = NONE;
    if (this.newest === NONE) this.oldest = slot;
    else this.next[this.newest] = slot;
    this.newest = slot;
  }

  #unlink(slot: number): void {
    const previous = this.previous[slot]!;
    const next = this.next[slot]!;
    if (previous === NONE) this.oldest = next;
    else this.next[previous] = next;
    if (next === NONE) this.newest = previous;
    else this.previous[next] = previous;
  }

  #enter(slot: number): void {
    let place = this.hashes[slot]! & this.#mask;
    while (this.#index[place] !== 0) place = (place + 1) & this.#mask;
    this.#index[place] = slot + 1;
  }

  /** Removal by shifting back what follows (Knuth, TAOCP vol. 3, 6.4 algorithm R): no tombstones to clean up. */
  #leave(slot: number): void {
    const index = this.#index;
    const mask = this.#mask;
    let hole = this.hashes[slot]! & mask;
    while (index[hole] !== slot + 1) hole = (hole + 1) & mask;
    for (let place = (hole + 1) & mask; index[place] !== 0; place = (place + 1) & mask) {
      const home = this.hashes[index[place]! - 1]! & mask;
      if (((place - home) & mask) < ((place - hole) & mask)) continue;
      index[hole] = index[place]!;
      hole = place;
    }
    index[hole] = 0;
  }

  #grow(): void {
    const capacity = this.capacity * 2;
    for (const name of COLUMNS) this.columns[name] = widened(this.columns[name], capacity);
    this.keys = widened(this.keys, capacity * KEY_WORDS);
    this.hashes = widened(this.hashes, capacity);
    this.lettersLow = widened(this.lettersLow, capacity);
    this.lettersHigh = widened(this.lettersHigh, capacity);
    this.lettersSeen = widened(this.lettersSeen, capacity);
    this.flags = widened(this.flags, capacity);
    this.service = widened(this.service, capacity);
    this.previous = widened(this.previous, capacity);
    this.next = widened(this.next, capacity);
    this.capacity = capacity;
    this.#index = new Int32Array(capacity * 4);
    this.#mask = capacity * 4 - 1;
    for (let slot = 0; slot < this.#used; slot++) this.#enter(slot); // all are used when it grows
  }
}

const FREE = -2;

function sameKey(keys: Uint32Array, start: number, key: Uint32Array): boolean {
  // Ports and the low address words differ most often.
  return (
    keys[start + 8] === key[8] &&
    keys[start + 3] === key[3] &&
    keys[start + 7] === key[7] &&
    keys[start + 9] === key[9] &&
    keys[start] === key[0] &&
    keys[start + 1] === key[1] &&
    keys[start + 2] === key[2] &&
    keys[start + 4] === key[4] &&
    keys[start + 5] === key[5] &&
    keys[start + 6] === key[6]
  );
}

interface GrowableArray<Self> {
  set(values: Self): void;
}

function widened<T extends GrowableArray<T> & { constructor: unknown }>(old: T, length: number): T {
  const wider = new (old.constructor as new (length: number) => T)(length);
  wider.set(old);
  return wider;
}
