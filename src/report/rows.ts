import type { Column } from './column.ts';
import { csvRows } from './csv-rows.ts';
import { ndjsonRows } from './ndjson-rows.ts';
import { parquetRows } from './parquet-rows.ts';
import { zeekRows } from './zeek-rows.ts';

/** Takes one row after another and writes each on when it can: memory does not grow with their number. */
export interface RowWriter<Row> {
  row(row: Row): void;
  /** Writes what must stand at the end; there are no more rows. */
  end(): void;
}

/** Takes the next piece of the file. What it throws ends the writing. */
export type Put = (piece: string | Uint8Array) => void;

export type RowFormat = 'csv' | 'ndjson' | 'parquet' | 'zeek';

/** Begins a table of these columns. */
export type RowFormatter = <Row>(columns: readonly Column<Row>[], put: Put) => RowWriter<Row>;

/** Every format that rows can be written in. */
export const ROW_FORMATS: Readonly<Record<RowFormat, RowFormatter>> = {
  csv: csvRows,
  ndjson: ndjsonRows,
  parquet: parquetRows,
  zeek: zeekRows,
};
