import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { addCells, readCells, sumCells, writeCells } from './cells.ts';
import { entropy } from './entropy.ts';
import { checkCount, saturatingAdd, toWhole } from './whole-number.ts';

const BUCKETS = 64;

/** The most that integers of 53 bits reach. */
const LAST_BUCKET = 53;

/**
 * Counts by order of magnitude, in 64 log₂ buckets: bucket 0 holds 0, bucket i holds 2^(i−1) … 2^i − 1. (Integers
 * to 2⁵³ − 1 reach bucket 53; the others stay empty.)
 */
export class LogHistogram {
  #buckets: Float64Array | undefined;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Numbers in 0 … 2⁵³ − 1; others than integers are rounded. */
  add(value: number, count = 1): void {
    const bucket = bucketOf(toWhole('value', value));
    checkCount('count', count);
    if (count === 0) return;
    this.#buckets ??= new Float64Array(BUCKETS);
    this.#buckets[bucket] = saturatingAdd(this.#buckets[bucket]!, count);
    this.#count = saturatingAdd(this.#count, count);
  }

  merge(other: this): void {
    if (other.#buckets === undefined) return;
    this.#buckets ??= new Float64Array(BUCKETS);
    addCells(this.#buckets, other.#buckets);
    this.#count = saturatingAdd(this.#count, other.#count);
  }

  /** The count of bucket 0 … 63. */
  bucket(index: number): number {
    if (!Number.isInteger(index) || index < 0 || index >= BUCKETS) {
      throw new RangeError(`index: expected an integer in 0 … ${BUCKETS - 1}, got ${index}`);
    }
    return this.#buckets?.[index] ?? 0;
  }

  /** Bits; NaN when empty. */
  entropy(): number {
    return entropy(this.#buckets ?? []);
  }

  /** One byte says whether anything follows; then the buckets 0 … 53. */
  encode(writer: ByteWriter): void {
    writer.u8(this.#buckets === undefined ? 0 : 1);
    if (this.#buckets !== undefined) writeCells(writer, this.#buckets.subarray(0, LAST_BUCKET + 1));
  }

  static decode(reader: ByteReader): LogHistogram {
    const histogram = new LogHistogram();
    const presence = reader.u8();
    if (presence === 0) return histogram;
    const buckets = new Float64Array(BUCKETS);
    readCells(reader, buckets.subarray(0, LAST_BUCKET + 1));
    const count = sumCells(buckets);
    if (presence !== 1 || count === 0) reader.truncated = true;
    if (reader.truncated) return histogram;
    histogram.#buckets = buckets;
    histogram.#count = count;
    return histogram;
  }
}

/** The number of binary digits. */
function bucketOf(value: number): number {
  const high = Math.floor(value / 2 ** 32);
  return high > 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(value);
}
