import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { maxCell, readCells, sumCells, writeCells } from './cells.ts';
import { checkCount, saturatingAdd, toWhole } from './whole-number.ts';

const NO_CELLS = new Float64Array(0);
const MOST_BUCKETS = 4096;

/**
 * Counts over time, in buckets aligned to the epoch whose width is a power of two µs: the least one (from
 * 2^minWidthLog2 on) for which first to last are at most `maxBuckets` buckets. So the width is a function of the
 * first and last time alone, and a wider bucket is the sum of whole narrower ones, as in OpenTelemetry's
 * exponential histogram: the state cannot depend on the order of its parts.
 */
export class Activity {
  readonly minWidthLog2: number;
  readonly maxBuckets: number;
  #firstUs = Number.NaN;
  #lastUs = Number.NaN;
  #total = 0;
  #widthUs: number;
  /** From the bucket of the first time to that of the last. */
  #cells = NO_CELLS;

  constructor(minWidthLog2 = 20, maxBuckets = 128) {
    if (!Number.isInteger(minWidthLog2) || minWidthLog2 < 0 || minWidthLog2 > 52) {
      throw new RangeError(`minWidthLog2: expected an integer in 0 … 52, got ${minWidthLog2}`);
    }
    if (!Number.isInteger(maxBuckets) || maxBuckets < 1 || maxBuckets > MOST_BUCKETS) {
      throw new RangeError(
        `maxBuckets: expected an integer in 1 … ${MOST_BUCKETS}, got ${maxBuckets}`,
      );
    }
    this.minWidthLog2 = minWidthLog2;
    this.maxBuckets = maxBuckets;
    this.#widthUs = 2 ** minWidthLog2;
  }

  /** NaN when empty. */
  get firstUs(): number {
    return this.#firstUs;
  }

  /** NaN when empty. */
  get lastUs(): number {
    return this.#lastUs;
  }

  get total(): number {
    return this.#total;
  }

  get widthUs(): number {
    return this.#widthUs;
  }

  /** How many buckets hold anything. */
  get activeBuckets(): number {
    return this.#cells.reduce((active, count) => active + (count > 0 ? 1 : 0), 0);
  }

  /** The count of the fullest bucket; 0 when empty. */
  get peak(): number {
    return maxCell(this.#cells);
  }

  /** Times are µs since the epoch, in 0 … 2⁵³ − 1. */
  add(timeUs: number, count = 1): void {
    const time = toWhole('timeUs', timeUs);
    checkCount('count', count);
    if (count === 0) return;
    this.#cover(time, time);
    this.#addAt(Math.floor(time / this.#widthUs), count);
    this.#total = saturatingAdd(this.#total, count);
  }

  merge(other: this): void {
    if (other.minWidthLog2 !== this.minWidthLog2 || other.maxBuckets !== this.maxBuckets) {
      throw new RangeError(
        `other: expected an activity of (${this.minWidthLog2}, ${this.maxBuckets}), got (${other.minWidthLog2}, ${other.maxBuckets})`,
      );
    }
    if (other.#total === 0) return;
    this.#cover(other.#firstUs, other.#lastUs);
    this.#addBuckets(other.#cells, other.#firstUs, other.#widthUs);
    this.#total = saturatingAdd(this.#total, other.#total);
  }

  /** One count per bucket from the first time's to the last's: a copy. */
  counts(): Float64Array {
    return this.#cells.slice();
  }

  /** One byte says whether anything follows; then first, last − first, and the counts. */
  encode(writer: ByteWriter): void {
    writer.u8(this.#total === 0 ? 0 : 1);
    if (this.#total === 0) return;
    writer.varint(this.#firstUs);
    writer.varint(this.#lastUs - this.#firstUs);
    writeCells(writer, this.#cells);
  }

  /** The two arguments are those of the constructor: they belong to whoever wrote the bytes, not into them. */
  static decode(reader: ByteReader, minWidthLog2 = 20, maxBuckets = 128): Activity {
    const activity = new Activity(minWidthLog2, maxBuckets);
    const presence = reader.u8();
    if (presence === 0) return activity;
    const first = reader.varint();
    const last = first + reader.varint();
    if (presence !== 1 || last > Number.MAX_SAFE_INTEGER) reader.truncated = true;
    if (reader.truncated) return activity;
    activity.#cover(first, last);
    const cells = activity.#cells;
    readCells(reader, cells);
    activity.#total = sumCells(cells);
    const endsCounted = cells[0]! > 0 && cells[cells.length - 1]! > 0;
    if (!endsCounted || (first < last && activity.#total < 2)) reader.truncated = true;
    return reader.truncated ? new Activity(minWidthLog2, maxBuckets) : activity;
  }

  /** Makes the cells reach over these times too, with wider buckets if there would be too many. */
  #cover(from: number, to: number): void {
    if (from >= this.#firstUs && to <= this.#lastUs) return;
    const first = from >= this.#firstUs ? this.#firstUs : from;
    const last = to <= this.#lastUs ? this.#lastUs : to;
    let width = this.#widthUs;
    while (spanOf(first, last, width) > this.maxBuckets) width *= 2;
    const before = { cells: this.#cells, firstUs: this.#firstUs, widthUs: this.#widthUs };
    this.#firstUs = first;
    this.#lastUs = last;
    this.#widthUs = width;
    const span = spanOf(first, last, width);
    if (width === before.widthUs && span === before.cells.length) return;
    this.#cells = new Float64Array(span);
    if (before.cells.length > 0) this.#addBuckets(before.cells, before.firstUs, before.widthUs);
  }

  /** Adds buckets that are as wide as ours or narrower. */
  #addBuckets(cells: Float64Array, firstUs: number, widthUs: number): void {
    const base = Math.floor(firstUs / widthUs);
    const narrower = this.#widthUs / widthUs;
    for (let i = 0; i < cells.length; i++) {
      if (cells[i]! > 0) this.#addAt(Math.floor((base + i) / narrower), cells[i]!);
    }
  }

  #addAt(bucket: number, count: number): void {
    const cell = bucket - Math.floor(this.#firstUs / this.#widthUs);
    this.#cells[cell] = saturatingAdd(this.#cells[cell]!, count);
  }
}

function spanOf(first: number, last: number, width: number): number {
  return Math.floor(last / width) - Math.floor(first / width) + 1;
}
