import { STANDARD_OUTPUT, joinPieces, writeOutput } from '../job/write-output.ts';
import type { Column } from '../report/column.ts';
import { rowFormatter, type RowFormat } from '../report/rows.ts';
import { UsageError, type Arguments } from './arguments.ts';
import { outputPath } from './input-options.ts';
import { ReaderGone } from './reader-gone.ts';
import { isTerminal } from './terminal.ts';

const ENDINGS: Readonly<Record<string, RowFormat>> = {
  csv: 'csv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  json: 'ndjson',
  parquet: 'parquet',
};

/** The format that was asked for, else that of FILE's ending, else `otherwise`. */
export function chosenRowFormat<T extends RowFormat>(
  args: Arguments,
  formats: readonly T[],
  otherwise: T,
): T {
  const path = outputPath(args);
  const ending = ENDINGS[/\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? ''];
  const format =
    args.choice('format', formats) ?? formats.find((known) => known === ending) ?? otherwise;
  if (format === 'parquet') refuseTerminal(path, 'Parquet');
  return format;
}

/** Bytes that are no text would leave a terminal unusable. */
export function refuseTerminal(path: string, what: string): void {
  if (path !== STANDARD_OUTPUT || !isTerminal()) return;
  throw new UsageError(`${what} is not for a terminal, name a file with -o or pass it on (|, >)`);
}

/** Writes a table to `path`; `fill` gives its rows, one after the other. */
export async function writeRows<Row>(
  path: string,
  format: RowFormat,
  columns: readonly Column<Row>[],
  fill: (put: (row: Row) => void) => Promise<void>,
): Promise<void> {
  const begin = await rowFormatter(format);
  await writeOutput(path, async (write) => {
    const texts = joinPieces(write);
    const put = (piece: string | Uint8Array): void => {
      const isRead = typeof piece === 'string' ? texts.write(piece) : texts.flush() && write(piece);
      if (!isRead) throw new ReaderGone();
    };
    const table = begin(columns, put);
    await fill((row) => table.row(row));
    table.end();
    texts.flush();
  });
}
