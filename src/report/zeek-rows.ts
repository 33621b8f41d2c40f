import type { Cell, Column, ColumnType } from './column.ts';
import type { Put, RowWriter } from './row-writer.ts';
import { plainBytes, TextPieces } from './text-pieces.ts';

/** Zeek's types by ours (`#types` of its ASCII writer). */
const ZEEK_TYPES: Readonly<Record<ColumnType, string>> = {
  timeUs: 'count',
  timeSeconds: 'time',
  seconds: 'interval',
  integer: 'count',
  number: 'double',
  text: 'string',
  flag: 'bool',
  texts: 'vector[string]',
};

/**
 * Zeek's tab-separated log, headings as its ASCII writer has them (Zeek documentation, "Zeek Log Formats").
 * `#open` and `#close` are times of the traffic and not of a clock: the same traffic gives the same file.
 */
export function zeekRows<Row>(columns: readonly Column<Row>[], put: Put): RowWriter<Row> {
  const time = columns.find(({ type }) => type === 'timeSeconds');
  let openUs = Number.NaN;
  let closeUs = 0;
  const out = new TextPieces(put);
  const begin = (): void => {
    out.text(
      `#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n` +
        `#open\t${stamp(openUs)}\n` +
        `#fields\t${columns.map(({ name }) => name).join('\t')}\n` +
        `#types\t${columns.map(({ type, zeekType }) => zeekType ?? ZEEK_TYPES[type]).join('\t')}\n`,
    );
  };
  let begun = false;
  return {
    row(row) {
      const at = time?.read(row);
      if (typeof at === 'number') closeUs = Math.max(closeUs, at);
      if (!begun) {
        openUs = typeof at === 'number' ? at : 0;
        begin();
        begun = true;
      }
      for (let i = 0; i < columns.length; i++) {
        const { type, read } = columns[i]!;
        if (i > 0) out.character(TAB);
        writeCell(out, type, read(row));
      }
      out.character(LINE_FEED);
    },
    end() {
      if (!begun) begin();
      out.text(`#close\t${stamp(closeUs)}\n`);
      out.flush();
    },
  };
}

const TAB = 0x09;
const LINE_FEED = 0x0a;
const UNSET = 0x2d;
const TRUE = 0x54;
const FALSE = 0x46;

/** What `escapeZeek` leaves as it is, but for the empty text. */
const PLAIN = plainBytes('\\', '-(#');

function writeCell(out: TextPieces, type: ColumnType, cell: Cell): void {
  if (cell === null) out.character(UNSET);
  else if (typeof cell === 'number') {
    if (type === 'timeSeconds' || type === 'seconds') out.seconds(cell);
    else out.number(cell);
  } else if (typeof cell === 'string') {
    if (cell === '' || !out.plain(cell, PLAIN)) out.text(escapeZeek(cell));
  } else if (typeof cell === 'boolean') out.character(cell ? TRUE : FALSE);
  else out.text(listText(cell));
}

function listText(texts: readonly string[]): string {
  if (texts.length === 0) return '(empty)';
  return texts.map((text) => escapeZeek(text).replaceAll(',', '\\x2c')).join(',');
}

const UNSAFE = /[\\\x00-\x1f\x7f]/g; // eslint-disable-line no-control-regex

/** What a reader would take for a separator, an unset field or an empty one is written as `\x..`. */
function escapeZeek(text: string): string {
  if (text === '') return '(empty)';
  if (text === '-') return '\\x2d';
  if (text === '(empty)') return '\\x28empty)';
  const safe = text.replace(UNSAFE, (character) =>
    character === '\\' ? '\\\\' : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return safe.startsWith('#') ? `\\x23${safe.slice(1)}` : safe;
}

/** `2021-01-06-14-03-22`. */
function stamp(timeUs: number): string {
  const date = new Date(Number.isFinite(timeUs) ? Math.min(timeUs / 1000, 8.64e15) : 0);
  return date.toISOString().slice(0, 19).replace(/[T:]/g, '-');
}
