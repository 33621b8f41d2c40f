import type { LogReader, LineOutcome } from './log-reader.ts';
import { parseDecimalBytes, parseEpochUsBytes } from './parse-bytes.ts';
import { decodeText, type TextCache } from './text-cache.ts';
import { passZeekRecord } from './zeek.ts';
import { ZEEK_FIELDS } from './zeek-field.ts';
import type { ZeekLog, ZeekRecord } from './zeek-record.ts';
import { unescapeZeek, zeekLogOfFields, zeekLogOfPath } from './zeek-record.ts';

const BLANK = 32;
const HASH = 35;
const TAB = 9;
/** No log has so many columns; a heading cannot make room for more. */
const MOST_COLUMNS = 1024;

/**
 * Zeek's tab-separated logs. The heading (`#separator`, `#set_separator`, `#empty_field`, `#unset_field`, `#path`,
 * `#fields`) may come again in the middle, with other values: rotated files are concatenated as they are.
 * `.labeled` files that put three blanks before their last columns instead of a tab are read the same. Cells are read
 * where they lie: a column that nobody asks for is never made a text.
 */
export const zeekTsv: LogReader = (sink) => {
  const pass = passZeekRecord(sink);
  const record = new TsvRecord();
  return (bytes, start, end): LineOutcome => {
    if (start === end) return 'nothing';
    if (isHeading(bytes, start, end)) {
      record.heading(decodeText(bytes, start, end).trimStart());
      return 'nothing';
    }
    if (record.fields === 0) return 'lineBeforeHeading';
    return record.take(bytes, start, end) ? pass(record.log, record) : 'malformedLine';
  };
};

/** A hand-edited file may carry a blank or tab before the `#`. */
function isHeading(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end && (bytes[at] === BLANK || bytes[at] === TAB)) at++;
  return bytes[at] === HASH && at < end;
}

/** The one record of a reader: `take` puts the next line under it. */
class TsvRecord implements ZeekRecord {
  log: ZeekLog = 'other';
  fields = 0;
  #separator = Uint8Array.of(TAB);
  #setSeparator = ',';
  #empty = toBytes('(empty)');
  #unset = toBytes('-');
  #path = '';
  /** Which column a field is, by its number; −1: there is none. */
  #columns = new Int16Array(ZEEK_FIELDS.length).fill(-1);
  #bytes: Uint8Array = new Uint8Array(0);
  readonly #starts = new Uint32Array(MOST_COLUMNS + 1);
  readonly #ends = new Uint32Array(MOST_COLUMNS + 1);

