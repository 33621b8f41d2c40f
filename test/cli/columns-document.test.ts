import { format } from 'prettier';
import { expect, test } from 'vitest';
import { EVENT_KINDS, eventColumns, fieldColumns } from '../../src/cli/event-columns.ts';
import { FLOW_COLUMNS } from '../../src/cli/flow-columns.ts';
import type { Column, ColumnType } from '../../src/report/column.ts';

/** What a reader of CSV, NDJSON and Parquet has before them. */
const TYPES: Readonly<Record<ColumnType, string>> = {
  timeUs: 'time, µs since 1970 (Parquet: timestamp)',
  timeSeconds: 'time, seconds since 1970 with six decimals (Parquet: timestamp)',
  seconds: 'seconds with six decimals',
  integer: 'whole number',
  number: 'number',
  text: 'text',
  flag: 'true or false',
  texts: 'texts (CSV: with blanks between)',
};

function table(columns: readonly Column<never>[]): string {
  const rows = columns.map(({ name, type, meaning }) => `| \`${name}\` | ${TYPES[type]} | ${meaning} |`); // prettier-ignore
  return ['| column | type | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

const DOCUMENT = [
  '# Columns of `rapsheet flows` and `rapsheet events`',
  'Written by `test/cli/columns-document.test.ts` from the columns themselves: run `npx vitest run test/cli/columns-document.test.ts --update` when one changes.',
  'What an input cannot show is missing: an empty cell in CSV, no field in NDJSON, `-` in a Zeek log, null in Parquet. It is never 0.',
  '## `rapsheet flows`',
  table(FLOW_COLUMNS.rapsheet),
  '## `rapsheet flows --columns zeek`',
  'Names, order and meaning of Zeek’s conn.log. `--format zeek` writes one; `rapsheet` reads it back to the same flows (but for `tunnel` and `icmpError`, which a conn.log has no column for).',
  table(FLOW_COLUMNS.zeek),
  '## `rapsheet flows --columns nfstream`',
  'Names and units of NFStream 6.6 with `accounting_mode=1`.',
  table(FLOW_COLUMNS.nfstream),
  '## `rapsheet events`',
  'Every kind has these:',
  table(eventColumns([])),
  ...EVENT_KINDS.flatMap((kind) => [`### \`${kind}\``, table(fieldColumns(kind))]),
].join('\n\n');

test('every column is documented as it is', async () => {
  const text = await format(DOCUMENT, { parser: 'markdown', printWidth: 100, proseWrap: 'always' });
  await expect(text).toMatchFileSnapshot('../../src/cli/columns.md');
});
