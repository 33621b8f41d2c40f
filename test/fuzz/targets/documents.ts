import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { plainLines } from '../../../src/flow/text-form.ts';
import { RapsheetError } from '../../../src/job/errors.ts';
import { parquetText } from '../../../src/job/parquet-text.ts';
import { Digest, Outcome } from '../digest.ts';
import { chunkStream, cutsOf, mustHold, type FuzzTarget } from '../fuzz-target.ts';

const RECORD = { time: '2024-05-01T08:00:00Z', list: ['1,2', { a: [] }], text: 'x\n"]}\\' };

/** JSON documents and UTF-16 as lines: the same however the bytes are cut, and no more than they were. */
export const plainText: FuzzTarget = {
  name: 'plain-text',
  maxLength: 2000,
  seeds: () => {
    const records = [RECORD, {}, { ...RECORD, text: '' }];
    const texts = [records, { version: 1, records, next: { a: [1] } }, RECORD].map((one) => JSON.stringify(one)); // prettier-ignore
    const pretty = JSON.stringify({ value: records }, null, 1);
    const numbered = records.map((one, i) => `Record ${i}\n${JSON.stringify(one, null, 2)}\n`).join(''); // prettier-ignore
    const utf8 = [...texts, pretty, numbered].map((text) => new TextEncoder().encode(text));
    return [...utf8, new Uint8Array(Buffer.from(`\uFEFF${pretty}`, 'utf16le'))];
  },
  run: async (input) => {
    const outcome = new Outcome();
    const whole = await linesOf(input, []);
    const cut = await linesOf(input, cutsOf(input));
    mustHold(whole.digest === cut.digest, 'chunks change the lines');
    // A byte gives a line end more, and three bytes of UTF-8 where it is none of UTF-16.
    mustHold(whole.bytes <= 6 * input.length + 8, 'more bytes than there were');
    outcome.sawSize('lines', whole.lines);
    return outcome.value;
  },
};

async function linesOf(input: Uint8Array, cuts: readonly number[]) {
  const digest = new Digest();
  let [bytes, lines] = [0, 0];
  for await (const chunk of plainLines(chunkStream(input, cuts))) {
    // By the byte: where chunks end is not told.
    for (const byte of chunk) {
      digest.number(byte);
      if (byte === 10) lines++;
    }
    bytes += chunk.length;
  }
  return { digest: digest.value, bytes, lines };
}

/** The ratio of what may come out of a byte; see `checkSums` of `parquet-file.ts`. */
const LEAST_CELLS = 1 << 20;
const CELLS_PER_BYTE = 1024;
const CELL_CHARACTERS = 4096;

/** Parquet tables: read or refused with one sentence, in no more lines than the bytes may claim. */
export const parquetTables: FuzzTarget = {
  name: 'parquet',
  maxLength: 3000,
  seeds: () =>
    (['PLAIN', 'DELTA_BYTE_ARRAY', undefined] as const).map((encoding) => {
      const texts = Array.from({ length: 24 }, (_, i) => (i % 5 === 0 && encoding === undefined ? null : `10.0.0.${i >> 1}`)); // prettier-ignore
      const numbers = texts.map((_, i) => i * i);
      const columnData = [
        { name: 'id.orig_h', data: texts, ...(encoding === undefined ? {} : { encoding }) },
        { name: 'id.orig_p', data: numbers, type: 'INT32' as const, ...(encoding === 'PLAIN' ? {} : { encoding: 'DELTA_BINARY_PACKED' as const }) }, // prettier-ignore
      ];
      return new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 12, codec: encoding === 'PLAIN' ? 'SNAPPY' : 'UNCOMPRESSED' })); // prettier-ignore
    }),
  run: async (input) => {
    const outcome = new Outcome();
    const folder = mkdtempSync(join(tmpdir(), 'rapsheet-fuzz-'));
    try {
      const path = join(folder, 'table.parquet');
      writeFileSync(path, input);
      let bytes = 0;
      for await (const chunk of parquetText(path, { bytes: input.length })) bytes += chunk.length;
      mustHold(bytes <= (LEAST_CELLS + CELLS_PER_BYTE * input.length) * CELL_CHARACTERS, 'more text than the bytes can claim'); // prettier-ignore
      outcome.sawSize('text', bytes);
    } catch (cause) {
      if (!(cause instanceof RapsheetError)) throw cause;
      mustHold(!cause.message.includes('\n'), 'more than a line of what is wrong');
      outcome.saw(/\(([^)]*)\)$/.exec(cause.message)?.[1] ?? 'cut');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    return outcome.value;
  },
};
