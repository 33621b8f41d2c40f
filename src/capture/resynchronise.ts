import { USUAL_SNAP_LENGTH, type RecordReader } from './record-reader.ts';

/**
 * A chain of units is believed once it is longer than one record can be: a capture inside a captured frame
 * (a pcap that was downloaded) has chains too, and they end with the frame.
 */
const CHAIN_BYTES = USUAL_SNAP_LENGTH;

/** So many headers in a row where the end of the file cuts the last record. */
const CHAIN_AT_CUT_END = 3;

/** What `findUnits` found: where units begin, or from where on it has to look again. */
export interface UnitsFound {
  readonly found: boolean;
  /** First byte of the unit; or the first place that is not ruled out. */
  readonly at: number;
  /** Where the chain that begins there was followed to: what begins here is one still more surely. */
  readonly end: number;
  /** How many bytes there must be at least before it makes sense to look again. */
  readonly needed: number;
}

/**
 * The first place from `from` on at which a chain of units begins: headers whose lengths lead from one to the
 * next and whose times are near, for longer than `CHAIN_BYTES`, or right up to the end where `isEnd` says that
 * the bytes are the last. The answer depends on the bytes alone, not on how many of them were there at first.
 *
 * Linear: where a chain breaks, all chains that run into it break too, so no place is visited twice.
 */
export function findUnits(
  bytes: Uint8Array,
  from: number,
  reader: RecordReader,
  isEnd: boolean,
): UnitsFound {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const visited = new Uint8Array(bytes.length - from);
  for (let at = from; at < bytes.length; at++) {
    if (visited[at - from] === 1) continue;
    const chain = followChain(view, at, from, reader, visited);
    if (chain.length === -1) continue;
    const endsHere = isEnd && (chain.end === bytes.length || chain.length >= CHAIN_AT_CUT_END);
    if (chain.end - at > CHAIN_BYTES || (endsHere && chain.length > 0)) {
      return { found: true, at, end: chain.end, needed: 0 };
    }
    if (!isEnd) return { found: false, at, end: at, needed: chain.end + reader.headerLength };
  }
  return {
    found: false,
    at: bytes.length,
    end: bytes.length,
    needed: bytes.length + reader.headerLength,
  };
}

/** Units in a row from `start`: how many, and where they end; a length of -1 says that the chain breaks. */
function followChain(
  view: DataView,
  start: number,
  from: number,
  reader: RecordReader,
  visited: Uint8Array,
): { readonly length: number; readonly end: number } {
  let length = 0;
  let at = start;
  let previous = -1;
  while (at - start <= CHAIN_BYTES && at < view.byteLength) {
    if (visited[at - from] === 1) return { length: -1, end: at };
    const unit = reader.seekLength(view, at, view.byteLength, previous);
    if (unit === 0) return { length: -1, end: at };
    if (unit === -1 || unit > view.byteLength - at) break;
    visited[at - from] = 1;
    length++;
    previous = at;
    at += unit;
  }
  return { length, end: at };
}

const PIECE_BYTES = 1 << 16;

/** Bytes behind a damage, gathered until units begin again: at most two records, a chain and a piece of them. */
export class UnitSearch {
  readonly #reader: RecordReader;
  #bytes = new Uint8Array(4 * PIECE_BYTES);
  #length = 0;
  #needed = 0;
  #ruledOut: number;
  /** Bytes passed over so far. */
  passed = 0;

  /** `ruledOut`: how many of the bytes to come cannot begin a unit. */
  constructor(reader: RecordReader, ruledOut: number) {
    this.#reader = reader;
    this.#ruledOut = ruledOut;
  }

  /** Takes some of `chunk` from `start` on and says how far it got; `found` has what comes after the damage. */
  push(
    chunk: Uint8Array,
    start: number,
  ): { readonly end: number; readonly found: Uint8Array | undefined } {
    const end = Math.min(chunk.length, start + PIECE_BYTES);
    this.#keep(chunk.subarray(start, end));
    const found = this.#length < this.#needed ? undefined : this.#look(false);
    return { end, found };
  }

  /** There are no more bytes. */
  end(): Uint8Array | undefined {
    return this.#look(true);
  }

  #look(isEnd: boolean): Uint8Array | undefined {
    const bytes = this.#bytes.subarray(0, this.#length);
    const from = Math.min(this.#ruledOut, this.#length);
    const { found, at, needed } = findUnits(bytes, from, this.#reader, isEnd);
    this.passed += at;
    if (found) return bytes.subarray(at);
    this.#ruledOut -= from;
    this.#bytes.copyWithin(0, at, this.#length);
    this.#length -= at;
    // Not after every byte of a slow pipe.
    this.#needed = Math.max(needed - at, this.#length + PIECE_BYTES);
    return undefined;
  }

  #keep(piece: Uint8Array): void {
    const length = this.#length + piece.length;
    if (length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(length, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(piece, this.#length);
    this.#length = length;
  }
}
