import { createGunzip } from 'node:zlib';
import { Decompress } from 'fzstd';
import { Lz4Decoder } from './lz4.ts';
import { ZstdWindows } from './zstd-windows.ts';

export type Compression = 'gzip' | 'zstd' | 'lz4';

/** By magic bytes: RFC 1952 §2.3.1, RFC 8878 §3.1.1 (skippable frames of §3.1.2 too), LZ4 frames old and new. */
export function recogniseCompression(head: Uint8Array): Compression | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b && head[2] === 8) return 'gzip';
  if (startsWith(head, [0x04, 0x22, 0x4d, 0x18])) return 'lz4';
  if (startsWith(head, [0x02, 0x21, 0x4c, 0x18])) return 'lz4';
  if (head.length < 4 || head[3] !== (head[0] === 0x28 ? 0xfd : 0x18)) return undefined;
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f) return 'zstd';
  return (head[0]! & 0xf0) === 0x50 && head[1] === 0x2a && head[2] === 0x4d ? 'zstd' : undefined;
}

function startsWith(head: Uint8Array, bytes: readonly number[]): boolean {
  return bytes.every((byte, i) => head[i] === byte);
}

/** So few compressed bytes at a time that what comes out of them fits in memory: gzip gives at most 1,032 for one. */
const PIECE_BYTES = 1 << 16;
/** Four bytes of zstd can give a block of 128 KiB: 64 MiB for a piece. */
const ZSTD_PIECE_BYTES = 1 << 11;

/**
 * Inflated bytes, member after member. What could be inflated before the damage is given; `onDamage` hears of
 * it: `truncatedGzip`, `corruptGzip`, `truncatedZstd`, `corruptZstd`, `zstdWindowTooLarge`, `truncatedLz4`, `corruptLz4`,
 * `lz4NeedsDictionary`. Content never makes it throw.
 */
export function decompress(
  compression: Compression,
  chunks: AsyncIterable<Uint8Array>,
  onDamage: (reason: string) => void,
): AsyncGenerator<Uint8Array> {
  switch (compression) {
    case 'gzip':
      return inflateGzip(chunks, onDamage);
    case 'zstd':
      return inflateZstd(chunks, onDamage);
    case 'lz4':
      return inflateLz4(chunks, onDamage);
  }
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
  const windows = new ZstdWindows();
  let damage = '';
  const push = (piece: Uint8Array, final: boolean): void => {
    try {
      decoder.push(piece, final);
    } catch {
      damage = final ? 'truncatedZstd' : 'corruptZstd';
    }
  };
  for await (const piece of piecesOf(chunks, ZSTD_PIECE_BYTES)) {
    const allowed = windows.allowed(piece);
    if (allowed > 0) push(piece.subarray(0, allowed), false);
    if (damage === '') damage = windows.refusal;
    yield* ready.splice(0);
    if (damage !== '') break;
  }
  if (damage === '') push(new Uint8Array(0), true);
  yield* ready.splice(0);
  if (damage !== '') onDamage(damage);
}

async function* inflateLz4(
  chunks: AsyncIterable<Uint8Array>,
  onDamage: (reason: string) => void,
): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const decoder = new Lz4Decoder((bytes) => ready.push(bytes));
  let damage = '';
  for await (const piece of piecesOf(chunks)) {
    damage = decoder.push(piece);
    yield* ready.splice(0);
    if (damage !== '') break;
  }
  if (damage === '') damage = decoder.end();
  if (damage !== '') onDamage(damage);
}

/** The decoders keep what they are given until it is used up, so pieces are copies (`Buffer.slice` makes none). */
async function* piecesOf(
  chunks: AsyncIterable<Uint8Array>,
  pieceBytes = PIECE_BYTES,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    for (let start = 0; start < chunk.length; start += pieceBytes) {
      yield new Uint8Array(chunk.subarray(start, start + pieceBytes));
    }
  }
}
