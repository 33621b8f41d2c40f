import { readSync, writeSync } from 'node:fs';
import { readError, systemCode, writeError } from '../errors.ts';

// Never `process.stdin`: touching it makes the descriptors non-blocking, and what is synchronous fails.
const INPUT = 0;
const OUTPUT = 1;
const CHUNK_BYTES = 1 << 18;
const NOTHING = new Int32Array(new SharedArrayBuffer(4));

/** Standard input, piece by piece. A piece may be overwritten after the next one was asked for. */
export function* standardInput(): Generator<Uint8Array> {
  const buffer = new Uint8Array(CHUNK_BYTES);
  for (let length = read(buffer); length > 0; length = read(buffer)) {
    yield buffer.subarray(0, length);
  }
}

/** Reads what is left to nowhere: whoever sends it learns of a failure from the exit status, not from a broken pipe. */
export function drainStandardInput(): void {
  try {
    const buffer = new Uint8Array(CHUNK_BYTES);
    while (read(buffer) > 0);
  } catch {
    // There is none.
  }
}

export function writeStandardOutput(piece: Uint8Array): void {
  for (let at = 0; at < piece.length;) {
    try {
      at += writeSync(OUTPUT, piece, at);
    } catch (cause) {
      if (systemCode(cause) !== 'EAGAIN') throw writeError('standard output', cause);
      pause();
    }
  }
}

function read(buffer: Uint8Array): number {
  for (;;) {
    try {
      return readSync(INPUT, buffer);
    } catch (cause) {
      if (systemCode(cause) === 'EOF') return 0;
      if (systemCode(cause) !== 'EAGAIN') throw readError('standard input', cause);
      pause();
    }
  }
}

/** A pipe that somebody else set to non-blocking, and that is empty or full. */
function pause(): void {
  Atomics.wait(NOTHING, 0, 0, 2);
}
