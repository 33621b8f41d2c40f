import { parquetSchema } from 'hyparquet';
import type { ParquetParsers, SchemaTree } from 'hyparquet';
import { usedColumns } from '../flow/table-columns.ts';
import { RapsheetError, readError, systemCode } from './errors.ts';
import { ParquetFile } from './parquet-file.ts';
import { readParquetGroup, type ParquetCells } from './parquet-group.ts';

const CHUNK_CHARACTERS = 1 << 18;
/** A cell is cut there: a text that a dictionary has once can stand in every row. */
const MOST_CELL_CHARACTERS = 4096;
/** What the cells of a row group may be as text, so that a small file is no endless one. */
const MOST_GROUP_CHARACTERS = 2 ** 31;

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
  let rowsRead = 0;
  let file: ParquetFile | undefined;
  try {
    file = new ParquetFile(path, options.bytes);
    const metadata = file.metadata(PARSERS);
    const leaves = parquetSchema(metadata).children.filter(isLeaf);
    const names = leaves.map(({ element }) => element.name);
    const columns = usedColumns(names, options.columns).map((index) => names[index]!);
    const style = columns.includes('srcaddr') && columns.includes('dstaddr') ? BLANKS : CSV;
    yield* encode([`${columns.map((name) => style.cell(name)).join(style.delimiter)}\n`]);
    for (const [index, group] of metadata.row_groups.entries()) {
      const rows = Number(group.num_rows);
      const data = await readParquetGroup(file, { metadata, columns, index, parsers: PARSERS });
      yield* encode(linesOf(data, rows, style));
      rowsRead += rows;
      await options.onBytes?.(options.bytes / metadata.row_groups.length);
    }
  } catch (cause) {
    if (rowsRead > 0 && options.onDamage !== undefined) {
      options.onDamage('corruptParquet');
      return;
    }
    if (cause instanceof RapsheetError) throw cause;
    if (systemCode(cause) !== '') throw readError(path, cause);
    const why = cause instanceof Error ? cause.message.split('\n')[0]! : String(cause);
    throw new RapsheetError('CANNOT_READ', `${path}: a Parquet file that is damaged or of a kind that is not read (${why})`, { cause }); // prettier-ignore
  } finally {
    file?.close();
  }
}

function isLeaf(child: SchemaTree): boolean {
  return child.children.length === 0 && child.element.repetition_type !== 'REPEATED';
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

function* linesOf(data: readonly ParquetCells[], rows: number, { delimiter, cell }: TextStyle) {
  let characters = 0;
  for (let row = 0; row < rows; row++) {
    let line = '';
    for (let column = 0; column < data.length; column++) {
      if (column > 0) line += delimiter;
      line += cell(textOf(data[column]![row]));
    }
    characters += line.length;
    if (characters > MOST_GROUP_CHARACTERS) throw new RangeError('texts of too many characters');
    yield `${line}\n`;
  }
}

function textOf(value: unknown): string {
  switch (typeof value) {
    case 'string': {
      const text = value.slice(0, MOST_CELL_CHARACTERS);
      return /[\r\n]/.test(text) ? text.replace(/[\r\n]+/g, ' ') : text;
    }
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

/** Times as ISO 8601 in UTC, to the microsecond; days as such. */
const PARSERS: Partial<ParquetParsers> = {
  timestampFromMilliseconds: (ms: bigint) => isoTime(ms * 1000n),
  timestampFromMicroseconds: isoTime,
  timestampFromNanoseconds: (ns: bigint) => isoTime(ns / 1000n),
  dateFromDays: (days: number) => isoTime(BigInt(days) * 86_400_000_000n).slice(0, 10),
  // Structures, which are left out; made of texts they would be many times as large.
  jsonFromBytes: () => undefined,
  geometryFromBytes: () => undefined,
  geographyFromBytes: () => undefined,
};

const LATEST_MS = 8.64e15;

function isoTime(us: bigint): string {
  const ms = Number(us / 1000n);
  if (us < 0n || ms > LATEST_MS) return '';
  const micros = String(us % 1_000_000n).padStart(6, '0');
  return `${new Date(ms).toISOString().slice(0, -4)}${micros}Z`;
}
