import { deltaBinaryUnpack } from 'hyparquet/src/delta.js';
import { RunBytes, walkDeltas, walkRuns } from './parquet-runs.ts';
import { readThrift, thriftCount, thriftStruct, type ThriftStruct } from './parquet-thrift.ts';

/** What the file says of a column; a flat one. */
export interface PageColumn {
  /** `INT32`, `BYTE_ARRAY` … */
  readonly type: string;
  /** Bytes of a value of fixed length. */
  readonly typeLength: number;
  /** Values may be missing: pages have definition levels. */
  readonly isOptional: boolean;
  /** Unpacks a page into so many bytes. */
  readonly unpack: (bytes: Uint8Array, length: number) => Uint8Array;
}

/** What may come out of a column chunk. */
export interface PageLimits {
  /** Values of its data pages together, and of any page. */
  readonly values: number;
  /** Of pages unpacked, and of values that share their beginnings written out. */
  readonly bytes: number;
}

/** `PageType` and `Encoding` of parquet.thrift. */
const DATA = 0, DICTIONARY = 2, DATA_2 = 3; // prettier-ignore
const PLAIN = 0, PLAIN_DICTIONARY = 2, RLE = 3, DELTA_PACKED = 5, DELTA_LENGTHS = 6, DELTA_STRINGS = 7, RLE_DICTIONARY = 8, SPLIT = 9; // prettier-ignore

/** An object is made of each value of a page, 150 bytes where it is a text. Writers end pages after 1 MiB or 20,000 rows. */
const MOST_PAGE_VALUES = 1 << 21;

/** Bits of a value as it stands. */
const WIDTHS: Readonly<Record<string, number>> = {
  BOOLEAN: 1, INT32: 32, INT64: 64, INT96: 96, FLOAT: 32, DOUBLE: 64, BYTE_ARRAY: 32,
}; // prettier-ignore

/**
 * Walks through the pages of a column chunk and throws `RangeError` if any of them claims what is not there: sizes and
 * counts in its header, runs of more values than it has, lengths beyond its end. A reader of Parquet makes room for what
 * is claimed, and some such claims have no end at all; what passes here is read in memory and time that are proportional
 * to its bytes and values. Returns the bytes that came out.
 */
export function checkPages(chunk: Uint8Array, column: PageColumn, limits: PageLimits): number {
  let values = 0;
  let bytes = 0;
  for (let at = 0; at < chunk.length - 1;) {
    const header = readThrift(chunk, at);
    const [unpacked, packed] = [thriftCount(header, 2), thriftCount(header, 3)];
    if (!(packed >= 0 && packed <= chunk.length - header.end)) throw new RangeError('a page beyond its column'); // prettier-ignore
    bytes += unpacked;
    if (!(unpacked >= 0 && bytes <= limits.bytes)) throw new RangeError('pages of too many bytes');
    const page = chunk.subarray(header.end, header.end + packed);
    const read = checkPage(header, page, column, {
      values: limits.values - values,
      bytes: limits.bytes - bytes,
    });
    values += read.values;
    bytes += read.bytes;
    at = header.end + packed;
  }
  return bytes;
}

/** Values of data, and what they are more than the page's own bytes. */
interface PageRead {
  readonly values: number;
  readonly bytes: number;
}

const NOTHING: PageRead = { values: 0, bytes: 0 };

function checkPage(
  header: ThriftStruct,
  page: Uint8Array,
  column: PageColumn,
  limits: PageLimits,
): PageRead {
  const length = thriftCount(header, 2);
  switch (thriftCount(header, 1)) {
    case DATA:
      return checkData(thriftStruct(header, 5), unpack(page, length, column), column, limits);
    case DATA_2:
      return checkData2(thriftStruct(header, 8), { page, length }, column, limits);
    case DICTIONARY: {
      const count = valuesOf(thriftStruct(header, 7), limits);
      checkPlain(new RunBytes(unpack(page, length, column)), count, column);
      return NOTHING;
    }
    default:
      throw new RangeError('a page of another type');
  }
}

function valuesOf(facts: ThriftStruct | undefined, limits: PageLimits): number {
  const count = thriftCount(facts, 1);
  if (count > limits.values) throw new RangeError('pages of more values than there are rows');
  if (count > MOST_PAGE_VALUES) throw new RangeError('a page of more values than are read at once');
  return count;
}

function unpack(page: Uint8Array, length: number, column: PageColumn): Uint8Array {
  const bytes = column.unpack(page, length);
  if (bytes.length !== length) throw new RangeError('a page of another length than it says');
  return bytes;
}

