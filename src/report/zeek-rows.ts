import { secondsText, type Cell, type Column, type ColumnType } from './column.ts';
import type { Put, RowWriter } from './row-writer.ts';

/** Zeek's types by ours (`#types` of its ASCII writer). */
const ZEEK_TYPES: Readonly<Record<ColumnType, string>> = {
  timeUs: 'count',
  timeSeconds: 'time',
  seconds: 'interval',
  integer: 'count',
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
  const begin = (): void => {
    put(
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
      let line = '';
      for (let i = 0; i < columns.length; i++) {
        const column = columns[i]!;
        const text = cellText(column, column.read(row));
        line += i === 0 ? text : `\t${text}`;
      }
      put(`${line}\n`);
    },
    end() {
      if (!begun) begin();
      put(`#close\t${stamp(closeUs)}\n`);
    },
  };
}

function cellText<Row>({ type }: Column<Row>, cell: Cell): string {
  switch (typeof cell) {
    case 'number':
      return type === 'timeSeconds' || type === 'seconds' ? secondsText(cell) : String(cell);
    case 'string':
      return escapeZeek(cell);
    case 'boolean':
      return cell ? 'T' : 'F';
    default:
      if (cell === null) return '-';
      return cell.length === 0 ? '(empty)' : cell.map((text) => escapeZeek(text).replaceAll(',', '\\x2c')).join(','); // prettier-ignore
  }
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
