import fc from 'fast-check';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { describe, expect, test } from 'vitest';
import { known, secondsText, type Cell, type Column } from '../../src/report/column.ts';
import { rowFormatter, type RowFormat } from '../../src/report/rows.ts';

interface Row {
  readonly atUs: number;
  readonly lastedUs: number | null;
  readonly bytes: number | null;
  readonly name: string | null;
  readonly isOpen: boolean | null;
  readonly addresses: readonly string[] | null;
}

const COLUMNS: readonly Column<Row>[] = [
  { name: 'atUs', type: 'timeUs', meaning: '', read: (row) => row.atUs },
  { name: 'at', type: 'timeSeconds', meaning: '', read: (row) => row.atUs },
  { name: 'lasted', type: 'seconds', meaning: '', read: (row) => row.lastedUs },
  { name: 'bytes', type: 'integer', meaning: '', read: (row) => row.bytes },
  { name: 'name', type: 'text', meaning: '', read: (row) => row.name },
  { name: 'isOpen', type: 'flag', meaning: '', read: (row) => row.isOpen },
  { name: 'addresses', type: 'texts', meaning: '', read: (row) => row.addresses },
];

const FULL: Row = {
  atUs: 1_700_000_000_000_001,
  lastedUs: 1_500_000,
  bytes: 7,
  name: 'a,"b"\t=1',
  isOpen: true,
  addresses: ['10.0.0.1', '::1'],
};
const BARE: Row = {
  atUs: 1_700_000_000_999_999,
  lastedUs: null,
  bytes: null,
  name: null,
  isOpen: null,
  addresses: null,
};

const FORMATTERS = {
  csv: await rowFormatter('csv'),
  ndjson: await rowFormatter('ndjson'),
  parquet: await rowFormatter('parquet'),
  zeek: await rowFormatter('zeek'),
};

/** The whole file; pieces are copied, for they may be written over. */
function written(format: RowFormat, rows: Iterable<Row>): { pieces: number; bytes: Buffer } {
  const pieces: Buffer[] = [];
  const writer = FORMATTERS[format](COLUMNS, (piece) => void pieces.push(Buffer.from(piece)));
  for (const row of rows) writer.row(row);
  writer.end();
  return { pieces: pieces.length, bytes: Buffer.concat(pieces) };
}

const text = (format: RowFormat, rows: Iterable<Row>) => written(format, rows).bytes.toString();

async function readParquet(rows: Iterable<Row>): Promise<Record<string, unknown>[]> {
  const { buffer, byteOffset, byteLength } = Uint8Array.from(written('parquet', rows).bytes);
  return parquetReadObjects({ file: buffer.slice(byteOffset, byteOffset + byteLength) });
}

describe('a table of rows', () => {
  test('as CSV: lists are joined by blanks, missing is an empty cell', () => {
    expect(text('csv', [FULL, BARE])).toBe(
      'atUs,at,lasted,bytes,name,isOpen,addresses\r\n' +
        '1700000000000001,1700000000.000001,1.500000,7,"a,""b""\t=1",true,10.0.0.1 ::1\r\n' +
        '1700000000999999,1700000000.999999,,,,,\r\n',
    );
  });

  test('as NDJSON: what is missing is left out, seconds keep their six digits', () => {
    const lines = text('ndjson', [FULL, BARE]).split('\n');
    expect(lines[0]).toBe(
      '{"atUs":1700000000000001,"at":1700000000.000001,"lasted":1.500000,"bytes":7,"name":"a,\\"b\\"\\t=1","isOpen":true,"addresses":["10.0.0.1","::1"]}',
    );
    expect(lines.slice(1)).toEqual(['{"atUs":1700000000999999,"at":1700000000.999999}', '']);
  });

  test('as a Zeek log: headings, types, escapes, and the times of the traffic', () => {
    const odd = { ...BARE, name: '-', addresses: [] };
    expect(text('zeek', [FULL, BARE, odd]).split('\n')).toEqual([
      '#separator \\x09',
      '#set_separator\t,',
      '#empty_field\t(empty)',
      '#unset_field\t-',
      '#path\tconn',
      '#open\t2023-11-14-22-13-20',
      '#fields\tatUs\tat\tlasted\tbytes\tname\tisOpen\taddresses',
      '#types\tcount\ttime\tinterval\tcount\tstring\tbool\tvector[string]',
      '1700000000000001\t1700000000.000001\t1.500000\t7\ta,"b"\\x09=1\tT\t10.0.0.1,::1',
      '1700000000999999\t1700000000.999999\t-\t-\t-\t-\t-',
      '1700000000999999\t1700000000.999999\t-\t-\t\\x2d\t-\t(empty)',
      '#close\t2023-11-14-22-13-20',
      '',
    ]);
  });

  test.each(['csv', 'zeek', 'parquet'] as const)('as %s it has its columns though there are no rows', (format) => {
    for (const { name } of COLUMNS) expect(text(format, [])).toContain(name);
  }); // prettier-ignore

  test('a time is written exactly, before 1970 as well', () => {
    expect([0, 1, 999_999, 1e6, -1, -1_500_000].map(secondsText)).toEqual([
      '0.000000', '0.000001', '0.999999', '1.000000', '-0.000001', '-1.500000',
    ]); // prettier-ignore
  });

  test('what the road says is missing is null, and 0 and false are not', () => {
    expect([NaN, '', undefined, 0, false].map((cell: Cell | undefined) => known(cell))).toEqual([
      null, null, null, 0, false,
    ]); // prettier-ignore
  });
});

