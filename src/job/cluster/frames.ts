import { WireError, type JobRecord } from './job-record.ts';

/** A key holds a path, a host's name, or a section's header with 64 KiB of a file in base64. */
const MOST_KEY_BYTES = 1 << 20;
/** One host's profile is far below this, a piece of a file too. */
const MOST_VALUE_BYTES = 1 << 28;
const TRAILER_BYTES = 12;

const encoder = new TextEncoder();
/** A leading U+FEFF belongs to a key. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Takes the bytes of the `frames` wire in chunks cut anywhere: `i32BE length, key, i32BE length, value` again and again,
 * at the end `i32BE −1, i64BE count`. Throws `WireError` on what is none, at the latest in `end`.
 */
export class FrameDecoder {
  #bytes = new Uint8Array(1 << 16);
  #view = new DataView(this.#bytes.buffer);
  #start = 0;
  #end = 0;
  #count = 0;
  #isOver = false;

  /** The chunk may be overwritten afterwards. */
  push(chunk: Uint8Array): void {
    const length = this.#end - this.#start + chunk.length;
    if (length > this.#bytes.length || this.#start > this.#bytes.length >>> 1) this.#move(length);
    if (this.#end + chunk.length > this.#bytes.length) this.#move(length);
    this.#bytes.set(chunk, this.#end);
    this.#end += chunk.length;
    if (this.#isOver && length > 0) throw new WireError('bytes after the trailer');
  }

  /** The next record, whose value is good until the next `push`; `undefined`: more bytes are needed. */
  next(): JobRecord | undefined {
    if (this.#isOver || this.#left < 4) return undefined;
    const keyLength = this.#view.getInt32(this.#start);
    if (keyLength === -1) {
      this.#trailer();
      return undefined;
    }
    if (keyLength < 0 || keyLength > MOST_KEY_BYTES)
      throw new WireError('no frame where one begins');
    if (this.#left < 8 + keyLength) return undefined;
    const keyEnd = this.#start + 4 + keyLength;
    const valueLength = this.#view.getInt32(keyEnd);
    if (valueLength < 0 || valueLength > MOST_VALUE_BYTES) throw new WireError('a frame without a length'); // prettier-ignore
    const end = keyEnd + 4 + valueLength;
    if (this.#end < end) return undefined;
    const key = decoder.decode(this.#bytes.subarray(this.#start + 4, keyEnd));
    this.#start = end;
    this.#count++;
    return { key, value: this.#bytes.subarray(keyEnd + 4, end) };
  }

  /** There are no more bytes. */
  end(): void {
    if (!this.#isOver) throw new WireError(`no trailer after ${this.#count} records: what sent them did not end well`); // prettier-ignore
  }

  get #left(): number {
    return this.#end - this.#start;
  }

  #trailer(): void {
    if (this.#left < TRAILER_BYTES) return;
    const count = this.#view.getBigInt64(this.#start + 4);
    if (count !== BigInt(this.#count)) {
      throw new WireError(`the trailer says ${count} records, ${this.#count} came`);
    }
    this.#start += TRAILER_BYTES;
    this.#isOver = true;
    if (this.#left > 0) throw new WireError('bytes after the trailer');
  }

  /** Moves what is left to the beginning of a buffer that has room for `length` bytes. */
  #move(length: number): void {
    const rest = this.#bytes.subarray(this.#start, this.#end);
    if (length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(length, 2 * this.#bytes.length));
      grown.set(rest);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    } else this.#bytes.copyWithin(0, this.#start, this.#end);
    this.#end = rest.length;
    this.#start = 0;
  }
}

/** Makes the bytes of the `frames` wire, gathered into pieces. */
export class FrameEncoder {
  readonly #write: (piece: Uint8Array) => void;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #length = 0;
  #count = 0;

  /** A piece is good until `write` returns. */
  constructor(write: (piece: Uint8Array) => void, pieceBytes = 1 << 16) {
    this.#write = write;
    this.#bytes = new Uint8Array(pieceBytes);
    this.#view = new DataView(this.#bytes.buffer);
  }

  put(key: string, value: Uint8Array): void {
    const keyBytes = encoder.encode(key);
    if (keyBytes.length > MOST_KEY_BYTES || value.length > MOST_VALUE_BYTES) {
      throw new RangeError(`record: expected a key and value of usual size, got ${keyBytes.length} and ${value.length} bytes`); // prettier-ignore
    }
    this.#number(keyBytes.length);
    this.#append(keyBytes);
    this.#number(value.length);
    this.#append(value);
    this.#count++;
  }

  /** The trailer; there are no more records. */
  end(): void {
    this.#number(-1);
    this.#reserve(8);
    this.#view.setBigInt64(this.#length, BigInt(this.#count));
    this.#length += 8;
    this.flush();
  }

  /** Gives away what is gathered. */
  flush(): void {
    if (this.#length > 0) this.#write(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
  }

  #number(value: number): void {
    this.#reserve(4);
    this.#view.setInt32(this.#length, value);
    this.#length += 4;
  }

  #append(bytes: Uint8Array): void {
    if (bytes.length > this.#bytes.length) {
      this.flush();
      this.#write(bytes);
      return;
    }
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #reserve(length: number): void {
    if (this.#length + length > this.#bytes.length) this.flush();
  }
}
