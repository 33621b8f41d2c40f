/** What four bytes of a varint hold: these and the rest are integers of 32 bits. */
const LOW = 2 ** 28;
const HIGHS = 2 ** 25;

/**
 * A bounded cursor over bytes nobody vouches for. Reading past the end never throws: it gives 0 (or an empty
 * text or slice), sets `truncated`, and every later read does the same. Trust nothing read after `truncated`.
 */
export class ByteReader {
  readonly bytes: Uint8Array;
  offset: number;
  readonly end: number;
  truncated = false;

  constructor(bytes: Uint8Array, offset = 0, end = bytes.length) {
    this.bytes = bytes;
    this.offset = offset;
    this.end = Math.min(end, bytes.length);
  }

  get left(): number {
    return this.truncated ? 0 : this.end - this.offset;
  }

  /** Big-endian (network order) unless the name says otherwise. */
  u8(): number {
    return this.#has(1) ? this.bytes[this.#advance(1)]! : 0;
  }

  u16(): number {
    if (!this.#has(2)) return 0;
    const { bytes } = this;
    const at = this.#advance(2);
    return (bytes[at]! << 8) | bytes[at + 1]!;
  }

  u32(): number {
    const upper = this.#has(4) ? this.u16() : 0;
    return this.truncated ? 0 : ((upper << 16) | this.u16()) >>> 0;
  }

  u16le(): number {
    const swapped = this.u16();
    return (swapped >>> 8) | ((swapped & 0xff) << 8);
  }

  u32le(): number {
    const lower = this.#has(4) ? this.u16le() : 0;
    return this.truncated ? 0 : ((this.u16le() << 16) | lower) >>> 0;
  }

  f64le(): number {
    if (!this.#has(8)) return 0;
    const { buffer, byteOffset } = this.bytes;
    return new DataView(buffer, byteOffset + this.#advance(8), 8).getFloat64(0, true);
  }

  /** Unsigned LEB128 of at most 53 bits; a longer or larger one counts as truncated. */
  varint(): number {
    const { bytes, end } = this;
    let at = this.offset;
    let low = 0;
    let high = 0;
    for (let i = 0; i < 8 && at < end && !this.truncated; i++) {
      const byte = bytes[at++]!;
      if (i < 4) low |= (byte & 0x7f) << (7 * i);
      else high |= (byte & 0x7f) << (7 * i - 28);
      if (byte >= 0x80) continue;
      if (high >= HIGHS) break;
      this.offset = at;
      return low + high * LOW;
    }
    this.truncated = true;
    return 0;
  }

  /** A view, not a copy. */
  slice(length: number): Uint8Array {
    if (!this.#has(length)) return this.bytes.subarray(this.end, this.end);
    const start = this.#advance(length);
    return this.bytes.subarray(start, start + length);
  }

  /** A reader of the next bytes alone, which this one steps over; an empty one if they are not all there. */
  part(length: number): ByteReader {
    const start = this.offset;
    this.skip(length);
    return new ByteReader(this.bytes, start, this.truncated ? start : this.offset);
  }

  skip(length: number): void {
    if (this.#has(length)) this.offset += length;
  }

  /** UTF-8 text behind its `varint` length in bytes. */
  text(): string {
    return new TextDecoder().decode(this.slice(this.varint()));
  }

  #has(length: number): boolean {
    if (!this.truncated && length >= 0 && length <= this.end - this.offset) return true;
    this.truncated = true;
    return false;
  }

  #advance(length: number): number {
    const start = this.offset;
    this.offset += length;
    return start;
  }
}
