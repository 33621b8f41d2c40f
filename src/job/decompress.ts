import { createGunzip } from 'node:zlib';
import { Decompress } from 'fzstd';

export type Compression = 'gzip' | 'zstd';

/** By magic bytes: RFC 1952 §2.3.1, RFC 8878 §3.1.1 (skippable frames of §3.1.2 too). */
export function recogniseCompression(head: Uint8Array): Compression | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b && head[2] === 8) return 'gzip';
  if (head.length < 4 || head[3] !== (head[0] === 0x28 ? 0xfd : 0x18)) return undefined;
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f) return 'zstd';
  return (head[0]! & 0xf0) === 0x50 && head[1] === 0x2a && head[2] === 0x4d ? 'zstd' : undefined;
}

/** So few compressed bytes at a time that what comes out of them fits in memory (gzip: at most 1,032 to 1). */
const PIECE_BYTES = 1 << 16;
/** A frame that wants more is refused: it would be allocated whatever the frame holds. */
const WIDEST_WINDOW = 1 << 27; // zstd's own default limit (--long=27)

/**
 * Inflated bytes, member after member. What could be inflated before the damage is given; `onDamage` hears of
 * it: `truncatedGzip`, `corruptGzip`, `truncatedZstd`, `corruptZstd`. Content never makes it throw.
 */
export function decompress(
  compression: Compression,
  chunks: AsyncIterable<Uint8Array>,
  onDamage: (reason: string) => void,
): AsyncGenerator<Uint8Array> {
  return compression === 'gzip' ? inflateGzip(chunks, onDamage) : inflateZstd(chunks, onDamage);
}

async function* inflateGzip(
  chunks: AsyncIterable<Uint8Array>,
  onDamage: (reason: string) => void,
): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  const ready: Uint8Array[] = [];
  const state: { damage: unknown; wake: () => void } = { damage: undefined, wake: () => undefined };
  gunzip.on('data', (bytes: Uint8Array) => ready.push(bytes));
  gunzip.on('error', (error) => (state.damage = error));
  // On damage the callback of the write that met it is never called: 'close' is what always comes.
  gunzip.on('close', () => state.wake());
  gunzip.on('end', () => state.wake());
  const done = (act: (callback: () => void) => void): Promise<void> =>
    new Promise((resolve) => {
      state.wake = resolve;
      act(resolve);
    });
  try {
    for await (const piece of piecesOf(chunks)) {
      await done((callback) => gunzip.write(piece, callback));
      yield* ready.splice(0);
      if (state.damage !== undefined) break;
    }
    if (state.damage === undefined) await done(() => gunzip.end());
    yield* ready.splice(0);
  } finally {
    gunzip.destroy();
  }
  if (state.damage !== undefined) {
    onDamage(isTruncation(state.damage) ? 'truncatedGzip' : 'corruptGzip');
  }
}

function isTruncation(error: unknown): boolean {
  return error instanceof Error && error.message === 'unexpected end of file';
}

async function* inflateZstd(
  chunks: AsyncIterable<Uint8Array>,
  onDamage: (reason: string) => void,
): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const decoder = new Decompress((bytes) => ready.push(bytes));
  let damage = '';
  let first = true;
  const push = (piece: Uint8Array, final: boolean): void => {
    try {
      decoder.push(piece, final);
    } catch {
      damage = final ? 'truncatedZstd' : 'corruptZstd';
    }
  };
  for await (const piece of piecesOf(chunks)) {
    if (first && zstdWindow(piece) > WIDEST_WINDOW) damage = 'zstdWindowTooLarge';
    else push(piece, false);
    first = false;
    yield* ready.splice(0);
    if (damage !== '') break;
  }
  if (damage === '') push(new Uint8Array(0), true);
  yield* ready.splice(0);
  if (damage !== '') onDamage(damage);
}

/** Window of the first frame in bytes, as its header says (RFC 8878 §3.1.1.1); 0 where it does not say. */
function zstdWindow(head: Uint8Array): number {
  const descriptor = head[4] ?? 0;
  if (head[0] !== 0x28) return 0;
  if ((descriptor & 0x20) === 0) {
    const window = head[5] ?? 0;
    const base = 2 ** (10 + (window >> 3));
    return base + (base / 8) * (window & 7);
  }
  const idBytes = [0, 1, 2, 4][descriptor & 3]!;
  const sizeBytes = [1, 2, 4, 8][descriptor >> 6]!;
  let size = 0;
  for (let i = sizeBytes - 1; i >= 0; i--) size = size * 256 + (head[5 + idBytes + i] ?? 0);
  return size;
}

/** The decoders keep what they are given until it is used up, so pieces are copies (`Buffer.slice` makes none). */
async function* piecesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    for (let start = 0; start < chunk.length; start += PIECE_BYTES) {
      yield new Uint8Array(chunk.subarray(start, start + PIECE_BYTES));
    }
  }
}
