import { secondsText, type Cell, type Column } from './column.ts';
import { toCsvCell, toCsvRow } from './csv.ts';
import type { Put, RowWriter } from './row-writer.ts';

/** RFC 4180 with a header; the texts of a list are joined by blanks, missing is an empty cell. */
export function csvRows<Row>(columns: readonly Column<Row>[], put: Put): RowWriter<Row> {
  put(toCsvRow(columns.map(({ name }) => name)));
  return {
    row(row) {
      let line = '';
      for (let i = 0; i < columns.length; i++) {
        const column = columns[i]!;
        const text = cellText(column, column.read(row));
        line += i === 0 ? text : `,${text}`;
      }
      put(`${line}\r\n`);
    },
    end: () => undefined,
  };
}

function cellText<Row>({ type }: Column<Row>, cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') {
    return type === 'timeSeconds' || type === 'seconds' ? secondsText(cell) : String(cell);
  }
  return toCsvCell(typeof cell === 'object' ? cell.join(' ') : cell);
}
