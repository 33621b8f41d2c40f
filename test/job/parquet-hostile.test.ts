import { statSync } from 'node:fs';
import { join } from 'node:path';
import { resourceUsage } from 'node:process';
import { DuckDBInstance } from '@duckdb/node-api';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { RapsheetError } from '../../src/job/errors.ts';
import { checkPages, type PageColumn } from '../../src/job/parquet-pages.ts';
import { RunBytes, walkDeltas, walkRuns } from '../../src/job/parquet-runs.ts';
import { parquetText } from '../../src/job/parquet-text.ts';
import { readThrift } from '../../src/job/parquet-thrift.ts';
import { Dice } from '../fuzz/dice.ts';
import { mutate } from '../fuzz/mutate.ts';
import { put, temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();

type WriteOptions = Parameters<typeof parquetWriteBuffer>[0];

function parquet(options: WriteOptions): Buffer {
  return Buffer.from(parquetWriteBuffer(options));
}

/** The whole text, or why there is none; more than one sentence, or an error that is not ours, fails. */
async function readBytes(bytes: Uint8Array): Promise<string> {
  const path = put(folder, 'any.parquet', bytes);
  try {
    return await textOf(path);
  } catch (error) {
    expect(error).toBeInstanceOf(RapsheetError);
    const { message, code } = error as RapsheetError;
    expect(code).toBe('CANNOT_READ');
    expect(message).toMatch(/^[^\n]{1,400}$/);
    return `refused: ${message}`;
  }
}

async function textOf(path: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of parquetText(path, { bytes: statSync(path).size })) {
    text += decoder.decode(chunk, { stream: true });
  }
  return text;
}

const MUTANTS = process.env['SLOW'] === '1' ? 30_000 : 600;
const ROWS = 400;
const addresses = Array.from({ length: ROWS }, (_, i) => `10.0.${i >> 4}.${i & 15}`);

/** One file with each of the writer's encodings and packings. */
function everyKind(): Buffer[] {
  const columns: WriteOptions['columnData'] = [
    { name: 'plain', data: addresses, encoding: 'PLAIN' },
    { name: 'dictionary', data: addresses.map((_, i) => `192.0.2.${i & 7}`) },
    { name: 'missing', data: addresses.map((text, i) => (i % 3 === 0 ? null : text)) },
    { name: 'lengths', data: addresses, encoding: 'DELTA_LENGTH_BYTE_ARRAY' },
    { name: 'strings', data: addresses, encoding: 'DELTA_BYTE_ARRAY' },
    { name: 'differences', data: addresses.map((_, i) => i * i), type: 'INT32', encoding: 'DELTA_BINARY_PACKED' }, // prettier-ignore
    { name: 'large', data: addresses.map((_, i) => BigInt(i) ** 5n), type: 'INT64', encoding: 'DELTA_BINARY_PACKED' }, // prettier-ignore
    { name: 'split', data: addresses.map((_, i) => i / 3), type: 'DOUBLE', encoding: 'BYTE_STREAM_SPLIT' }, // prettier-ignore
    { name: 'truth', data: addresses.map((_, i) => i % 5 === 0), type: 'BOOLEAN' },
    { name: 'time', data: addresses.map((_, i) => new Date(1.7e12 + i)), type: 'TIMESTAMP' },
  ];
  return [
    ...columns.map((column) => parquet({ columnData: [column], codec: 'UNCOMPRESSED' })),
    parquet({ columnData: columns, codec: 'SNAPPY', rowGroupSize: 150 }),
  ];
}

