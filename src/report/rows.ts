import { csvRows } from './csv-rows.ts';
import { ndjsonRows } from './ndjson-rows.ts';
import { parquetRows } from './parquet-rows.ts';
import type { RowFormatter } from './row-writer.ts';
import { zeekRows } from './zeek-rows.ts';

export type RowFormat = 'csv' | 'ndjson' | 'parquet' | 'zeek';

/** Every format that rows of any kind can be written in. */
export const ROW_FORMATS: Readonly<Record<RowFormat, RowFormatter>> = {
  csv: csvRows,
  ndjson: ndjsonRows,
  parquet: parquetRows,
  zeek: zeekRows,
};
