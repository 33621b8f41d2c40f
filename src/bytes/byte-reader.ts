/**
 * A bounded cursor over bytes nobody vouches for. Reading past the end never throws: it gives 0 (or an empty
 * text or slice), sets `truncated`, and every later read does the same. Trust nothing read after `truncated`.
 */
export class ByteReader {
  readonly bytes: Uint8Array;
  offset: number;
  readonly end: number;
  truncated = false;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, offset = 0, end = bytes.length) {
    this.bytes = bytes;
    this.offset = offset;
    this.end = Math.min(end, bytes.length);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.truncated ? 0 : this.end - this.offset;
  }

  /** Big-endian (network order) unless the name says otherwise. */
  u8(): number {
    return this.#has(1) ? this.bytes[this.#advance(1)]! : 0;
  }

  u16(): number {
    return this.#has(2) ? this.#view.getUint16(this.#advance(2)) : 0;
  }

  u32(): number {
    return this.#has(4) ? this.#view.getUint32(this.#advance(4)) : 0;
  }

  u16le(): number {
    return this.#has(2) ? this.#view.getUint16(this.#advance(2), true) : 0;
  }

  u32le(): number {
    return this.#has(4) ? this.#view.getUint32(this.#advance(4), true) : 0;
  }

  f64le(): number {
    return this.#has(8) ? this.#view.getFloat64(this.#advance(8), true) : 0;
  }

  /** Unsigned LEB128 of at most 53 bits; a longer or larger one counts as truncated. */
  varint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 8; i++) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (value <= Number.MAX_SAFE_INTEGER) return value;
        break;
      }
      scale *= 128;
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
