/** How a column's values are to be read; the formats decide how they are written. */
export type ColumnType =
  /** Microseconds since the Unix epoch, written as that integer; a timestamp where a format has one. */
  | 'timeUs'
  /** Microseconds since the Unix epoch, written as seconds with six decimals; a timestamp where a format has one. */
  | 'timeSeconds'
  /** Microseconds, written as seconds with six decimals. */
  | 'seconds'
  | 'integer'
  /** With a fraction. */
  | 'number'
  | 'text'
  | 'flag'
  /** Texts, in their order. */
  | 'texts';

/** What stands in a row under a column; `null` is missing. */
export type Cell = string | number | boolean | readonly string[] | null;

/** One column of a table of rows, whatever the rows are and whatever format they are written in. */
export interface Column<Row> {
  readonly name: string;
  readonly type: ColumnType;
  /** Definition and unit in a phrase, for the reader of the table. */
  readonly meaning: string;
  /** Zeek's type (`port`, `addr`, `enum`), where it is not the one that goes with `type`. */
  readonly zeekType?: string;
  readonly read: (row: Row) => Cell;
}

/** `NaN`, `''` and `undefined` are how values of the road say that they are missing. */
export function known<T extends Cell>(value: T | undefined): T | null {
  return value === undefined || value === '' || Number.isNaN(value) ? null : value;
}

/** Microseconds as seconds, exactly: through a double the last digits of a date would be guesses. */
export function secondsText(us: number): string {
  const whole = Math.abs(us);
  const seconds = Math.floor(whole / 1e6);
  return `${us < 0 ? '-' : ''}${seconds}.${String(whole - seconds * 1e6).padStart(6, '0')}`;
}