describe('what a Parquet file claims', () => {
  test('is what it holds in each of the ways to write it', async () => {
    const files = everyKind();
    const expected = addresses.map((text, i) => [text, `192.0.2.${i & 7}`, i % 3 === 0 ? '' : text, text, text, i * i, i ** 5, i / 3, i % 5 === 0, `${new Date(1.7e12 + i).toISOString().slice(0, -1)}000Z`].join(',')); // prettier-ignore
    expect((await readBytes(files.at(-1)!)).split('\n').slice(1, -1)).toEqual(expected);
    for (const file of files.slice(0, -1)) {
      expect((await readBytes(file)).split('\n')).toHaveLength(ROWS + 2);
    }
  });

  test('costs no more memory and time than its bytes, however they are changed', async () => {
    const files = everyKind();
    const dice = new Dice(20_261);
    for (const file of files) await readBytes(file);
    const before = resourceUsage().maxRSS;
    let refused = 0;
    let slowest = 0;
    for (let i = 0; i < MUTANTS; i++) {
      const file = dice.pick(files);
      const bytes = Buffer.from(mutate(file, dice.pick(files), 20_000, dice));
      // Most changes are behind what they break: the footer's length is set right again.
      if (i % 2 === 0) file.copy(bytes, Math.max(0, bytes.length - 8), file.length - 8);
      const start = process.cpuUsage();
      const text = await readBytes(bytes);
      slowest = Math.max(slowest, process.cpuUsage(start).user / 1000);
      if (text.startsWith('refused')) refused++;
    }
    expect(refused).toBeGreaterThan(MUTANTS / 6);
    expect(refused).toBeLessThan(MUTANTS);
    expect(slowest).toBeLessThan(2000);
    expect((resourceUsage().maxRSS - before) / 1024).toBeLessThan(300); // MiB
  });

  test.each(['lz4_raw', 'zstd', 'gzip', 'brotli', 'snappy', 'uncompressed'])(
    'is read as DuckDB writes it: %s, in both versions',
    async (codec) => {
      const connection = await (await DuckDBInstance.create()).connect();
      for (const version of ['V1', 'V2']) {
        const path = join(folder, `${codec}-${version}.parquet`);
        await connection.run(
          `copy (select '10.0.' || (i // 250) || '.' || (i % 250) as a, i * i as n, if(i % 7 = 0, null, i / 4) as x, date '2024-02-28' + (i % 3)::int as d from range(5000) r(i))
           to '${path}' (format parquet, codec '${codec}', parquet_version ${version}, row_group_size 2048)`,
        );
        const lines = (await textOf(path)).split('\n');
        expect(lines.slice(0, 3)).toEqual(['a,n,x,d', '10.0.0.0,0,,2024-02-28', '10.0.0.1,1,0.25,2024-02-29']); // prettier-ignore
        expect(lines.at(-2)).toBe('10.0.19.249,24990001,1249.75,2024-02-29');
        expect(lines).toHaveLength(5002);
      }
    },
  );

  test('is refused where row groups share their bytes: a file without end', async () => {
    const data = Array.from({ length: 4000 }, (_, i) => `10.1.${i >> 8}.${i & 255}`);
    const one = parquet({ columnData: [{ name: 'a', data: data.slice(0, 2000) }] });
    const two = parquet({ columnData: [{ name: 'a', data }], rowGroupSize: 2000 });
    const footer = (file: Buffer) => file.subarray(file.length - 8 - file.readUInt32LE(file.length - 8)); // prettier-ignore
    // The footer of a file of two row groups behind the bytes of one.
    const shared = Buffer.concat([one.subarray(0, one.length - footer(one).length), footer(two)]);
    expect(await readBytes(shared)).toContain('share their bytes');
  });
});

/** A structure of Thrift: numbers under 64 by field. */
function thrift(fields: readonly (readonly [delta: number, value: number | number[]])[]): number[] {
  const bytes = fields.flatMap(([delta, value]) => typeof value === 'number' ? [(delta << 4) | 5, ...zigzag(value)] : [(delta << 4) | 12, ...value]); // prettier-ignore
  return [...bytes, 0];
}

function zigzag(value: number): number[] {
  return varint(value * 2);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return [...bytes, value];
}

