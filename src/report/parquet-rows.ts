import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import type { Cell, Column, ColumnType } from './column.ts';
import type { Put, RowWriter } from './row-writer.ts';

/** A row group is written when it has so many rows, or so much text: this is what bounds memory. */
const GROUP_ROWS = 1 << 15;
const GROUP_TEXT = 1 << 25;

/**
 * Apache Parquet, row group by row group: times are timestamps of microseconds in UTC, whole numbers INT64, missing
 * is null, a list is a LIST of texts.
 */
export function parquetRows<Row>(columns: readonly Column<Row>[], put: Put): RowWriter<Row> {
  const bytes = new PieceWriter(put);
  const file = new ParquetWriter({
    writer: bytes,
    schema: [{ name: 'schema', num_children: columns.length }, ...columns.flatMap(schemaOf)],
    createdBy: 'rapsheet',
  });
  let group = columns.map((): unknown[] => []);
  let rows = 0;
  let text = 0;
  const flush = (): void => {
    if (rows === 0) return;
    const columnData = columns.map(({ name }, i) => ({ name, data: group[i]! }));
    void file.write({ columnData, rowGroupSize: rows });
    bytes.flush();
    group = columns.map(() => []);
    rows = 0;
    text = 0;
  };
  return {
    row(row) {
      for (let i = 0; i < columns.length; i++) {
        const column = columns[i]!;
        const cell = column.read(row);
        if (typeof cell === 'string') text += cell.length;
        group[i]!.push(toParquet(column.type, cell));
      }
      rows++;
      if (rows === GROUP_ROWS || text > GROUP_TEXT) flush();
    },
    end() {
      flush();
      void file.finish();
      bytes.flush();
    },
  };
}

/** Gives away what was written whenever it is asked to; offsets go on counting from the beginning of the file. */
class PieceWriter extends ByteWriter {
  readonly #put: Put;

  constructor(put: Put) {
    super(1 << 20);
    this.#put = put;
  }

  flush(): void {
    if (this.index > 0) this.#put(this.getBytes());
    this.index = 0;
  }
}

function toParquet(type: ColumnType, cell: Cell): unknown {
  if (typeof cell !== 'number') return cell;
  if (type === 'seconds') return cell / 1e6;
  if (type === 'number') return cell;
  // What a log calls a count may be anything; an INT64 may not.
  const whole = Math.round(cell);
  return Number.isSafeInteger(whole) ? BigInt(whole) : null;
}

function schemaOf<Row>({ name, type }: Column<Row>): SchemaElement[] {
  const optional = { name, repetition_type: 'OPTIONAL' } as const;
  switch (type) {
    case 'timeUs':
    case 'timeSeconds':
      return [
        {
          ...optional,
          type: 'INT64',
          converted_type: 'TIMESTAMP_MICROS',
          logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
        },
      ];
    case 'integer':
      return [{ ...optional, type: 'INT64' }];
    case 'seconds':
    case 'number':
      return [{ ...optional, type: 'DOUBLE' }];
    case 'flag':
      return [{ ...optional, type: 'BOOLEAN' }];
    case 'text':
      return [{ ...optional, type: 'BYTE_ARRAY', converted_type: 'UTF8' }];
    case 'texts':
      return [
        { ...optional, converted_type: 'LIST', num_children: 1 },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        {
          name: 'element',
          repetition_type: 'REQUIRED',
          type: 'BYTE_ARRAY',
          converted_type: 'UTF8',
        },
      ];
  }
}
