import { parseDecimal } from './parse-number.ts';
import { parseEpochUs } from './parse-time.ts';
import type { LogReader, LineOutcome } from './log-reader.ts';
import { passZeekRecord } from './zeek.ts';
import type { ZeekLog, ZeekRecord } from './zeek-record.ts';
import { unescapeZeek, zeekLogOfFields, zeekLogOfPath } from './zeek-record.ts';

/**
 * Zeek's tab-separated logs. The heading (`#separator`, `#set_separator`, `#empty_field`, `#unset_field`, `#path`,
 * `#fields`) may come again in the middle, with other values: rotated files are concatenated as they are.
 * `.labeled` files that put three blanks before their last columns instead of a tab are read the same.
 */
export const zeekTsv: LogReader = (sink) => {
  const pass = passZeekRecord(sink);
  const record = new TsvRecord();
  return (line): LineOutcome => {
    if (line === '') return 'nothing';
    if (isHeading(line)) {
      record.heading(line.trimStart());
      return 'nothing';
    }
    if (record.fields === 0) return 'lineBeforeHeading';
    return record.take(line) ? pass(record.log, record) : 'malformedLine';
  };
};

/** A hand-edited file may carry a blank or tab before the `#`. */
function isHeading(line: string): boolean {
  return line.startsWith('#') || (/^\s/.test(line) && line.trimStart().startsWith('#'));
}

/** The one record of a reader: `take` puts the next line under it. */
class TsvRecord implements ZeekRecord {
  log: ZeekLog = 'other';
  fields = 0;
  #separator = '\t';
  #setSeparator = ',';
  #empty = '(empty)';
  #unset = '-';
  #path = '';
  #index = new Map<string, number>();
  #cells: readonly string[] = [];

  heading(line: string): void {
    if (line.startsWith('#separator')) {
      this.#restart(unescapeZeek(line.slice('#separator'.length + 1)));
      return;
    }
    const [name, ...values] = line.split(this.#separator);
    const value = values[0] ?? '';
    if (name === '#set_separator') this.#setSeparator = value === '' ? ',' : unescapeZeek(value);
    else if (name === '#empty_field') this.#empty = value;
    else if (name === '#unset_field') this.#unset = value;
    else if (name === '#path') this.#path = value.trim();
    else if (name === '#fields') this.#name(splitLabels(values));
  }

  take(line: string): boolean {
    let cells = line.split(this.#separator);
    if (cells.length !== this.fields) cells = splitLabels(cells);
    this.#cells = cells;
    return cells.length === this.fields;
  }

  text(field: string): string {
    const cell = this.#cell(field);
    return cell === this.#empty ? '' : unescapeZeek(cell);
  }

  number(field: string): number {
    return parseDecimal(this.#cell(field));
  }

  timeUs(field: string): number {
    return parseEpochUs(this.#cell(field));
  }

  flag(field: string): boolean | undefined {
    const cell = this.#cell(field);
    return cell === 'T' ? true : cell === 'F' ? false : undefined;
  }

  list(field: string): readonly string[] {
    const cell = this.#cell(field);
    if (cell === '' || cell === this.#empty) return [];
    return cell.split(this.#setSeparator).map(unescapeZeek);
  }

  /** The cell as it is written; `''` if it is unset or there is no such column. */
  #cell(field: string): string {
    const index = this.#index.get(field);
    if (index === undefined) return '';
    const cell = this.#cells[index] ?? '';
    return cell === this.#unset ? '' : cell;
  }

  #restart(separator: string): void {
    this.#separator = separator === '' ? '\t' : separator;
    this.#setSeparator = ',';
    this.#empty = '(empty)';
    this.#unset = '-';
    this.#path = '';
  }

  #name(fields: readonly string[]): void {
    this.fields = fields.length;
    this.#index = new Map(fields.map((field, index) => [field, index]));
    this.log =
      this.#path === ''
        ? (zeekLogOfFields((field) => this.#index.has(field)) ?? 'other')
        : zeekLogOfPath(this.#path);
  }
}

/** `tunnel_parents   label   detailed-label` in one cell: IoT-23's labels, three blanks apart. */
function splitLabels(cells: readonly string[]): string[] {
  const last = cells.at(-1);
  return last === undefined ? [] : [...cells.slice(0, -1), ...last.split(/ {3,}/)];
}
