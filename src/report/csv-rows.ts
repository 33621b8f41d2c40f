import type { Cell, Column, ColumnType } from './column.ts';
import { toCsvCell, toCsvRow } from './csv.ts';
import type { Put, RowWriter } from './row-writer.ts';
import { encoded, plainBytes, TextPieces } from './text-pieces.ts';

const COMMA = 0x2c;

const LINE_END = encoded('\r\n');
const TRUE = encoded('true');
const FALSE = encoded('false');

/** What needs neither quotes nor an apostrophe: `toCsvCell` would leave it as it is. */
const PLAIN = plainBytes('",', '=+-@ ');

/** RFC 4180 with a header; the texts of a list are joined by blanks, missing is an empty cell. */
export function csvRows<Row>(columns: readonly Column<Row>[], put: Put): RowWriter<Row> {
  const out = new TextPieces(put);
  out.text(toCsvRow(columns.map(({ name }) => name)));
  return {
    row(row) {
      for (let i = 0; i < columns.length; i++) {
        const { type, read } = columns[i]!;
        if (i > 0) out.character(COMMA);
        writeCell(out, type, read(row));
      }
      out.bytes(LINE_END);
    },
    end: () => out.flush(),
  };
}

function writeCell(out: TextPieces, type: ColumnType, cell: Cell): void {
  if (cell === null) return;
  if (typeof cell === 'number') {
    if (type === 'timeSeconds' || type === 'seconds') out.seconds(cell);
    else out.number(cell);
  } else if (typeof cell === 'boolean') out.bytes(cell ? TRUE : FALSE);
  else {
    const text = typeof cell === 'string' ? cell : cell.join(' ');
    if (!out.plain(text, PLAIN)) out.text(toCsvCell(text));
  }
}
