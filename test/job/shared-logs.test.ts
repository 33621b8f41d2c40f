import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { InputFormat } from '../../src/flow/recognise-input.ts';
import { RapsheetError } from '../../src/job/errors.ts';
import { readInputs } from '../../src/job/read-inputs.ts';
import { RecordingSink } from '../flow/logs/recording-sink.ts';

const data = process.env['RAPSHEET_DATA'] ?? '../shared/data';
const hasData = existsSync(join(data, 'GROUND_TRUTH.csv'));
if (!hasData)
  console.warn(`SKIPPED: no shared data in ${data}: set RAPSHEET_DATA to read its logs`);

/** What is in the folder and is no log of traffic, and what is said of it. */
const REFUSED: readonly (readonly [path: RegExp, reason: string])[] = [
  [/^(BENIGN_TRACES|GROUND_TRUTH|TAXONOMY)\.csv$|^README\.md$|hosts\.silver\.csv$/, 'not a capture or log rapsheet knows'],
  [/\.metadata\.txt$|labels\.config$|_tasks\.txt$|logo\.json$/, 'not a capture or log rapsheet knows'],
  // What Zeek loaded, without a time or an address.
  [/test9-mixed-zeek-dir\/loaded_scripts\.log$/, 'not a capture or log rapsheet knows (JSON?)'],
  // Azure Monitor's VMConnection: sums of minutes by process.
  [/vminsights_vmconnection/, 'not a capture or log rapsheet knows (JSON?)'],
  [/purplesharp_2020-11-02102419\.json$/, 'empty, there is nothing to read'],
]; // prettier-ignore

/** Wrong lines that are really there: a Zeek log edited by hand, sessions without a start. */
const WRONG_LINES: Readonly<Record<string, number>> = {
  'slips/test10-mixed-zeek-dir/notice.log': 1,
  'uqo/datasets/cowrie_sessions_20k.csv': 3,
};

/** Every format that the folder has, so that a log is not taken for another. */
const FORMATS: Readonly<Partial<Record<InputFormat, number>>> = {
  'zeek-tsv': 150, 'zeek-json': 76, 'argus-csv': 6, 'cicflowmeter-csv': 16, 'unsw-nb15-csv': 3, 'web-log': 4,
  'cowrie-csv': 1, 'suricata-json': 1, syslog: 1,
}; // prettier-ignore

function* filesIn(folder: string, below = ''): Generator<string> {
  for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
    const path = join(below, entry.name);
    if (entry.isDirectory()) yield* filesIn(folder, path);
    else if (!/\.(pcap|pcapng|cap|pcapclear|nfdump)$/.test(entry.name)) yield path;
  }
}

describe.skipIf(!hasData)('every file of the shared data that is no capture', () => {
  test('is read, or refused with the reason', async () => {
    const surprises: string[] = [];
    const formats = new Map<string, number>();
    for (const path of filesIn(data)) {
      const expected = REFUSED.find(([pattern]) => pattern.test(path))?.[1];
      const sink = new RecordingSink();
      try {
        const { read } = await readInputs([join(data, path)], sink);
        const { format, records, log } = read[0]!;
        formats.set(format, (formats.get(format) ?? 0) + 1);
        const wrong = log!.skips.reduce((sum, { ordinary, count }) => sum + (ordinary ? 0 : count), 0); // prettier-ignore
        const accounted = records + log!.skips.reduce((sum, { count }) => sum + count, 0);
        if (expected !== undefined) surprises.push(`${path}: read as ${format}`);
        if (wrong !== (WRONG_LINES[path] ?? 0)) surprises.push(`${path}: ${wrong} lines wrong`);
        if (accounted > log!.lines) surprises.push(`${path}: more read than there is`);
        if (records === 0 && sink.flows.length + sink.events.length > 0) surprises.push(`${path}: traffic of no line`); // prettier-ignore
      } catch (error) {
        if (!(error instanceof RapsheetError)) throw error;
        if (expected === undefined || !error.message.includes(expected)) surprises.push(error.line);
      }
    }
    expect(surprises).toEqual([]);
    for (const [format, least] of Object.entries(FORMATS)) {
      expect([format, formats.get(format)]).toEqual([format, expect.any(Number)]);
      expect(formats.get(format)).toBeGreaterThanOrEqual(least);
    }
  });
});
