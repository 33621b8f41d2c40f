import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { readError, RapsheetError } from '../errors.ts';
import { WireError, type JobRecord } from './job-record.ts';
import { parseJson } from './job-skips.ts';

/** Some bytes of a file, and what stands before and behind them. */
export interface SectionHeader {
  readonly path: string;
  readonly start: number;
  readonly length: number;
  /** Of the whole file. */
  readonly size: number;
  /** Bytes right before `start`, and right behind the end, that come along. */
  readonly lead: number;
  readonly tail: number;
  /** What the file begins with, if it is not the section that does. */
  readonly head: Uint8Array;
  /** The same text for files of one recording, `''` for a file by itself. */
  readonly recording: string;
  /** The section goes on where the one before it ended, in the order of the recording. */
  readonly continues: boolean;
}

/** A section that is opened when its turn has come. */
export interface SectionSource {
  readonly path: string;
  /** Throws `RapsheetError` if it cannot be. */
  open(): Section;
}

export interface Section extends SectionHeader {
  /** `lead`, then the section itself, then `tail`; a chunk may be overwritten after the next one was asked for. */
  readonly chunks: Iterable<Uint8Array>;
}

export function isWholeFile({ start, length, size }: SectionHeader): boolean {
  return start === 0 && length === size;
}

/** How much of what stands before a range is looked at for messages that begin there, unless the header says. */
const LEAD_BYTES = 1 << 22;
/** As much as is looked at to find where records begin behind the range's end. */
export const TAIL_BYTES = (1 << 21) + 1;
const HEAD_BYTES = 1 << 16;
const CHUNK_BYTES = 1 << 18;

/** Parses a section's header, `JSON` of a frame's key or of a line of a list. */
function parseSectionHeader(json: string): SectionHeader {
  const value = parseJson(Buffer.from(json));
  if (typeof value !== 'object' || value === null)
    throw new WireError('a section without a header');
  const fields = value as Record<string, unknown>;
  const path = fields['path'];
  if (typeof path !== 'string' || path === '') throw new WireError('a section without a path');
  const number = (name: string, missing: number): number => {
    const field = fields[name] ?? missing;
    if (typeof field === 'number' && Number.isSafeInteger(field) && field >= 0) return field;
    throw new WireError(
      `${path}: ${name}: expected a number of bytes, got ${JSON.stringify(field)}`,
    );
  };
  const text = (name: string): string => {
    const field = fields[name];
    return typeof field === 'string' ? field : '';
  };
  const header = {
    path,
    start: number('start', 0),
    length: number('length', 0),
    size: number('size', 0),
    lead: number('lead', 0),
    tail: number('tail', 0),
    head: Buffer.from(text('head'), 'base64'),
    recording: text('recording'),
    continues: fields['continues'] === true,
  };
  if (header.lead > header.start || header.start + header.length + header.tail > header.size) {
    throw new WireError(`${path}: bytes that the file has not`);
  }
  return header;
}

/** The sections that frames hold; each has to be read to its end, or is passed over, before the next. */
export function* frameSections(records: Iterable<JobRecord>): Generator<SectionSource> {
  const source = records[Symbol.iterator]();
  for (let next = source.next(); next.done !== true; next = source.next()) {
    const header = parseSectionHeader(next.value.key);
    const chunks = sectionChunks(header, source);
    yield { path: header.path, open: () => ({ ...header, chunks }) };
    while (chunks.next().done !== true);
  }
}

