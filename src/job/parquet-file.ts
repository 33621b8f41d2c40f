import { closeSync, openSync, readSync } from 'node:fs';
import { parquetMetadata } from 'hyparquet';
import type { FileMetaData, ParquetParsers, SchemaElement } from 'hyparquet';
import { RapsheetError } from './errors.ts';
import { readThrift } from './parquet-thrift.ts';

/** 1,000 row groups of 100 columns have a footer of 10 to 30 MB. */
const MOST_FOOTER_BYTES = 1 << 26;
const MOST_SCHEMA_ELEMENTS = 10_000;
const MOST_SCHEMA_DEPTH = 32;
/**
 * Cells that a file may hold, and so many more for each of its bytes: columns in which all is alike take next to none,
 * addresses and times do not. Deflate grows to as much.
 */
const LEAST_CELLS = 1 << 20;
const MOST_CELLS_PER_BYTE = 1024;

/** A Parquet file that is open. */
export class ParquetFile {
  readonly path: string;
  readonly bytes: number;
  readonly #descriptor: number;

  constructor(path: string, bytes: number) {
    this.path = path;
    this.bytes = bytes;
    this.#descriptor = openSync(path, 'r');
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  read(start: number, end: number): Uint8Array<ArrayBuffer> {
    if (!(start >= 0 && end >= start && end <= this.bytes)) throw this.#isCut();
    const bytes = new Uint8Array(end - start);
    for (let at = 0; at < bytes.length;) {
      const length = readSync(this.#descriptor, bytes, at, bytes.length - at, start + at);
      if (length === 0) throw this.#isCut();
      at += length;
    }
    return bytes;
  }

  /** What the file says of itself, once that can be believed: it makes no more than it is. */
  metadata(parsers: Partial<ParquetParsers>): FileMetaData {
    const tail = this.read(Math.max(0, this.bytes - 8), this.bytes);
    if (tail.length < 8 || String.fromCharCode(...tail.subarray(4)) !== 'PAR1') throw this.#isCut();
    const length = new DataView(tail.buffer).getUint32(0, true);
    if (length > this.bytes - 12) throw this.#isCut();
    if (length > MOST_FOOTER_BYTES) throw new RangeError('a footer of too many bytes');
    const footer = this.read(this.bytes - 8 - length, this.bytes);
    readThrift(footer.subarray(0, length), 0);
    const metadata = parquetMetadata(footer, { parsers, geoparquet: false });
    checkSchema(metadata.schema);
    checkSums(metadata, this.bytes);
    return metadata;
  }

  #isCut(): RapsheetError {
    return new RapsheetError('CANNOT_READ', `${this.path}: a Parquet file that is cut short`);
  }
}

/** The tree is made of lists of names that grow with its depth. */
function checkSchema(schema: readonly SchemaElement[]): void {
  if (schema.length > MOST_SCHEMA_ELEMENTS) throw new RangeError('too many columns');
  /** Children that are still to come, level by level. */
  const open: number[] = [];
  for (const { num_children: children = 0 } of schema) {
    while (open.at(-1) === 0) open.pop();
    if (open.length > 0) open[open.length - 1]!--;
    open.push(children);
    if (open.length > MOST_SCHEMA_DEPTH) throw new RangeError('columns nested too deep');
  }
}

/** Row groups share no bytes, and have no more cells than bytes can hold. */
function checkSums({ row_groups: groups }: FileMetaData, fileBytes: number): void {
  let bytes = 0;
  let cells = 0;
  for (const { columns, num_rows: rows } of groups) {
    if (!(Number(rows) >= 0)) throw new RangeError('row groups of no number of rows');
    cells += Number(rows) * columns.length;
    for (const { meta_data: of } of columns) bytes += Number(of?.total_compressed_size ?? 0);
  }
  if (!(bytes <= fileBytes)) throw new RangeError('row groups that share their bytes');
  if (!(cells <= LEAST_CELLS + MOST_CELLS_PER_BYTE * fileBytes)) {
    throw new RangeError(`${cells} cells in ${fileBytes} bytes`);
  }
}
