import { FrameDecoder } from './frame-decoder.ts';
import { PcapReader } from './pcap-reader.ts';
import { PcapngReader } from './pcapng-reader.ts';
import { RECOGNISE_LENGTH, recogniseCapture } from './recognise-capture.ts';
import type { RecordReader } from './record-reader.ts';
import { findUnits } from './resynchronise.ts';

/** A file that can be read anywhere. */
export interface SeekableBytes {
  readonly size: number;
  /** The bytes from `offset` on: `length` of them, or fewer at the file's end. */
  readAt(offset: number, length: number): Uint8Array;
}

/** Where one capture may be cut. */
export interface CaptureRanges {
  /** The bytes every part of the file needs before its own: file header, or section and interfaces. */
  readonly headers: Uint8Array;
  /** Offsets of records, ascending; the first is that of the file's first record. */
  readonly starts: readonly number[];
}

const HEAD_BYTES = 1 << 20;
/** A chain and the longest records before and behind it. */
const WINDOW_BYTES = 1 << 21;
const INTERFACE_DESCRIPTION = 1;

/**
 * Places at which a capture can be cut into `count` parts of about the same size: each at the end of a chain of
 * likely records. That is no proof: whoever reads a part has to end exactly where the next begins. Fewer parts
 * where no chain is found; `undefined` for what is no capture.
 */
export function findRanges(source: SeekableBytes, count: number): CaptureRanges | undefined {
  const head = source.readAt(0, HEAD_BYTES);
  const opened = readHeaders(head);
  if (opened === undefined) return undefined;
  const { reader, end } = opened;
  const starts = [end];
  for (let i = 1; i < count; i++) {
    const nominal = end + Math.floor(((source.size - end) * i) / count);
    const start = nextUnit(source, nominal, reader);
    if (start > starts.at(-1)! && start < source.size) starts.push(start);
  }
  return { headers: head.slice(0, end), starts };
}

/** A place behind `offset` where a record begins, for all that can be told; the file's size if none is found. */
export function nextRecord(source: SeekableBytes, headers: Uint8Array, offset: number): number {
  const opened = readHeaders(headers);
  return opened === undefined ? source.size : nextUnit(source, offset, opened.reader);
}

function nextUnit(source: SeekableBytes, offset: number, reader: RecordReader): number {
  const window = source.readAt(offset, WINDOW_BYTES);
  const isEnd = offset + window.length >= source.size;
  const { found, end } = findUnits(window, 0, reader, isEnd);
  // Not the chain's beginning: bytes that look like a header by chance may lead to one that is true.
  return found ? offset + end : source.size;
}

/** A reader that knows the file's headers, and where they end. */
function readHeaders(head: Uint8Array): { reader: RecordReader; end: number } | undefined {
  if (head.length < RECOGNISE_LENGTH) return undefined;
  const frames = new FrameDecoder(() => undefined);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const format = recogniseCapture(head);
  if (format === undefined) return undefined;
  const reader = format === 'pcap' ? new PcapReader(frames) : new PcapngReader(frames);
  let end = 0;
  do {
    const length = head.length - end < reader.headerLength ? 0 : reader.unitLength(view, end);
    if (length === 0 || length > head.length - end || !reader.read(view, end, length)) {
      return undefined;
    }
    end += length;
  } while (format === 'pcapng' && isInterface(view, end));
  return { reader, end };
}

function isInterface(view: DataView, offset: number): boolean {
  if (view.byteLength - offset < 4) return false;
  const littleEndian = view.getUint32(8) === 0x4d3c2b1a;
  return view.getUint32(offset, littleEndian) === INTERFACE_DESCRIPTION;
}
