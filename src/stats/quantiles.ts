import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { checkCount, saturatingAdd, toWhole } from './whole-number.ts';

const RELATIVE_ERROR = 0.01;
const GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);
const LOG_GAMMA = Math.log(GAMMA);

/** Bucket 0 holds 0, bucket i the integers in (γ^(i−2), γ^(i−1)]. */
function bucketOf(value: number): number {
  return value === 0 ? 0 : Math.ceil(Math.log(value) / LOG_GAMMA) + 1;
}

const LAST_BUCKET = bucketOf(Number.MAX_SAFE_INTEGER);

/** Below this two neighbouring integers never share a bucket, so a bucket is read as the integer it holds. */
const SINGLE_BELOW = 1 / (GAMMA - 1);

/**
 * Quantiles of integers in 0 … 2⁵³ − 1 within 1 % of the true value: DDSketch (Masson, Rim, Lee 2019) with a fixed
 * scale. That range has 1,838 buckets, held sparsely, so nothing is ever collapsed. Integers below 50 are exact.
 */
export class QuantileSketch {
  #buckets: Map<number, number> | undefined;
  #count = 0;
  #min = Number.NaN;
  #max = Number.NaN;

  get count(): number {
    return this.#count;
  }

  /** Exact; NaN when empty. */
  get min(): number {
    return this.#min;
  }

  /** Exact; NaN when empty. */
  get max(): number {
    return this.#max;
  }

  /** Other numbers than integers are rounded. */
  add(value: number, count = 1): void {
    const whole = toWhole('value', value);
    checkCount('count', count);
    if (count === 0) return;
    this.#widen(whole, whole);
    this.#addBucket(bucketOf(whole), count);
  }

  merge(other: this): void {
    if (other.#buckets === undefined) return;
    this.#widen(other.#min, other.#max);
    for (const [bucket, count] of other.#buckets) this.#addBucket(bucket, count);
  }

  /** The value of rank ⌊q · (count − 1)⌋, 0 ≤ q ≤ 1; NaN when empty. */
  quantile(q: number): number {
    if (!(q >= 0 && q <= 1)) throw new RangeError(`q: expected a number in 0 … 1, got ${q}`);
    if (this.#buckets === undefined) return Number.NaN;
    if (q === 0) return this.#min;
    if (q === 1) return this.#max;
    const rank = Math.floor(q * (this.#count - 1));
    let seen = 0;
    for (const [bucket, count] of this.#sortedBuckets()) {
      seen += count;
      if (seen > rank) return Math.min(Math.max(middleOf(bucket), this.#min), this.#max);
    }
    return this.#max;
  }

  /** Number of buckets; if any, min, max − min, and each bucket's distance from the one before with its count. */
  encode(writer: ByteWriter): void {
    const buckets = this.#sortedBuckets();
    writer.varint(buckets.length);
    if (buckets.length === 0) return;
    writer.varint(this.#min);
    writer.varint(this.#max - this.#min);
    let before = -1;
    for (const [bucket, count] of buckets) {
      writer.varint(bucket - before - 1);
      writer.varint(count);
      before = bucket;
    }
  }

  static decode(reader: ByteReader): QuantileSketch {
    const sketch = new QuantileSketch();
    const size = reader.varint();
    if (size === 0) return sketch;
    const min = reader.varint();
    const max = min + reader.varint();
    if (size > LAST_BUCKET + 1 || max > Number.MAX_SAFE_INTEGER) reader.truncated = true;
    let bucket = -1;
    for (let i = 0; i < size && !reader.truncated; i++) {
      bucket += reader.varint() + 1;
      const count = reader.varint();
      if (count === 0 || bucket > LAST_BUCKET || (i === 0 && bucket !== bucketOf(min))) {
        reader.truncated = true;
      } else sketch.#addBucket(bucket, count);
    }
    if (reader.truncated) return new QuantileSketch();
    if (bucket !== bucketOf(max) || (sketch.#count === 1 && min !== max)) {
      reader.truncated = true;
      return new QuantileSketch();
    }
    sketch.#widen(min, max);
    return sketch;
  }

  #addBucket(bucket: number, count: number): void {
    this.#buckets ??= new Map();
    this.#buckets.set(bucket, saturatingAdd(this.#buckets.get(bucket) ?? 0, count));
    this.#count = saturatingAdd(this.#count, count);
  }

  #widen(min: number, max: number): void {
    if (!(this.#min <= min)) this.#min = min;
    if (!(this.#max >= max)) this.#max = max;
  }

  #sortedBuckets(): [number, number][] {
    return [...(this.#buckets ?? [])].sort((a, b) => a[0] - b[0]);
  }
}

/** The number that is within 1 % of everything in the bucket. */
function middleOf(bucket: number): number {
  if (bucket === 0) return 0;
  const middle = (2 * GAMMA ** (bucket - 1)) / (GAMMA + 1);
  return middle < SINGLE_BELOW ? Math.round(middle) : middle;
}
