import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { checkCount, saturatingAdd, toWhole } from './whole-number.ts';

const RELATIVE_ERROR = 0.01;
const GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);
const LOG_GAMMA = Math.log(GAMMA);

/** Buckets of small numbers, looked up: half of all packets, sizes and lengths are such. */
const SMALL = 4096;
const smallBuckets = Uint16Array.from({ length: SMALL }, (_, value) => largeBucketOf(value));

/** Bucket 0 holds 0, bucket i the integers in (γ^(i−2), γ^(i−1)]. */
function bucketOf(value: number): number {
  return value < SMALL ? smallBuckets[value]! : largeBucketOf(value);
}

function largeBucketOf(value: number): number {
  return value === 0 ? 0 : Math.ceil(Math.log(value) / LOG_GAMMA) + 1;
}

const LAST_BUCKET = bucketOf(Number.MAX_SAFE_INTEGER);

/** Below this two neighbouring integers never share a bucket, so a bucket is read as the integer it holds. */
const SINGLE_BELOW = 1 / (GAMMA - 1);

/** Pairs of (bucket + 1, its count) in open addressing, 0 for a free place; at most three quarters are taken. */
const NO_PAIRS: readonly number[] = [0, 0, 0, 0, 0, 0, 0, 0];

/** Buckets in ascending order with their counts: of the sketch that was read last, because it is read again at once. */
const lastRead = { owner: undefined as QuantileSketch | undefined, count: 0, buckets: new Uint16Array(0), counts: [] as number[] }; // prettier-ignore

/**
 * Quantiles of integers in 0 … 2⁵³ − 1 within 1 % of the true value: DDSketch (Masson, Rim, Lee 2019) with a fixed
 * scale. That range has 1,838 buckets, held sparsely, so nothing is ever collapsed. Integers below 50 are exact.
 */
export class QuantileSketch {
  #pairs: number[] | undefined;
  #used = 0;
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
    if (count !== 1) checkCount('count', count);
    if (count === 0) return;
    this.#widen(whole, whole);
    this.#addBucket(bucketOf(whole), count);
  }

  merge(other: this): void {
    const pairs = other.#pairs;
    if (pairs === undefined) return;
    this.#widen(other.#min, other.#max);
    const length = pairs.length; // fixed first: the other may be this one
    for (let i = 0; i < length; i += 2) {
      if (pairs[i] !== 0) this.#addBucket(pairs[i]! - 1, pairs[i + 1]!);
    }
  }

  /** The value of rank ⌊q · (count − 1)⌋, 0 ≤ q ≤ 1; NaN when empty. */
  quantile(q: number): number {
    if (!(q >= 0 && q <= 1)) throw new RangeError(`q: expected a number in 0 … 1, got ${q}`);
    if (this.#pairs === undefined) return Number.NaN;
    if (q === 0) return this.#min;
    if (q === 1) return this.#max;
    const rank = Math.floor(q * (this.#count - 1));
    const { buckets, counts } = this.#read();
    let seen = 0;
    for (let i = 0; i < buckets.length; i++) {
      seen += counts[i]!;
      if (seen > rank) return Math.min(Math.max(middles[buckets[i]!]!, this.#min), this.#max);
    }
    return this.#max;
  }

  /** Number of buckets; if any, min, max − min, and each bucket's distance from the one before with its count. */
  encode(writer: ByteWriter): void {
    writer.varint(this.#used);
    if (this.#used === 0) return;
    const { buckets, counts } = this.#read();
    writer.varint(this.#min);
    writer.varint(this.#max - this.#min);
    let before = -1;
    for (let i = 0; i < buckets.length; i++) {
      writer.varint(buckets[i]! - before - 1);
      writer.varint(counts[i]!);
      before = buckets[i]!;
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
    this.#count = saturatingAdd(this.#count, count);
    const pairs = (this.#pairs ??= NO_PAIRS.slice());
    const at = pairOf(pairs, bucket + 1);
    if (pairs[at] !== 0) {
      pairs[at + 1] = saturatingAdd(pairs[at + 1]!, count);
      return;
    }
    pairs[at] = bucket + 1;
    pairs[at + 1] = count;
    if (++this.#used * 8 > pairs.length * 3) this.#pairs = widened(pairs);
  }

  #widen(min: number, max: number): void {
    if (!(this.#min <= min)) this.#min = min;
    if (!(this.#max >= max)) this.#max = max;
  }

  #read(): { readonly buckets: Uint16Array; readonly counts: readonly number[] } {
    const known = lastRead.owner === this && lastRead.count === this.#count;
    if (known && this.#count < Number.MAX_SAFE_INTEGER) return lastRead;
    const pairs = this.#pairs ?? [];
    const buckets = new Uint16Array(this.#used);
    for (let i = 0, at = 0; i < pairs.length; i += 2) {
      if (pairs[i] !== 0) buckets[at++] = pairs[i]! - 1;
    }
    buckets.sort();
    lastRead.owner = this;
    lastRead.count = this.#count;
    lastRead.buckets = buckets;
    lastRead.counts = Array.from(buckets, (bucket) => pairs[pairOf(pairs, bucket + 1) + 1]!);
    return lastRead;
  }
}

/** Where the pair of this key stands, or the free place where it would. */
function pairOf(pairs: readonly number[], key: number): number {
  const mask = pairs.length - 2;
  let at = (Math.imul(key, 0x9e3779b1) >>> 15) & mask;
  while (pairs[at] !== 0 && pairs[at] !== key) at = (at + 2) & mask;
  return at;
}

function widened(pairs: readonly number[]): number[] {
  const wider = new Array<number>(pairs.length * (pairs.length < 64 ? 4 : 2)).fill(0);
  for (let i = 0; i < pairs.length; i += 2) {
    if (pairs[i] === 0) continue;
    const at = pairOf(wider, pairs[i]!);
    wider[at] = pairs[i]!;
    wider[at + 1] = pairs[i + 1]!;
  }
  return wider;
}

/** The number that is within 1 % of everything in each bucket. */
const middles = Float64Array.from({ length: LAST_BUCKET + 1 }, (_, bucket) => {
  if (bucket === 0) return 0;
  const middle = (2 * GAMMA ** (bucket - 1)) / (GAMMA + 1);
  return middle < SINGLE_BELOW ? Math.round(middle) : middle;
});
