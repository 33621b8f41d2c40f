import { secondsText, type Cell, type Column } from './column.ts';
import type { Put, RowWriter } from './row-writer.ts';

/** One JSON object a line; what is missing is left out, as Zeek does. */
export function ndjsonRows<Row>(columns: readonly Column<Row>[], put: Put): RowWriter<Row> {
  const names = columns.map(({ name }) => `${JSON.stringify(name)}:`);
  return {
    row(row) {
      let line = '';
      for (let i = 0; i < columns.length; i++) {
        const column = columns[i]!;
        const cell = column.read(row);
        if (cell === null) continue;
        line += `${line === '' ? '{' : ','}${names[i]!}${cellJson(column, cell)}`;
      }
      put(line === '' ? '{}\n' : `${line}}\n`);
    },
    end: () => undefined,
  };
}

function cellJson<Row>({ type }: Column<Row>, cell: Exclude<Cell, null>): string {
  if (typeof cell === 'number') {
    return type === 'timeSeconds' || type === 'seconds' ? secondsText(cell) : String(cell);
  }
  return JSON.stringify(cell);
}
