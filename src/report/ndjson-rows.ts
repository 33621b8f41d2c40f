import type { Cell, Column, ColumnType } from './column.ts';
import type { Put, RowWriter } from './row-writer.ts';
import { encoded, plainBytes, TextPieces } from './text-pieces.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN = 0x7b;

const LINE_END = encoded('}\n');
const TRUE = encoded('true');
const FALSE = encoded('false');

/** What JSON writes as it is. */
const PLAIN = plainBytes('"\\');

/** One JSON object a line; what is missing is left out, as Zeek does. */
export function ndjsonRows<Row>(columns: readonly Column<Row>[], put: Put): RowWriter<Row> {
  const names = columns.map(({ name }) => encoded(`${JSON.stringify(name)}:`));
  const out = new TextPieces(put);
  return {
    row(row) {
      out.character(OPEN);
      let isFirst = true;
      for (let i = 0; i < columns.length; i++) {
        const { type, read } = columns[i]!;
        const cell = read(row);
        if (cell === null) continue;
        if (!isFirst) out.character(COMMA);
        isFirst = false;
        out.bytes(names[i]!);
        writeCell(out, type, cell);
      }
      out.bytes(LINE_END);
    },
    end: () => out.flush(),
  };
}

function writeCell(out: TextPieces, type: ColumnType, cell: Exclude<Cell, null>): void {
  if (typeof cell === 'number') {
    if (type === 'timeSeconds' || type === 'seconds') out.seconds(cell);
    else out.number(cell);
  } else if (typeof cell === 'string') writeText(out, cell);
  else if (typeof cell === 'boolean') out.bytes(cell ? TRUE : FALSE);
  else out.text(JSON.stringify(cell));
}

function writeText(out: TextPieces, text: string): void {
  out.character(QUOTE);
  if (out.plain(text, PLAIN)) out.character(QUOTE);
  else out.text(JSON.stringify(text).slice(1));
}
