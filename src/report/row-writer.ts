import type { Column } from './column.ts';

/** Takes one row after another and writes each on when it can: memory does not grow with their number. */
export interface RowWriter<Row> {
  row(row: Row): void;
  /** Writes what must stand at the end; there are no more rows. */
  end(): void;
}

/** Takes the next piece of the file, which may be written over when it is done. What it throws ends the writing. */
export type Put = (piece: string | Uint8Array) => void;

/** Begins a table of these columns. */
export type RowFormatter = <Row>(columns: readonly Column<Row>[], put: Put) => RowWriter<Row>;
