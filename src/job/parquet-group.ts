import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { decompress as decompressZstd } from 'fzstd';
import { parquetRead } from 'hyparquet';
import type { AsyncBuffer, ColumnMetaData, Compressors, FileMetaData, ParquetParsers, SchemaElement } from 'hyparquet'; // prettier-ignore
import { snappyUncompress } from 'hyparquet/src/snappy.js';
import { RapsheetError } from './errors.ts';
import { decodeLz4Block } from './lz4.ts';
import type { ParquetFile } from './parquet-file.ts';
import { checkPages } from './parquet-pages.ts';

/**
 * What a row group may hold once it is unpacked: it is in memory as a whole, texts and times of up to 60 bytes a cell.
 * Writers make them of 1 to 128 MiB.
 */
const MOST_GROUP_BYTES = 1 << 28;
const MOST_GROUP_CELLS = 1 << 24;

/** Cells of a column; what is missing is `null` or `undefined`. */
export interface ParquetCells {
  readonly length: number;
  readonly [row: number]: unknown;
}

export interface GroupRequest {
  readonly metadata: FileMetaData;
  /** Which row group, from 0. */
  readonly index: number;
  /** Names of flat columns. */
  readonly columns: readonly string[];
  readonly parsers: Partial<ParquetParsers>;
}

/**
 * The cells of some columns of a row group, column by column. No page is handed to the library before it has been
 * walked through (`checkPages`): it would make room for whatever a page claims.
 */
export async function readParquetGroup(
  file: ParquetFile,
  { metadata, index, columns, parsers }: GroupRequest,
): Promise<ParquetCells[]> {
  const group = metadata.row_groups[index]!;
  const rows = Number(group.num_rows);
  const refuse = (): never => {
    throw new RapsheetError(
      'CANNOT_READ',
      `${file.path}: row group ${index + 1} has ${rows} rows of ${columns.length} columns, more than is read at once`,
      { hint: 'write it with smaller row groups: 100,000 rows' },
    );
  };
  if (!(rows * columns.length <= MOST_GROUP_CELLS)) refuse();
  let left = MOST_GROUP_BYTES;
  const data: ParquetCells[] = [];
  for (const name of columns) {
    const element = elementOf(metadata, name);
    const column = group.columns.find(({ meta_data: of }) => of?.path_in_schema.length === 1 && of.path_in_schema[0] === name); // prettier-ignore
    if (column?.meta_data === undefined) throw new RangeError(`a row group without ${name}`);
    const of = column.meta_data;
    const start = startOf(of);
    const size = Number(of.total_compressed_size);
    if (!(size <= left)) refuse();
    const chunk = file.read(start, start + size);
    const { type, codec } = of;
    const unpack = UNPACK[codec];
    if (unpack === undefined) throw new RangeError(`packed with ${codec}`);
    const isOptional = element.repetition_type !== 'REQUIRED';
    const typeLength = element.type_length ?? 0;
    left -= checkPages(chunk, { type, typeLength, isOptional, unpack }, { values: rows, bytes: left }); // prettier-ignore
    data.push(await readCells(new ChunkBuffer(chunk, start, file.bytes), {
      name,
      rows,
      parsers,
      // The library looks through all it is told of for every column.
      metadata: { ...metadata, num_rows: group.num_rows, schema: [root(metadata), element], row_groups: [{ ...group, columns: [column] }] },
    })); // prettier-ignore
  }
  return data;
}

function root({ schema }: FileMetaData): SchemaElement {
  return { ...schema[0]!, num_children: 1 };
}

/** Of children of the root; the first of a name. */
function elementOf({ schema }: FileMetaData, name: string): SchemaElement {
  const element = schema.find((one, index) => index > 0 && one.name === name && !one.num_children);
  if (element === undefined) throw new RangeError(`no column ${name}`);
  return element;
}

/** The dictionary comes first, where there is one. */
function startOf({ data_page_offset: data, dictionary_page_offset: dictionary }: ColumnMetaData): number {
  const offsets = [Number(data), Number(dictionary ?? 0)].filter((offset) => offset > 0);
  return Math.min(...offsets);
} // prettier-ignore

interface CellsRequest {
  readonly name: string;
  readonly rows: number;
  readonly parsers: Partial<ParquetParsers>;
  readonly metadata: FileMetaData;
}

async function readCells(
  file: AsyncBuffer,
  { name, rows, parsers, metadata }: CellsRequest,
): Promise<ParquetCells> {
  const chunks: ParquetCells[] = [];
  await parquetRead({
    file,
    metadata,
    columns: [name],
    rowStart: 0,
    rowEnd: rows,
    compressors: COMPRESSORS,
    parsers,
    onChunk: ({ columnData }) => chunks.push(columnData),
  });
  if (chunks.length === 1) return chunks[0]!;
  const cells = new Array<unknown>(rows);
  let row = 0;
  for (const chunk of chunks) for (let i = 0; i < chunk.length; row++, i++) cells[row] = chunk[i];
  return cells;
}

/** A column chunk where it stands in the file: who asks for anything else has not understood it as we did. */
class ChunkBuffer implements AsyncBuffer {
  readonly byteLength: number;
  readonly #chunk: Uint8Array<ArrayBuffer>;
  readonly #start: number;

  constructor(chunk: Uint8Array<ArrayBuffer>, start: number, fileBytes: number) {
    this.#chunk = chunk;
    this.#start = start;
    this.byteLength = fileBytes;
  }

  slice(start: number, end = this.byteLength): ArrayBuffer {
    if (start !== this.#start || end !== start + this.#chunk.length) {
      throw new RangeError('a column that does not lie where it says');
    }
    return this.#chunk.buffer;
  }
}

type Unpack = (bytes: Uint8Array, length: number) => Uint8Array;

/** By `CompressionCodec` of parquet.thrift. */
const UNPACK: Readonly<Record<string, Unpack>> = {
  UNCOMPRESSED: (bytes) => bytes,
  SNAPPY: (bytes, length) => {
    const page = new Uint8Array(length);
    snappyUncompress(bytes, page);
    return page;
  },
  GZIP: (bytes, length) => gunzipSync(bytes, { maxOutputLength: Math.max(1, length) }),
  BROTLI: (bytes, length) => brotliDecompressSync(bytes, { maxOutputLength: Math.max(1, length) }),
  ZSTD: (bytes, length) => decompressZstd(bytes, new Uint8Array(length)),
  LZ4_RAW: decodeLz4Block,
};

/** Those that are none of the library's own. */
const COMPRESSORS: Compressors = {
  GZIP: UNPACK['GZIP']!,
  BROTLI: UNPACK['BROTLI']!,
  ZSTD: UNPACK['ZSTD']!,
  LZ4_RAW: UNPACK['LZ4_RAW']!,
};
