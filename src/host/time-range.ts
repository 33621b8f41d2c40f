import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';

/** From the first to the last of some times, µs since the epoch; `NaN` both when there was none. */
export class TimeRange {
  #firstUs = NaN;
  #lastUs = NaN;

  get firstUs(): number {
    return this.#firstUs;
  }

  get lastUs(): number {
    return this.#lastUs;
  }

  add(timeUs: number): void {
    if (!(this.#firstUs <= timeUs)) this.#firstUs = timeUs;
    if (!(this.#lastUs >= timeUs)) this.#lastUs = timeUs;
  }

  merge(other: TimeRange): void {
    if (Number.isNaN(other.#firstUs)) return;
    this.add(other.#firstUs);
    this.add(other.#lastUs);
  }

  /** One byte says whether anything follows; then first, last − first. */
  encode(writer: ByteWriter): void {
    writer.u8(Number.isNaN(this.#firstUs) ? 0 : 1);
    if (Number.isNaN(this.#firstUs)) return;
    writer.varint(this.#firstUs);
    writer.varint(this.#lastUs - this.#firstUs);
  }

  static decode(reader: ByteReader): TimeRange {
    const range = new TimeRange();
    const presence = reader.u8();
    if (presence === 0) return range;
    const firstUs = reader.varint();
    const lastUs = firstUs + reader.varint();
    if (presence !== 1 || !Number.isSafeInteger(lastUs)) reader.truncated = true;
    if (reader.truncated) return range;
    range.add(firstUs);
    range.add(lastUs);
    return range;
  }
}
