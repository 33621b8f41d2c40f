import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeError } from '../errors.ts';

/** Most hosts are asked by a few: pieces begin small. */
const FIRST_PIECE_BYTES = 1 << 9;
const PIECE_BYTES = 1 << 20;
/** Longest host: 128 characters, of at most three bytes. */
const MOST_HOST_BYTES = 3 * 128;

/**
 * Hosts that asked one other, packed. Sources of a flood may be millions, all ask its target, and its profile may come
 * last: what does not fit in memory waits in a file of this process's own.
 */
export class AskerList {
  readonly #mostBytes: number;
  #pieces: Uint8Array[] = [];
  #room = 0;
  /** Taken of the last piece. */
  #length = 0;
  #descriptor = -1;
  /** Of each piece in the file. */
  #written: number[] = [];
  size = 0;

  constructor(mostBytes = 64 << 20) {
    this.#mostBytes = mostBytes;
  }

  /** The host's text in UTF-8. */
  add(host: Uint8Array): void {
    if (host.length > MOST_HOST_BYTES) return; // no host is called so
    let piece = this.#pieces.at(-1);
    if (piece === undefined || this.#length + 2 + host.length > piece.length) {
      piece = this.#nextPiece();
    }
    piece[this.#length++] = host.length & 0xff;
    piece[this.#length++] = host.length >>> 8;
    piece.set(host, this.#length);
    this.#length += host.length;
    this.size++;
  }

  /** All of them; may be asked once. */
  *hosts(): Generator<string> {
    try {
      let at = 0;
      for (const length of this.#written) {
        const piece = new Uint8Array(length);
        readSync(this.#descriptor, piece, 0, length, at);
        at += length;
        yield* hostsOf(piece);
      }
      for (const held of this.#pieces) yield* hostsOf(held);
    } finally {
      this.#close();
    }
  }

  #nextPiece(): Uint8Array {
    const last = this.#pieces.at(-1)?.length ?? 0;
    const length = Math.min(PIECE_BYTES, Math.max(FIRST_PIECE_BYTES, 4 * last));
    if (this.#room + length > this.#mostBytes) this.#spill();
    // A host of length 0 ends a piece: it is all zeros first.
    const piece = new Uint8Array(length);
    this.#pieces.push(piece);
    this.#room += length;
    this.#length = 0;
    return piece;
  }

  #spill(): void {
    try {
      if (this.#descriptor < 0) this.#descriptor = openUnnamed();
      for (const piece of this.#pieces) {
        for (let at = 0; at < piece.length;) at += writeSync(this.#descriptor, piece, at);
        this.#written.push(piece.length);
      }
    } catch (cause) {
      throw writeError(tmpdir(), cause);
    }
    this.#pieces = [];
    this.#room = 0;
  }

  #close(): void {
    if (this.#descriptor >= 0) closeSync(this.#descriptor);
    this.#descriptor = -1;
    this.#written = [];
    this.#pieces = [];
    this.#room = 0;
  }
}

/** A file that goes when it is closed, or the process ends. */
function openUnnamed(): number {
  const folder = mkdtempSync(join(tmpdir(), 'rapsheet-askers-'));
  const descriptor = openSync(join(folder, 'hosts'), 'wx+');
  rmSync(folder, { recursive: true });
  return descriptor;
}

function* hostsOf(piece: Uint8Array): Generator<string> {
  for (let at = 0; at + 2 < piece.length;) {
    const length = piece[at]! | (piece[at + 1]! << 8);
    if (length === 0) return;
    yield Buffer.from(piece.buffer, piece.byteOffset + at + 2, length).toString();
    at += 2 + length;
  }
}