describe('a table of rows as Parquet', () => {
  test('comes back with its values, missing ones as null', async () => {
    const [full, bare] = await readParquet([FULL, BARE]);
    const at = new Date(FULL.atUs / 1000);
    expect(full).toEqual({ atUs: at, at, lasted: 1.5, bytes: 7n, name: FULL.name, isOpen: true, addresses: FULL.addresses }); // prettier-ignore
    const rest = ['lasted', 'bytes', 'name', 'isOpen', 'addresses'];
    expect(rest.map((name) => bare![name] ?? null)).toEqual(rest.map(() => null));
  });

  test('any texts and whole numbers come back as they were', async () => {
    const row = fc.record({
      atUs: fc.nat({ max: 4e15 }),
      lastedUs: fc.option(fc.nat(), { nil: null }),
      bytes: fc.option(fc.maxSafeInteger(), { nil: null }),
      name: fc.option(fc.string({ unit: 'grapheme' }), { nil: null }),
      isOpen: fc.option(fc.boolean(), { nil: null }),
      addresses: fc.option(fc.array(fc.string(), { maxLength: 4 }), { nil: null }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 40 }), async (rows) => {
        const again = await readParquet(rows);
        expect(again).toHaveLength(rows.length);
        for (const [i, { bytes, name, isOpen, addresses }] of rows.entries()) {
          const got = again[i]!;
          expect(got['bytes'] ?? null).toBe(bytes === null ? null : BigInt(bytes));
          expect(got['name'] ?? null).toBe(name);
          expect(got['isOpen'] ?? null).toBe(isOpen);
          expect(got['addresses'] ?? null).toEqual(addresses);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('what no INT64 can hold is missing, and ends nothing', async () => {
    const rows = [1e300, 0.4, -1e19].map((bytes) => ({ ...FULL, bytes }));
    const again = await readParquet(rows);
    expect(again.map((row) => row['bytes'] ?? null)).toEqual([null, 0n, null]);
  });

  test('row groups are given away as they fill: by rows, and sooner if texts are long', async () => {
    const count = 70_000;
    const many = Array.from({ length: count }, (_, i) => ({ ...BARE, bytes: i }));
    const { pieces, bytes } = written('parquet', many);
    expect(pieces).toBeGreaterThanOrEqual(3);
    const { buffer } = Uint8Array.from(bytes);
    const groups = parquetMetadata(buffer).row_groups.map((group) => Number(group.num_rows));
    expect(groups).toEqual([32_768, 32_768, count - 65_536]);
    const again = await parquetReadObjects({ file: buffer, columns: ['bytes'] });
    expect(again.map((row) => Number(row['bytes']))).toEqual([...Array(count).keys()]);
    const long = Array.from({ length: 40 }, (_, i) => ({ ...BARE, name: String(i % 10).repeat(1 << 20) })); // prettier-ignore
    const longFile = Uint8Array.from(written('parquet', long).bytes).buffer;
    expect(parquetMetadata(longFile).row_groups.length).toBe(2);
  });
});
