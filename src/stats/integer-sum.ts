import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { saturatingAdd, toWhole } from './whole-number.ts';

const LOW_LIMIT = 2 ** 52;

/** Sum, count, least and greatest of integers in 0 … 2⁵³ − 1; exact however large the sum becomes. */
export class IntegerSum {
  #count = 0;
  /** The sum is high · 2⁵² + low. */
  #high = 0;
  #low = 0;
  #min = Number.NaN;
  #max = Number.NaN;

  get count(): number {
    return this.#count;
  }

  /** The sum, rounded once to a number if it is over 2⁵³. */
  get sum(): number {
    return this.#high * LOW_LIMIT + this.#low;
  }

  /** The sum, exactly. */
  get exactSum(): bigint {
    return joined(this.#high, this.#low);
  }

  /** NaN when empty. */
  get mean(): number {
    return this.sum / this.#count;
  }

  /** NaN when empty. */
  get min(): number {
    return this.#min;
  }

  /** NaN when empty. */
  get max(): number {
    return this.#max;
  }

  /** Other numbers than integers are rounded. */
  add(value: number): void {
    const whole = toWhole('value', value);
    const high = whole >= LOW_LIMIT ? 1 : 0;
    this.#addParts(high, whole - high * LOW_LIMIT, 1);
    this.#widen(whole, whole);
  }

  merge(other: this): void {
    if (other.#count === 0) return;
    this.#addParts(other.#high, other.#low, other.#count);
    this.#widen(other.#min, other.#max);
  }

  /** Count; if any, min, max − min, high and low. */
  encode(writer: ByteWriter): void {
    writer.varint(this.#count);
    if (this.#count === 0) return;
    writer.varint(this.#min);
    writer.varint(this.#max - this.#min);
    writer.varint(this.#high);
    writer.varint(this.#low);
  }

  static decode(reader: ByteReader): IntegerSum {
    const sum = new IntegerSum();
    const count = reader.varint();
    if (count === 0) return sum;
    const min = reader.varint();
    const max = min + reader.varint();
    const high = reader.varint();
    const low = reader.varint();
    const possible =
      low < LOW_LIMIT &&
      max <= Number.MAX_SAFE_INTEGER &&
      isPossible(count, joined(high, low), min, max);
    if (!possible) reader.truncated = true;
    if (reader.truncated) return sum;
    sum.#addParts(high, low, count);
    sum.#widen(min, max);
    return sum;
  }

  #addParts(high: number, low: number, count: number): void {
    this.#count = saturatingAdd(this.#count, count);
    let lowSum = this.#low + low;
    let highSum = this.#high + high;
    if (lowSum >= LOW_LIMIT) {
      lowSum -= LOW_LIMIT;
      highSum++;
    }
    const over = highSum > Number.MAX_SAFE_INTEGER;
    this.#high = over ? Number.MAX_SAFE_INTEGER : highSum;
    this.#low = over ? LOW_LIMIT - 1 : lowSum;
  }

  #widen(min: number, max: number): void {
    if (!(this.#min <= min)) this.#min = min;
    if (!(this.#max >= max)) this.#max = max;
  }
}

function joined(high: number, low: number): bigint {
  return BigInt(high) * BigInt(LOW_LIMIT) + BigInt(low);
}

/** Whether so many numbers, one of them the least and one the greatest, can have that sum. */
function isPossible(count: number, sum: bigint, min: number, max: number): boolean {
  if (count === Number.MAX_SAFE_INTEGER) return true; // stopped counting: the sum may be of more
  const others = BigInt(count - 1);
  const least = others * BigInt(min) + BigInt(max);
  const most = others * BigInt(max) + BigInt(min);
  return sum >= least && sum <= most;
}
