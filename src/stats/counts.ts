import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { addCells, maxCell, readCells, sumCells, writeCells } from './cells.ts';
import { entropy } from './entropy.ts';
import { hashText } from './hash.ts';
import { readTextKey, toTextKey, writeTextKey } from './text-key.ts';
import { checkCount, saturatingAdd } from './whole-number.ts';

const MAX_KEYS = 64;
const LANES = 64;

/**
 * How often each category was seen. Exact to 64 distinct keys; with the 65th all counts move into 64 lanes by the
 * hash of their key. What is held is a function of the multiset added, never of its order.
 */
export class CategoryCounts {
  /** In the order they came, with the count of each beside it: most states have a handful, and looking is quicker. */
  #keys: string[] | undefined;
  #keyCounts: number[] | undefined;
  #lanes: Float64Array | undefined;
  #total = 0;

  get total(): number {
    return this.#total;
  }

  /** True while every key is known by name. */
  get exact(): boolean {
    return this.#lanes === undefined;
  }

  /** The number of keys; once not exact, of the lanes in use: a lower bound, at most 64. */
  get distinct(): number {
    if (this.#lanes === undefined) return this.#keys?.length ?? 0;
    return this.#lanes.reduce((used, count) => used + (count > 0 ? 1 : 0), 0);
  }

  add(key: string, count = 1): void {
    if (count !== 1) checkCount('count', count);
    if (count === 0) return;
    // A key that is held is in its kept form already.
    const at = this.#keys === undefined ? -1 : placeOf(this.#keys, key);
    if (at < 0) this.#add(toTextKey(key), count);
    else this.#addAt(at, count);
  }

  merge(other: this): void {
    if (other.#lanes !== undefined) {
      addCells(this.#toLanes(), other.#lanes);
      this.#total = saturatingAdd(this.#total, other.#total);
    } else if (other.#keys !== undefined) {
      const { length } = other.#keys; // fixed first: the other may be this one
      for (let i = 0; i < length; i++) this.#add(other.#keys[i]!, other.#keyCounts![i]!);
    }
  }

  /** How often the key was added; once not exact, an upper bound. */
  count(key: string): number {
    const kept = toTextKey(key);
    if (this.#lanes !== undefined) return this.#lanes[laneOf(kept)] ?? 0;
    const at = this.#keys === undefined ? -1 : placeOf(this.#keys, kept);
    return at < 0 ? 0 : this.#keyCounts![at]!;
  }

  /** The key's part of the total; NaN when nothing was added. */
  share(key: string): number {
    return this.#total === 0 ? Number.NaN : this.count(key) / this.#total;
  }

  /** The commonest key's part of the total (once not exact, the fullest lane's); NaN when nothing was added. */
  topShare(): number {
    if (this.#total === 0) return Number.NaN;
    return maxCell(this.#counts()) / this.#total;
  }

  /** Bits, over keys or lanes (so at most 6 once not exact); NaN when nothing was added. */
  entropy(): number {
    return entropy(this.#counts());
  }

  /** Keys and their counts, the commonest first, equals by key; empty once not exact, as lanes have no names. */
  entries(): [key: string, count: number][] {
    return this.#sortedKeys().sort((a, b) => b[1] - a[1]);
  }

  /** Number of keys (65 says lanes), then keys in code unit order with their counts, or the lanes. */
  encode(writer: ByteWriter): void {
    if (this.#lanes !== undefined) {
      writer.varint(MAX_KEYS + 1);
      writeCells(writer, this.#lanes);
      return;
    }
    const keys = this.#sortedKeys();
    writer.varint(keys.length);
    for (const [key, count] of keys) {
      writeTextKey(writer, key);
      writer.varint(count);
    }
  }

  static decode(reader: ByteReader): CategoryCounts {
    const counts = new CategoryCounts();
    const size = reader.varint();
    if (size > MAX_KEYS + 1) reader.truncated = true;
    else if (size > MAX_KEYS) counts.#decodeLanes(reader);
    else counts.#decodeKeys(reader, size);
    return reader.truncated ? new CategoryCounts() : counts;
  }

  #decodeLanes(reader: ByteReader): void {
    this.#lanes = new Float64Array(LANES);
    readCells(reader, this.#lanes);
    this.#total = sumCells(this.#lanes);
    if (this.#total <= MAX_KEYS) reader.truncated = true;
  }

  #decodeKeys(reader: ByteReader, size: number): void {
    let before: string | undefined;
    for (let i = 0; i < size && !reader.truncated; i++) {
      const key = readTextKey(reader);
      const count = reader.varint();
      if (count === 0 || (before !== undefined && key <= before)) reader.truncated = true;
      else this.#add(key, count);
      before = key;
    }
  }

  #add(key: string, count: number): void {
    if (this.#lanes === undefined) {
      const keys = (this.#keys ??= []);
      const at = placeOf(keys, key);
      if (at >= 0) {
        this.#addAt(at, count);
        return;
      }
      if (keys.length < MAX_KEYS) {
        this.#total = saturatingAdd(this.#total, count);
        keys.push(key);
        (this.#keyCounts ??= []).push(count);
        return;
      }
    }
    this.#total = saturatingAdd(this.#total, count);
    const lanes = this.#toLanes();
    const lane = laneOf(key);
    lanes[lane] = saturatingAdd(lanes[lane]!, count);
  }

  #addAt(at: number, count: number): void {
    this.#total = saturatingAdd(this.#total, count);
    this.#keyCounts![at] = saturatingAdd(this.#keyCounts![at]!, count);
  }

  #toLanes(): Float64Array {
    if (this.#lanes !== undefined) return this.#lanes;
    const lanes = new Float64Array(LANES);
    for (const [i, key] of (this.#keys ?? []).entries()) {
      const lane = laneOf(key);
      lanes[lane] = saturatingAdd(lanes[lane]!, this.#keyCounts![i]!);
    }
    this.#keys = undefined;
    this.#keyCounts = undefined;
    this.#lanes = lanes;
    return lanes;
  }

  #counts(): ArrayLike<number> & Iterable<number> {
    return this.#lanes ?? this.#keyCounts ?? [];
  }

  #sortedKeys(): [string, number][] {
    return (this.#keys ?? [])
      .map((key, i): [string, number] => [key, this.#keyCounts![i]!])
      .sort((a, b) => (a[0] < b[0] ? -1 : 1));
  }
}

/** −1 for a key that is not there. */
function placeOf(keys: readonly string[], key: string): number {
  for (let i = 0; i < keys.length; i++) if (keys[i] === key) return i;
  return -1;
}

function laneOf(key: string): number {
  return hashText(key) % LANES;
}
