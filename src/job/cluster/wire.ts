import { LineSplitter } from '../../bytes/lines.ts';
import { FrameDecoder, FrameEncoder } from './frames.ts';
import { WireError, type JobRecord, type Put } from './job-record.ts';
import { fromTsvLine, toTsvLine } from './tsv-record.ts';

/** How records travel between a stage and what runs it: as binary frames, or as lines of text. */
export const WIRES = ['frames', 'tsv'] as const;
export type Wire = (typeof WIRES)[number];

/** Where records go; `end` says that there are no more. */
export interface RecordSink {
  readonly put: Put;
  readonly end: () => void;
}

/** The records that the bytes hold, one after another; a value is good until the next is asked for. */
export function readRecords(wire: Wire, chunks: Iterable<Uint8Array>): Iterable<JobRecord> {
  return wire === 'frames' ? readFrames(chunks) : readTsv(chunks);
}

export function recordSink(wire: Wire, write: (piece: Uint8Array) => void): RecordSink {
  if (wire === 'frames') {
    const encoder = new FrameEncoder(write);
    return { put: (key, value) => encoder.put(key, value), end: () => encoder.end() };
  }
  let lines = '';
  const flush = (): void => {
    if (lines !== '') write(Buffer.from(lines));
    lines = '';
  };
  return {
    put(key, value) {
      lines += toTsvLine({ key, value });
      if (lines.length > 1 << 16) flush();
    },
    end: flush,
  };
}

function* readFrames(chunks: Iterable<Uint8Array>): Generator<JobRecord> {
  const decoder = new FrameDecoder();
  for (const chunk of chunks) {
    decoder.push(chunk);
    for (let record = decoder.next(); record !== undefined; record = decoder.next()) yield record;
  }
  decoder.end();
}

/** Base64 makes 4 bytes of 3: the longest value, and its key. */
const MOST_LINE_BYTES = 1 << 28;

function* readTsv(chunks: Iterable<Uint8Array>): Generator<JobRecord> {
  for (const line of textLines(chunks)) if (line !== '') yield fromTsvLine(line);
}

/** The lines of the bytes, without their ends. */
export function* textLines(chunks: Iterable<Uint8Array>): Generator<string> {
  let lines: string[] = [];
  const take = (bytes: Uint8Array, start: number, end: number): void => {
    lines.push(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString());
  };
  const refuse = (): never => {
    throw new WireError('a line longer than any record');
  };
  const splitter = new LineSplitter(take, { maxLength: MOST_LINE_BYTES, onTooLong: refuse });
  for (const chunk of chunks) {
    splitter.push(chunk);
    const taken = lines;
    lines = [];
    yield* taken;
  }
  splitter.end();
  yield* lines;
}