  heading(line: string): void {
    if (line.startsWith('#separator')) {
      this.#restart(unescapeZeek(line.slice('#separator'.length + 1)));
      return;
    }
    const [name, ...values] = line.split(new TextDecoder().decode(this.#separator));
    const value = values[0] ?? '';
    if (name === '#set_separator') this.#setSeparator = value === '' ? ',' : unescapeZeek(value);
    else if (name === '#empty_field') this.#empty = toBytes(value);
    else if (name === '#unset_field') this.#unset = toBytes(value);
    else if (name === '#path') this.#path = value.trim();
    else if (name === '#fields') this.#name(values.flatMap((text) => text.split(/ {3,}/)));
  }

  take(bytes: Uint8Array, start: number, end: number): boolean {
    this.#bytes = bytes;
    const last = this.#split(bytes, start, end);
    return last === this.fields || (last < this.fields && this.#splitLabels(last) === this.fields);
  }

  has(field: number): boolean {
    return this.#columns[field]! >= 0;
  }

  text(field: number): string {
    const column = this.#set(field);
    if (column < 0 || this.#isEmpty(column)) return '';
    return unescapeZeek(decodeText(this.#bytes, this.#starts[column]!, this.#ends[column]!));
  }

  cached<T>(field: number, cache: TextCache<T>): T {
    const column = this.#set(field);
    if (column < 0 || this.#isEmpty(column)) return cache.ofBytes(this.#bytes, 0, 0);
    return cache.ofBytes(this.#bytes, this.#starts[column]!, this.#ends[column]!);
  }

  number(field: number): number {
    const column = this.#set(field);
    if (column < 0) return Number.NaN;
    return parseDecimalBytes(this.#bytes, this.#starts[column]!, this.#ends[column]!);
  }

  timeUs(field: number): number {
    const column = this.#set(field);
    if (column < 0) return Number.NaN;
    return parseEpochUsBytes(this.#bytes, this.#starts[column]!, this.#ends[column]!);
  }

  flag(field: number): boolean | undefined {
    const column = this.#set(field);
    if (column < 0 || this.#ends[column]! - this.#starts[column]! !== 1) return undefined;
    const letter = this.#bytes[this.#starts[column]!];
    return letter === 84 ? true : letter === 70 ? false : undefined; // T, F
  }

  list(field: number): readonly string[] {
    const column = this.#set(field);
    if (column < 0 || this.#isEmpty(column)) return [];
    const cell = decodeText(this.#bytes, this.#starts[column]!, this.#ends[column]!);
    return cell === '' ? [] : cell.split(this.#setSeparator).map(unescapeZeek);
  }

  /** The field's column; −1 if there is none, or it is unset. */
  #set(field: number): number {
    const column = this.#columns[field]!;
    return column >= 0 && this.#is(column, this.#unset) ? -1 : column;
  }

  #isEmpty(column: number): boolean {
    return this.#is(column, this.#empty);
  }

  #is(column: number, text: Uint8Array): boolean {
    const start = this.#starts[column]!;
    if (this.#ends[column]! - start !== text.length) return false;
    for (let i = 0; i < text.length; i++) if (this.#bytes[start + i] !== text[i]) return false;
    return true;
  }

  /** Gives the number of cells, or one more than there are columns. */
  #split(bytes: Uint8Array, start: number, end: number): number {
    const separator = this.#separator[0]!;
    const width = this.#separator.length;
    const most = this.fields;
    let count = 0;
    this.#starts[0] = start;
    for (let i = start; i < end; i++) {
      if (bytes[i] !== separator || (width > 1 && !startsWith(bytes, i, end, this.#separator))) {
        continue;
      }
      this.#ends[count++] = i;
      if (count >= most) return most + 1;
      i += width - 1;
      this.#starts[count] = i + 1;
    }
    this.#ends[count++] = end;
    return count;
  }

  /** `tunnel_parents   label   detailed-label` in one cell: IoT-23's labels, three blanks apart. */
  #splitLabels(count: number): number {
    const end = this.#ends[count - 1]!;
    let cells = count;
    let blanks = 0;
    for (let i = this.#starts[count - 1]!; i <= end; i++) {
      if (i < end && this.#bytes[i] === BLANK) {
        blanks++;
        continue;
      }
      if (blanks >= 3) {
        if (cells >= this.fields) return cells + 1;
        this.#ends[cells - 1] = i - blanks;
        this.#starts[cells++] = i;
      }
      blanks = 0;
    }
    this.#ends[cells - 1] = end;
    return cells;
  }

  #restart(separator: string): void {
    this.#separator = toBytes(separator === '' ? '\t' : separator);
    this.#setSeparator = ',';
    this.#empty = toBytes('(empty)');
    this.#unset = toBytes('-');
    this.#path = '';
  }

  #name(names: readonly string[]): void {
    if (names.length > MOST_COLUMNS) {
      this.fields = 0;
      return;
    }
    this.fields = names.length;
    this.#columns.fill(-1);
    for (const [column, name] of names.entries()) {
      const field = ZEEK_FIELDS.indexOf(name);
      if (field >= 0 && this.#columns[field]! < 0) this.#columns[field] = column;
    }
    this.log = this.#path === '' ? (zeekLogOfFields(this) ?? 'other') : zeekLogOfPath(this.#path);
  }
}

function toBytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function startsWith(bytes: Uint8Array, at: number, end: number, text: Uint8Array): boolean {
  if (end - at < text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text[i]) return false;
  return true;
}