describe('pages', () => {
  const TEXTS: PageColumn = {
    type: 'BYTE_ARRAY',
    typeLength: 0,
    isOptional: true,
    unpack: (bytes) => bytes,
  };
  const LIMITS = { values: 1000, bytes: 1 << 20 };
  const dataPage = (encoding: number, count: number, content: readonly number[]): Uint8Array =>
    Uint8Array.from([...thrift([[1, 0], [1, content.length], [1, content.length], [2, thrift([[1, count], [1, encoding], [1, 3], [1, 3]])]]), ...content]); // prettier-ignore

  test('of levels that are a run of a thousand million are refused', () => {
    const levels = (count: number): number[] => [...varint(count * 2), 1];
    const page = (runs: number[]): Uint8Array =>
      dataPage(8, 10, [runs.length, 0, 0, 0, ...runs, 1, 20, 0]);
    expect(checkPages(page(levels(10)), TEXTS, LIMITS)).toBe(9);
    expect(() => checkPages(page(levels(2 ** 30)), TEXTS, LIMITS)).toThrow(
      'a run of more values than there are',
    );
  });

  test('of texts that begin with each other may not be more than is said', () => {
    const required = { ...TEXTS, isOptional: false };
    // 1 + 1 + … : every text is the one before it and one byte more.
    const deltas = (first: number, step: number): number[] => [...varint(128), 1, ...varint(128), ...zigzag(first), ...zigzag(step), 0]; // prettier-ignore
    const page = dataPage(7, 128, [...deltas(0, 1), ...deltas(1, 0), ...new Array<number>(128).fill(97)]); // prettier-ignore
    const own = page.length - readThrift(page, 0).end;
    expect(checkPages(page, required, LIMITS)).toBe(own + (128 * 129) / 2);
    expect(() => checkPages(page, required, { values: 128, bytes: 4000 })).toThrow(
      'too many bytes',
    );
    const longer = dataPage(7, 128, [...deltas(0, 2), ...deltas(1, 0), ...new Array<number>(128).fill(97)]); // prettier-ignore
    expect(() => checkPages(longer, required, LIMITS)).toThrow('a text longer than it is');
  });

  test('that lack a size, or have it as a fraction, are refused', () => {
    const page = dataPage(0, 0, [0, 0, 0, 0]);
    expect(checkPages(page, TEXTS, LIMITS)).toBe(4);
    const fraction = Uint8Array.from([0x15, 0, 0x17, 0, 0, 0, 0, 0, 0, 0, 0, 0x15, 0, 0, 0, 0]);
    expect(() => checkPages(fraction, TEXTS, LIMITS)).toThrow('no whole number');
    expect(() => checkPages(Uint8Array.from([0x15, 0, 0, 0, 0]), TEXTS, LIMITS)).toThrow('no whole number'); // prettier-ignore
  });

  test.each([
    ['a negative number of groups', [0xff, 0xff, 0xff, 0xff, 0x0f], 0],
    ['no groups', [1], 1],
    ['more groups than bytes', [7, 0, 0], 1],
    ['a header of many bytes', new Array<number>(20).fill(0x80), 1],
    ['wide values', [2, 1], 33],
  ])('of runs with %s are refused', (_, bytes, width) => {
    expect(() => walkRuns(new RunBytes(Uint8Array.from(bytes)), width, 16)).toThrow(RangeError);
  });

  test('of runs are counted: the ones among runs and packed bits', () => {
    const bytes = Uint8Array.from([6, 1, 4, 0, 5, 0b1010_1011, 0b1111_1111]);
    expect(walkRuns(new RunBytes(bytes), 1, 16)).toBe(3 + 5 + 3);
  });

  test.each([
    ['blocks of no parts', [128, 1, 0, 1, 0]],
    ['blocks of no values', [0, 1, 1, 0]],
    ['uneven parts', [128, 1, 3, 1, 0]],
    ['first values of many bytes', [128, 1, 4, 1, ...new Array<number>(11).fill(0x80)]],
    ['huge blocks', [128, 128, 128, 1, 4, 1, 0]],
  ])('of differences with %s are refused', (_, bytes) => {
    expect(() => walkDeltas(new RunBytes(Uint8Array.from(bytes)), 100)).toThrow(RangeError);
  });
});

describe('structures', () => {
  test.each([
    ['a list longer than its bytes', [0x19, 0xf5, 0xff, 0xff, 0xff, 0xff, 7]],
    ['nested too deep', new Array<number>(100).fill(0x1c)],
    ['too many bytes', [0x16, ...new Array<number>(11).fill(0x80)]],
    ['cut short', [0x15]],
    ['a field of number', [0x05, ...varint(1000), 1]],
  ])('that are %s are refused', (why, bytes) => {
    expect(() => readThrift(Uint8Array.from(bytes), 0)).toThrow(why);
  });
});
