import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { DistinctCounter } from './distinct.ts';
import { hashNumbers } from './hash.ts';

/**
 * In how many epoch-aligned spans of one width something happened (seconds, minutes, hours): exact to 64, then as
 * `DistinctCounter`. Unlike the buckets of `Activity` the width never changes, however long the whole lasts.
 */
export class DistinctTimes {
  readonly widthUs: number;
  #spans = new DistinctCounter();
  /** The span added last, from and to: traffic comes in order, so most times are in it. No part of the state. */
  #fromUs = 0;
  #toUs = 0;

  constructor(widthUs: number) {
    if (!Number.isSafeInteger(widthUs) || widthUs < 1) {
      throw new RangeError(`widthUs: expected an integer of at least 1, got ${widthUs}`);
    }
    this.widthUs = widthUs;
  }

  /** µs since the epoch. */
  add(timeUs: number): void {
    if (timeUs >= this.#fromUs && timeUs < this.#toUs) return;
    const span = Math.floor(timeUs / this.widthUs);
    this.#spans.add(hashNumbers(span, this.widthUs));
    this.#fromUs = span * this.widthUs;
    this.#toUs = this.#fromUs + this.widthUs;
  }

  merge(other: this): void {
    if (other.widthUs !== this.widthUs) {
      throw new RangeError(`other: expected widthUs = ${this.widthUs}, got ${other.widthUs}`);
    }
    this.#spans.merge(other.#spans);
  }

  /** The number of spans with any time in them. */
  estimate(): number {
    return this.#spans.estimate();
  }

  encode(writer: ByteWriter): void {
    this.#spans.encode(writer);
  }

  /** The width is the constructor's: it belongs to whoever wrote the bytes. */
  static decode(reader: ByteReader, widthUs: number): DistinctTimes {
    const times = new DistinctTimes(widthUs);
    times.#spans = DistinctCounter.decode(reader);
    return times;
  }
}
