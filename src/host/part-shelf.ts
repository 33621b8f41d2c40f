import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';

/** Bytes by their place, for as long as they are wanted: a file, say. What was never written reads as anything. */
export interface ByteShelf {
  write(at: number, bytes: Uint8Array): void;
  /** Fills all of `into`. */
  read(at: number, into: Uint8Array): void;
}

/** Parts of one size in a row before they become one of the next size: so each byte is written log₄ of them times. */
const PARTS_OF_A_LEVEL = 4;
/** In front of a part: where the part before it is (0: there is none), its length, its level and its rank there. */
const HEADER = 14;
const SMALLEST_ROOM = 64;

interface Part {
  /** 0 for none: places begin at 1. */
  readonly at: number;
  /** With its header. */
  readonly length: number;
  readonly level: number;
  /** How many parts of this level there are up to this one. */
  readonly rank: number;
}

const NO_PART: Part = { at: 0, length: 0, level: 0, rank: 0 };

/**
 * Lists of parts that merge, each list by its number. Adding a part reads nothing until there are so many of like
 * size that they are joined: then what is known of a host a thousand times takes a few parts and its final size.
 */
export class PartShelf {
  readonly #shelf: ByteShelf;
  readonly #room = new ShelfRoom();
  // Of each list the part that came last.
  #at = new Float64Array(64);
  #length = new Uint32Array(64);
  #levels = new Uint8Array(64);
  #ranks = new Uint8Array(64);

  constructor(shelf: ByteShelf) {
    this.#shelf = shelf;
  }

  /** Bytes that were ever in use at once. */
  get bytes(): number {
    return this.#room.end;
  }

  has(list: number): boolean {
    return list < this.#at.length && this.#at[list]! > 0;
  }

  /** Adds a part; `join` makes one of several, in whatever order. */
  add(list: number, bytes: Uint8Array, join: (parts: Uint8Array[]) => Uint8Array): void {
    this.#reach(list);
    let [level, part] = [0, bytes];
    let before = this.#last(list);
    while (before.level === level && before.rank === PARTS_OF_A_LEVEL - 1) {
      const parts = [part];
      for (; before.at > 0 && before.level === level; before = this.#takeBefore(before, parts));
      part = join(parts);
      level++;
    }
    this.#put(list, part, level, before);
  }

  /** All parts of a list, those that came last first. */
  parts(list: number): Uint8Array[] {
    const parts: Uint8Array[] = [];
    if (!this.has(list)) return parts;
    for (let part = this.#last(list); part.at > 0; part = this.#readBefore(part, parts));
    return parts;
  }

  #last(list: number): Part {
    const at = this.#at[list]!;
    if (at === 0) return NO_PART;
    return { at, length: this.#length[list]!, level: this.#levels[list]!, rank: this.#ranks[list]! }; // prettier-ignore
  }

  #put(list: number, part: Uint8Array, level: number, before: Part): void {
    const writer = new ByteWriter(HEADER + part.length);
    writer.f64le(before.at);
    writer.u32le(before.length);
    writer.u8(before.level);
    writer.u8(before.rank);
    writer.slice(part);
    const bytes = writer.toBytes();
    const at = this.#room.take(bytes.length);
    this.#shelf.write(at, bytes);
    this.#at[list] = at;
    this.#length[list] = bytes.length;
    this.#levels[list] = level;
    this.#ranks[list] = before.at > 0 && before.level === level ? before.rank + 1 : 1;
  }

  #takeBefore(part: Part, parts: Uint8Array[]): Part {
    const before = this.#readBefore(part, parts);
    this.#room.give(part.at, part.length);
    return before;
  }

  /** Reads a part, and gives what is before it. */
  #readBefore({ at, length }: Part, parts: Uint8Array[]): Part {
    const bytes = new Uint8Array(length);
    this.#shelf.read(at, bytes);
    parts.push(bytes.subarray(HEADER));
    const header = new ByteReader(bytes);
    return { at: header.f64le(), length: header.u32le(), level: header.u8(), rank: header.u8() };
  }

  #reach(list: number): void {
    if (list < this.#at.length) return;
    const lists = Math.max(list + 1, 2 * this.#at.length);
    this.#at = widened(this.#at, new Float64Array(lists));
    this.#length = widened(this.#length, new Uint32Array(lists));
    this.#levels = widened(this.#levels, new Uint8Array(lists));
    this.#ranks = widened(this.#ranks, new Uint8Array(lists));
  }
}

function widened<T extends Float64Array | Uint32Array | Uint8Array>(from: T, into: T): T {
  into.set(from);
  return into;
}

/** Which stretches of a shelf are free, by size: 2ⁿ and three sizes between it and the next. */
class ShelfRoom {
  readonly #free = new Map<number, number[]>();
  end = SMALLEST_ROOM; // no part is at 0

  take(length: number): number {
    const size = roomFor(length);
    const at = this.#free.get(size)?.pop();
    if (at !== undefined) return at;
    this.end += size;
    return this.end - size;
  }

  give(at: number, length: number): void {
    const size = roomFor(length);
    const free = this.#free.get(size);
    if (free === undefined) this.#free.set(size, [at]);
    else free.push(at);
  }
}

function roomFor(length: number): number {
  if (length <= SMALLEST_ROOM) return SMALLEST_ROOM;
  const step = 2 ** (Math.floor(Math.log2(length - 1)) - 2);
  return Math.ceil(length / step) * step;
}
