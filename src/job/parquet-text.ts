import { closeSync, openSync, readSync } from 'node:fs';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { decompress as decompressZstd } from 'fzstd';
import { parquetMetadataAsync, parquetRead, parquetSchema } from 'hyparquet';
import type { AsyncBuffer, Compressors, FileMetaData, SchemaTree } from 'hyparquet';
import { usedColumns } from '../flow/table-columns.ts';
import { RapsheetError, readError, systemCode } from './errors.ts';
import { pageSizes } from './parquet-pages.ts';

/** What a row group may hold once it is unpacked: it is in memory as a whole. Writers make them of 1 to 128 MiB. */
const MOST_GROUP_BYTES = 1 << 29;
const MOST_GROUP_CELLS = 1 << 25;
const CHUNK_CHARACTERS = 1 << 18;

/** Whether this is the beginning of a Parquet file. */
export function isParquet(head: Uint8Array): boolean {
  return head.length >= 4 && head[0] === 80 && head[1] === 65 && head[2] === 82 && head[3] === 49;
}

export interface ParquetTextOptions {
  /** Bytes of the file. */
  readonly bytes: number;
  /** Columns that are wanted; without it, those that a reader of tables would look at. */
  readonly columns?: readonly string[];
  /** Called with the share of the file's bytes that a row group was. */
  readonly onBytes?: (bytes: number) => void | Promise<void>;
  /** Called when a row group is damaged; those before it have been read. By default, an error. */
  readonly onDamage?: (reason: string) => void;
}

/**
 * A Parquet file as the table in text that its columns would be: CSV, or the blanks of a flow log where the names are
 * those of one, so that whoever reads the table need not know which it was. Row group by row group, and only columns
 * that are looked at. Lists and structures are left out, missing is an empty cell.
 */
export async function* parquetText(
  path: string,
  options: ParquetTextOptions,
): AsyncGenerator<Uint8Array> {
  const descriptor = openSync(path, 'r');
  let rowStart = 0;
  try {
    const file = new ReadableFile(descriptor, path, options.bytes);
    const metadata = await parquetMetadataAsync(file, { parsers: PARSERS });
    const leaves = parquetSchema(metadata).children.filter(isLeaf);
    const names = leaves.map(({ element }) => element.name);
    const columns = usedColumns(names, options.columns).map((index) => names[index]!);
    const style = columns.includes('srcaddr') && columns.includes('dstaddr') ? BLANKS : CSV;
    yield* encode([`${columns.map((name) => style.cell(name)).join(style.delimiter)}\n`]);
    for (const [index, group] of metadata.row_groups.entries()) {
      const rows = Number(group.num_rows);
      checkSize(file, { metadata, columns, index });
      const data = await readGroup(file, { metadata, columns, rowStart, rowEnd: rowStart + rows });
      yield* encode(linesOf(data, rows, style));
      rowStart += rows;
      await options.onBytes?.(options.bytes / metadata.row_groups.length);
    }
  } catch (cause) {
    if (rowStart > 0 && options.onDamage !== undefined) {
      options.onDamage('corruptParquet');
      return;
    }
    if (cause instanceof RapsheetError) throw cause;
    if (systemCode(cause) !== '') throw readError(path, cause);
    const why = cause instanceof Error ? cause.message.split('\n')[0]! : String(cause);
    throw new RapsheetError('CANNOT_READ', `${path}: a Parquet file that is damaged or of a kind that is not read (${why})`, { cause }); // prettier-ignore
  } finally {
    closeSync(descriptor);
  }
}

function isLeaf(child: SchemaTree): boolean {
  return child.children.length === 0 && child.element.repetition_type !== 'REPEATED';
}

/** What the file says of its groups, and then what the pages say of themselves: a file may lie about either. */
function checkSize(
  file: ReadableFile,
  {
    metadata,
    columns,
    index,
  }: { metadata: FileMetaData; columns: readonly string[]; index: number },
): void {
  const { columns: chunks, num_rows: claimed } = metadata.row_groups[index]!;
  const rows = Number(claimed);
  const refuse = (): never => {
    throw new RapsheetError(
      'CANNOT_READ',
      `${file.path}: row group ${index + 1} has ${rows} rows of ${columns.length} columns, more than is read at once`,
      {
        // prettier-ignore
        hint: 'write it with smaller row groups: 100,000 rows',
      },
    );
  };
  if (!(rows * columns.length <= MOST_GROUP_CELLS)) refuse();
  let bytes = 0;
  for (const { meta_data: of } of chunks) {
    if (of === undefined || !columns.includes(of.path_in_schema[0] ?? '')) continue;
    const offsets = [of.data_page_offset, of.dictionary_page_offset ?? of.data_page_offset].map(Number); // prettier-ignore
    const start = Math.min(...offsets.filter((offset) => offset > 0));
    const pages = pageSizes(file.read(start, start + Number(of.total_compressed_size)));
    if (pages.values > rows) throw new RangeError('pages of more values than there are rows');
    bytes += pages.bytes;
    if (bytes > MOST_GROUP_BYTES || pages.mostValues > Math.max(rows, pages.bytes)) refuse();
  }
}

