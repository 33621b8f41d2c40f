import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js';

/** What the pages of a column hold, by their own headers. */
export interface PageSizes {
  /** Values of the data pages. */
  readonly values: number;
  /** The largest count that any page claims. */
  readonly mostValues: number;
  /** Unpacked. */
  readonly bytes: number;
}

/**
 * Walks from page header to page header of a column chunk without unpacking a page (`PageHeader` of parquet.thrift):
 * a few bytes can claim 2³¹ values, which nobody should make room for before having asked.
 */
export function pageSizes(chunk: Uint8Array): PageSizes {
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  const reader = { view, offset: 0 };
  let [values, mostValues, bytes] = [0, 0, 0];
  while (reader.offset < chunk.length - 1) {
    const header = deserializeTCompactProtocol(reader) as PageHeader;
    const [unpacked, packed] = [count(header.field_2), count(header.field_3)];
    const inData = count(header.field_5?.field_1) + count(header.field_8?.field_1);
    const inDictionary = count(header.field_7?.field_1);
    values += inData;
    mostValues = Math.max(mostValues, inData, inDictionary);
    bytes += unpacked;
    reader.offset += packed;
  }
  return { values, mostValues, bytes };
}

interface PageHeader {
  readonly field_2?: unknown;
  readonly field_3?: unknown;
  readonly field_5?: { readonly field_1?: unknown };
  readonly field_7?: { readonly field_1?: unknown };
  readonly field_8?: { readonly field_1?: unknown };
}

function count(value: unknown): number {
  if (value === undefined) return 0;
  if (typeof value === 'number' && value >= 0) return value;
  throw new RangeError('a page of no whole number of bytes or values');
}