function* sectionChunks(
  { path, lead, length, tail }: SectionHeader,
  source: Iterator<JobRecord>,
): Generator<Uint8Array> {
  let received = 0;
  let isOver = false as boolean;
  const nextChunk = (): Uint8Array => {
    const next = source.next();
    if (next.done === true) throw new WireError(`${path}: the section has no end`);
    const { key, value } = next.value;
    if (key !== '') throw new WireError(`${path}: a section within a section`);
    isOver = value.length === 0;
    received += value.length;
    return value;
  };
  try {
    for (let chunk = nextChunk(); chunk.length > 0; chunk = nextChunk()) yield chunk;
  } finally {
    // Whoever wants no more of it leaves the rest.
    while (!isOver) nextChunk();
  }
  const expected = lead + length + tail;
  if (received === expected) return;
  throw new WireError(`${path}: expected ${expected} bytes, got ${received}`);
}

/**
 * The section that a line of a list stands for: a path, or a header whose `lead` and `tail` are seen to here. A number
 * and a tab before it are Hadoop's.
 */
export function fileSection(line: string): SectionSource {
  const text = line.replace(/^\d+\t/, '');
  const range = text.startsWith('{') ? parseFileRange(text) : { path: text };
  const path = localPath(range.path);
  return { path, open: () => openSection({ ...range, path }) };
}

/** What of a file a section is; by default all of it. */
export interface FileRange {
  readonly path: string;
  readonly start?: number;
  readonly length?: number;
  readonly recording?: string;
  readonly continues?: boolean;
}

/** A line of a list for a range: `JSON` unless the path alone says it. */
export function fileRangeLine(range: FileRange): string {
  const isPlain = Object.keys(range).length === 1 && !/^\{|^\d+\t|[\r\n\t]/.test(range.path);
  return isPlain ? range.path : JSON.stringify(range);
}

function parseFileRange(json: string): FileRange {
  const value = parseJson(Buffer.from(json)) as Partial<Record<keyof FileRange, unknown>> | null;
  const { path, start, length, recording, continues } = value ?? {};
  if (typeof path !== 'string' || path === '') throw new WireError('a section without a path');
  return {
    path,
    ...(isOffset(start) ? { start } : {}),
    ...(isOffset(length) ? { length } : {}),
    ...(typeof recording === 'string' ? { recording } : {}),
    continues: continues === true,
  };
}

function isOffset(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** A section of a file of this machine. */
export function openSection(range: FileRange): Section {
  const { path, start = 0, recording = '', continues = false } = range;
  const descriptor = openFile(path);
  try {
    const { size } = fstatSync(descriptor);
    const length = range.length ?? size - start;
    if (start + length > size) {
      throw new RapsheetError('CANNOT_READ', `${path}: shorter than when it was listed`);
    }
    const lead = Math.min(start, LEAD_BYTES);
    const tail = Math.min(size - start - length, TAIL_BYTES);
    const head =
      start === 0 ? new Uint8Array(0) : readAt(descriptor, 0, Math.min(size, HEAD_BYTES));
    const chunks = fileChunks(path, start - lead, start + length + tail);
    return { path, start, length, size, lead, tail, head, recording, continues, chunks };
  } catch (cause) {
    throw readError(path, cause);
  } finally {
    closeSync(descriptor);
  }
}

function localPath(path: string): string {
  return path.startsWith('file:') ? decodeURIComponent(path.replace(/^file:(\/\/)?/, '')) : path;
}

function openFile(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    throw readError(path, cause);
  }
}

function* fileChunks(path: string, from: number, to: number): Generator<Uint8Array> {
  const descriptor = openFile(path);
  const buffer = new Uint8Array(CHUNK_BYTES);
  try {
    for (let at = from; at < to;) {
      const length = readSync(descriptor, buffer, 0, Math.min(CHUNK_BYTES, to - at), at);
      if (length === 0) throw new RapsheetError('CANNOT_READ', `${path}: shorter than when it was listed`); // prettier-ignore
      yield buffer.subarray(0, length);
      at += length;
    }
  } catch (cause) {
    throw readError(path, cause);
  } finally {
    closeSync(descriptor);
  }
}

function readAt(descriptor: number, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const filled = readSync(descriptor, bytes, 0, length, offset);
  return bytes.subarray(0, filled);
}
