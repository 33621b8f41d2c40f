import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { CaptureDecoder } from '../capture/capture-decoder.ts';
import type { SeekableBytes } from '../capture/capture-ranges.ts';
import type { TrafficSink } from '../flow/event.ts';
import type { FlowPart } from '../flow/flow-part.ts';
import { CaptureSequence } from '../flow/read-capture.ts';
import { hashSeed } from './hash-seed.ts';

const CHUNK_BYTES = 1 << 20;

/** Some records of one capture file. */
export interface CaptureRange {
  readonly path: string;
  /** What the file begins with: see `CaptureRanges`. */
  readonly headers: Uint8Array;
  readonly from: number;
  readonly to: number;
  /** `from` is the file's first record, `to` the file's end. */
  readonly isStart: boolean;
  readonly isEnd: boolean;
  /** When the file begins; `NaN` if its first bytes do not show it. */
  readonly startUs: number;
  /** Nothing comes after this range, in this file or another. */
  readonly isLast: boolean;
  /** What stands before the range and is looked at first, for the messages that begin in it. */
  readonly warmUp: Pick<CaptureRange, 'path' | 'headers' | 'from' | 'to'> | undefined;
}

/** What a range holds beside what went into the sink. */
export interface RangeRead {
  readonly part: FlowPart;
  readonly packets: number;
  readonly frames: number;
  /** The latest packet; `-Infinity` without one. */
  readonly lastUs: number;
  /** It was read as it would have been in one go with all that is around it. */
  readonly isExact: boolean;
}

/**
 * Reads one range of a capture. The range ends exactly where a record does, or is not exact: then the place where
 * the next one was thought to begin is none.
 */
export function readRange(
  range: CaptureRange,
  sink: TrafficSink,
  onBytes: (bytes: number) => void,
): RangeRead {
  let sequence = new CaptureSequence(sink, { part: true, hashSeed });
  const before = warmUp(range, sequence);
  // The place it began at was no record: what was made of it is worth nothing.
  if (before?.isWhole === false) sequence = new CaptureSequence(sink, { part: true, hashSeed });
  const decoder = sequence.decoder();
  decoder.push(range.headers);
  decoder.headersEnd();
  if (!range.isStart) decoder.resume(before);
  pushRange(range, decoder, onBytes);
  const isExact =
    range.isEnd || (decoder.isWhole && decoder.isIndependent && sequence.pendingDatagrams === 0);
  const { packets, frames } = sequence.endCapture(decoder, range.isEnd);
  const { lastUs } = sequence;
  return { part: sequence.endPart(!range.isLast), packets, frames, lastUs, isExact };
}

function warmUp(
  { warmUp: stretch }: CaptureRange,
  sequence: CaptureSequence,
): CaptureDecoder | undefined {
  if (stretch === undefined) return undefined;
  const decoder = sequence.warmUpDecoder();
  decoder.push(stretch.headers);
  decoder.resume();
  pushRange(stretch, decoder, () => undefined);
  return decoder;
}

function pushRange(
  { path, from, to }: Pick<CaptureRange, 'path' | 'from' | 'to'>,
  decoder: CaptureDecoder,
  onBytes: (bytes: number) => void,
): void {
  const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  const descriptor = openSync(path, 'r');
  try {
    for (let at = from; at < to;) {
      const length = readSync(descriptor, buffer, 0, Math.min(CHUNK_BYTES, to - at), at);
      if (length === 0) return;
      decoder.push(buffer.subarray(0, length));
      at += length;
      onBytes(length);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** A file's bytes anywhere; closed when `use` returns. */
export function withSeekable<T>(path: string, use: (bytes: SeekableBytes) => T): T {
  const descriptor = openSync(path, 'r');
  try {
    const readAt = (offset: number, length: number): Uint8Array => {
      const bytes = new Uint8Array(length);
      let filled = 0;
      while (filled < length) {
        const read = readSync(descriptor, bytes, filled, length - filled, offset + filled);
        if (read === 0) break;
        filled += read;
      }
      return bytes.subarray(0, filled);
    };
    return use({ size: fstatSync(descriptor).size, readAt });
  } finally {
    closeSync(descriptor);
  }
}