type ColumnData = readonly { readonly length: number; readonly [row: number]: unknown }[];

/** The cells of some columns, column by column. */
async function readGroup(
  file: AsyncBuffer,
  range: { metadata: FileMetaData; columns: string[]; rowStart: number; rowEnd: number },
): Promise<ColumnData> {
  const data: unknown[][] = [];
  for (const column of range.columns) {
    const cells: unknown[] = [];
    await parquetRead({
      file,
      ...range,
      columns: [column],
      compressors: COMPRESSORS,
      parsers: PARSERS,
      onChunk: ({ columnData }) => {
        for (const cell of columnData) cells.push(cell);
      },
    });
    data.push(cells);
  }
  return data;
}

interface TextStyle {
  readonly delimiter: string;
  readonly cell: (text: string) => string;
}

const CSV: TextStyle = {
  delimiter: ',',
  cell: (text) => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text),
};
/** A VPC flow log in text has blanks between its fields and a dash for what is missing. */
const BLANKS: TextStyle = { delimiter: ' ', cell: (text) => text.replaceAll(' ', '_') || '-' };

function* linesOf(data: ColumnData, rows: number, { delimiter, cell }: TextStyle) {
  for (let row = 0; row < rows; row++) {
    let line = '';
    for (let column = 0; column < data.length; column++) {
      if (column > 0) line += delimiter;
      line += cell(textOf(data[column]![row]));
    }
    yield `${line}\n`;
  }
}

function textOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return /[\r\n]/.test(value) ? value.replace(/[\r\n]+/g, ' ') : value;
    case 'number':
      return Number.isNaN(value) ? '' : String(value);
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      return '';
  }
}

function* encode(lines: Iterable<string>): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  let text = '';
  for (const line of lines) {
    text += line;
    if (text.length < CHUNK_CHARACTERS) continue;
    yield encoder.encode(text);
    text = '';
  }
  if (text !== '') yield encoder.encode(text);
}

/** Times as ISO 8601 in UTC, to the microsecond. */
const PARSERS = {
  timestampFromMilliseconds: (ms: bigint) => isoTime(ms * 1000n),
  timestampFromMicroseconds: isoTime,
  timestampFromNanoseconds: (ns: bigint) => isoTime(ns / 1000n),
};

const LATEST_MS = 8.64e15;

function isoTime(us: bigint): string {
  const ms = Number(us / 1000n);
  if (us < 0n || ms > LATEST_MS) return '';
  const micros = String(us % 1_000_000n).padStart(6, '0');
  return `${new Date(ms).toISOString().slice(0, -4)}${micros}Z`;
}

/** Snappy and none are hyparquet's own. */
const COMPRESSORS: Compressors = {
  GZIP: (bytes, length) => gunzipSync(bytes, { maxOutputLength: length }),
  BROTLI: (bytes, length) => brotliDecompressSync(bytes, { maxOutputLength: length }),
  ZSTD: (bytes, length) => decompressZstd(bytes, new Uint8Array(length)),
};

class ReadableFile implements AsyncBuffer {
  readonly path: string;
  readonly byteLength: number;
  readonly #descriptor: number;

  constructor(descriptor: number, path: string, byteLength: number) {
    this.#descriptor = descriptor;
    this.path = path;
    this.byteLength = byteLength;
  }

  slice(start: number, end = this.byteLength): ArrayBuffer {
    return this.read(start, end).buffer;
  }

  read(start: number, end: number): Uint8Array<ArrayBuffer> {
    if (!(start >= 0 && end >= start && end <= this.byteLength)) throw this.#isCut();
    const bytes = new Uint8Array(end - start);
    for (let at = 0; at < bytes.length;) {
      const length = readSync(this.#descriptor, bytes, at, bytes.length - at, start + at);
      if (length === 0) throw this.#isCut();
      at += length;
    }
    return bytes;
  }

  #isCut(): RapsheetError {
    return new RapsheetError('CANNOT_READ', `${this.path}: a Parquet file that is cut short`);
  }
}
