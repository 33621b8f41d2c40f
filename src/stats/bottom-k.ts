import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { HASH_LIMIT } from './hash.ts';
import { lowerBound } from './sorted-numbers.ts';
import { checkHash } from './whole-number.ts';

const MOST_VALUES = 4096;

/** How a sampled value is written; `decode` never throws, and marks the reader when the bytes are wrong. */
export interface ValueCodec<T> {
  encode(writer: ByteWriter, value: T): void;
  decode(reader: ByteReader): T;
}

/**
 * A sample that merges: the k values with the smallest hashes, one per hash. Of several values with one hash the
 * one whose encoded bytes come first is kept. Values are shared between states, so they must not be changed.
 */
export class BottomK<T> {
  readonly k: number;
  readonly #codec: ValueCodec<T>;
  /** Ascending, with the value of each beside it. */
  #hashes: number[] | undefined;
  #values: T[] | undefined;

  constructor(k: number, codec: ValueCodec<T>) {
    if (!Number.isInteger(k) || k < 1 || k > MOST_VALUES) {
      throw new RangeError(`k: expected an integer in 1 … ${MOST_VALUES}, got ${k}`);
    }
    this.k = k;
    this.#codec = codec;
  }

  get size(): number {
    return this.#hashes?.length ?? 0;
  }

  /** Whether a value of this hash may be kept: what is costly to make need not be made for one that will not. */
  wants(hash: number): boolean {
    const hashes = this.#hashes;
    return hashes === undefined || hashes.length < this.k || hash <= hashes[this.k - 1]!;
  }

  add(hash: number, value: T): void {
    checkHash('hash', hash);
    this.#add(hash, value);
  }

  merge(other: this): void {
    if (other.k !== this.k) throw new RangeError(`other: expected k = ${this.k}, got ${other.k}`);
    const hashes = other.#hashes ?? [];
    const values = other.#values ?? [];
    for (let i = 0; i < hashes.length; i++) this.#add(hashes[i]!, values[i]!);
  }

  /** Ordered by hash. */
  values(): T[] {
    return this.#values?.slice() ?? [];
  }

  /** Number of values, then each hash's distance from the one before, the length of its value and the value. */
  encode(writer: ByteWriter): void {
    const hashes = this.#hashes ?? [];
    writer.varint(hashes.length);
    let before = -1;
    for (let i = 0; i < hashes.length; i++) {
      writer.varint(hashes[i]! - before - 1);
      const bytes = this.#encoded(this.#values![i]!);
      writer.varint(bytes.length);
      writer.slice(bytes);
      before = hashes[i]!;
    }
  }

  /** The last two arguments are those of the constructor. */
  static decode<T>(reader: ByteReader, k: number, codec: ValueCodec<T>): BottomK<T> {
    const sample = new BottomK<T>(k, codec);
    const size = reader.varint();
    if (size > k) reader.truncated = true;
    let hash = -1;
    for (let i = 0; i < size && !reader.truncated; i++) {
      hash += reader.varint() + 1;
      const inner = new ByteReader(reader.slice(reader.varint()));
      const value = codec.decode(inner);
      if (hash >= HASH_LIMIT || inner.truncated || inner.left > 0) reader.truncated = true;
      else sample.#add(hash, value);
    }
    return reader.truncated ? new BottomK<T>(k, codec) : sample;
  }

  #add(hash: number, value: T): void {
    const hashes = (this.#hashes ??= []);
    const values = (this.#values ??= []);
    const at = lowerBound(hashes, hash);
    if (at >= this.k) return;
    if (hashes[at] === hash) {
      if (this.#comesBefore(value, values[at]!)) values[at] = value;
      return;
    }
    hashes.splice(at, 0, hash);
    values.splice(at, 0, value);
    if (hashes.length > this.k) {
      hashes.pop();
      values.pop();
    }
  }

  #comesBefore(a: T, b: T): boolean {
    return a !== b && compareBytes(this.#encoded(a), this.#encoded(b)) < 0;
  }

  #encoded(value: T): Uint8Array {
    const writer = new ByteWriter(64);
    this.#codec.encode(writer, value);
    return writer.toBytes();
  }
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}