function checkData(
  facts: ThriftStruct | undefined,
  page: Uint8Array,
  column: PageColumn,
  limits: PageLimits,
): PageRead {
  const count = valuesOf(facts, limits);
  let run = new RunBytes(page);
  let there = count;
  if (column.isOptional) {
    const levels = run.uint32();
    const start = run.at;
    there = walkRuns(run, 1, count);
    run = new RunBytes(page, start + levels);
  }
  const encoding = thriftCount(facts, 2);
  if (column.type === 'BOOLEAN' && [PLAIN_DICTIONARY, RLE, RLE_DICTIONARY].includes(encoding)) {
    run.uint32();
    walkRuns(run, 1, there);
    return { values: count, bytes: 0 };
  }
  if (encoding === RLE) throw new RangeError('runs of what is no truth value');
  return { values: count, bytes: checkValues(run, encoding, there, column, limits.bytes) };
}

/** The levels stand before what is packed, and the header says how many values are missing. */
function checkData2(
  facts: ThriftStruct | undefined,
  { page, length }: { readonly page: Uint8Array; readonly length: number },
  column: PageColumn,
  limits: PageLimits,
): PageRead {
  const count = valuesOf(facts, limits);
  const [missing, rows] = [thriftCount(facts, 2), thriftCount(facts, 3)];
  const [levels, repetition] = [thriftCount(facts, 5), thriftCount(facts, 6)];
  if (missing > count || rows !== count || repetition !== 0) throw new RangeError('a page of other rows'); // prettier-ignore
  const levelRun = new RunBytes(page, 0, levels);
  if (column.isOptional) walkRuns(levelRun, 1, count);
  const isPacked = facts?.fields.get(7) !== false;
  if (levels > length) throw new RangeError('a page of another length than it says');
  const values = page.subarray(levels);
  const run = new RunBytes(isPacked ? unpack(values, length - levels, column) : values);
  const encoding = thriftCount(facts, 4);
  if (encoding === RLE) {
    run.uint32();
    walkRuns(run, 1, count - missing);
    return { values: count, bytes: 0 };
  }
  return {
    values: count,
    bytes: checkValues(run, encoding, count - missing, column, limits.bytes),
  };
}

/** Returns what comes out beyond the page's own bytes. */
function checkValues(
  run: RunBytes,
  encoding: number,
  count: number,
  column: PageColumn,
  mostBytes: number,
): number {
  switch (encoding) {
    case PLAIN:
      checkPlain(run, count, column);
      return 0;
    case PLAIN_DICTIONARY:
    case RLE_DICTIONARY:
      walkRuns(run, run.byte(), count);
      return 0;
    case SPLIT:
      if (column.type === 'BYTE_ARRAY') throw new RangeError('texts in streams');
      checkPlain(run, count, column);
      return 0;
    case DELTA_PACKED:
    case DELTA_LENGTHS:
      walkDeltas(run, count);
      return 0;
    case DELTA_STRINGS:
      return checkStrings(run, count, mostBytes);
    default:
      throw new RangeError('values in another encoding');
  }
}

/** Of a text at least its length stands there. */
function checkPlain(run: RunBytes, count: number, { type, typeLength }: PageColumn): void {
  const width = type === 'FIXED_LEN_BYTE_ARRAY' ? typeLength * 8 : (WIDTHS[type] ?? 0);
  if (!(width > 0 && Math.ceil((count * width) / 8) <= run.left)) {
    throw new RangeError('fewer values than the page says');
  }
}

/** Each text says how much of the one before it begins with: a few bytes can be many long texts. */
function checkStrings(run: RunBytes, count: number, mostBytes: number): number {
  const prefixes = lengthsAt(run, count);
  const suffixes = lengthsAt(run, count);
  let before = 0;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const [prefix, suffix] = [prefixes[i]!, suffixes[i]!];
    if (prefix < 0 || prefix > before || suffix < 0) throw new RangeError('a text longer than it is'); // prettier-ignore
    run.pass(suffix);
    before = prefix + suffix;
    sum += before;
    if (sum > mostBytes) throw new RangeError('texts of too many bytes');
  }
  return sum;
}

function lengthsAt(run: RunBytes, count: number): Int32Array {
  const start = run.at;
  walkDeltas(run, count);
  const lengths = new Int32Array(count);
  const view = new DataView(run.bytes.buffer, run.bytes.byteOffset, run.bytes.byteLength);
  const reader = { view, offset: start };
  deltaBinaryUnpack(reader, count, lengths);
  run.at = reader.offset;
  return lengths;
}
