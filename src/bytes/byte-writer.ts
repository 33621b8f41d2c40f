/** What four bytes of a varint hold: these and the rest are integers of 32 bits. */
const LOW = 2 ** 28;

/** Grows as it is written; the mirror of `ByteReader`. */
export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#length;
  }

  u8(value: number): void {
    this.#grow(1);
    this.#bytes[this.#length++] = value;
  }

  u16(value: number): void {
    const start = this.#advance(2); // first: it may replace the view
    this.#view.setUint16(start, value);
  }

  u32(value: number): void {
    const start = this.#advance(4); // first: it may replace the view
    this.#view.setUint32(start, value);
  }

  u16le(value: number): void {
    const start = this.#advance(2); // first: it may replace the view
    this.#view.setUint16(start, value, true);
  }

  u32le(value: number): void {
    const start = this.#advance(4); // first: it may replace the view
    this.#view.setUint32(start, value, true);
  }

  f64le(value: number): void {
    const start = this.#advance(8); // first: it may replace the view
    this.#view.setFloat64(start, value, true);
  }

  /** Unsigned LEB128; throws `RangeError` on anything but an integer in 0 … 2⁵³ − 1. */
  varint(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new RangeError(`varint: expected an integer in 0 … 2^53 - 1, got ${value}`);
    }
    this.#grow(8);
    const bytes = this.#bytes;
    let at = this.#length;
    let rest = value;
    if (value >= LOW) {
      const high = Math.floor(value / LOW); // below 2²⁵
      let low = value - high * LOW;
      for (let i = 0; i < 4; i++) {
        bytes[at++] = (low & 0x7f) | 0x80;
        low >>>= 7;
      }
      rest = high;
    }
    while (rest >= 0x80) {
      bytes[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[at++] = rest;
    this.#length = at;
  }

  slice(bytes: Uint8Array): void {
    const start = this.#advance(bytes.length);
    this.#bytes.set(bytes, start);
  }

  /** UTF-8 text behind its `varint` length in bytes. */
  text(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.varint(bytes.length);
    this.slice(bytes);
  }

  /** A copy of what was written. */
  toBytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #advance(length: number): number {
    this.#grow(length);
    const start = this.#length;
    this.#length += length;
    return start;
  }

  #grow(length: number): void {
    const needed = this.#length + length;
    if (needed <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}
