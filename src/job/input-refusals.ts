import { CsvHeading } from '../flow/logs/csv.ts';
import { INPUT_FORMATS } from '../flow/recognise-input.ts';
import { recogniseContent } from './describe-content.ts';
import { RapsheetError } from './errors.ts';
import { STANDARD_INPUT, type FileSkipped, type InputFile } from './find-inputs.ts';
import { linesNotRead, type LogRead } from './lines-not-read.ts';
import { skipWords } from './skip-words.ts';

/** Why a file is not read: what it is, and what to do. */
export interface Refusal {
  readonly reason: string;
  readonly hint: string;
}

/** Why bytes of no known format are not read. */
export function refusalOf(head: Uint8Array): Refusal {
  if (head.length === 0) return { reason: 'empty', hint: 'name a capture or a log' };
  const { name, advice } = recogniseContent(head);
  const hint = advice === '' ? `it reads ${INPUT_FORMATS.join(', ')}` : advice;
  return { reason: name === '' ? 'unknown format' : name, hint };
}

/** Lines that a heading is looked for in, and columns that are shown of it. */
const HEADING_LINES = 40;
const COLUMNS_SHOWN = 20;

/** Why a table is not read with a map of columns: its heading has not all of them. */
export function columnsMissing(head: Uint8Array, columns: readonly string[]): Refusal | undefined {
  const lines = new TextDecoder().decode(head).split(/\r?\n/, HEADING_LINES);
  let nearest: { readonly line: string; readonly missing: readonly string[] } | undefined;
  for (const line of lines) {
    if (line.trim() === '') continue;
    const heading = new CsvHeading(line);
    const missing = columns.filter((column) => heading.column(column) < 0);
    if (missing.length === 0) return undefined;
    if (nearest === undefined || missing.length < nearest.missing.length)
      nearest = { line, missing };
  }
  if (nearest === undefined) return refusalOf(new Uint8Array(0));
  const { delimiter } = new CsvHeading(nearest.line);
  const there = nearest.line.split(delimiter);
  const more = there.length > COLUMNS_SHOWN ? ' …' : '';
  return {
    reason: `no column ${nearest.missing.join(', ')}`,
    hint: `its columns are ${there.slice(0, COLUMNS_SHOWN).join(' ').slice(0, 500)}${more}`,
  };
}

/** A file that was named and cannot be read. */
export function refused(file: InputFile, { reason, hint }: Refusal): RapsheetError {
  const name = nameOf(file);
  if (reason === 'empty') {
    return new RapsheetError('EMPTY_INPUT', `${name}: empty, there is nothing to read`, { hint });
  }
  if (reason.startsWith('no column')) {
    return new RapsheetError('NOT_A_CAPTURE', `${name}: ${reason}`, { hint });
  }
  const guess = reason === 'unknown format' ? '' : ` (${reason}?)`;
  const message = `${name}: not a capture or log rapsheet knows${guess}`;
  return new RapsheetError('NOT_A_CAPTURE', message, { hint });
}

/** A log that was named and of which more is wrong than right. */
export function mostlyWrong(file: InputFile, log: LogRead, format: string): RapsheetError {
  const message = `${nameOf(file)}: most of it is not what a line of ${format} is, ${linesNotRead(log)}`;
  return new RapsheetError('NOT_A_CAPTURE', message, {
    hint: 'name another format with --input-format, or the folder of the file to take what can be read',
  });
}

/** Folders and globs without anything that is known. */
export function nothingKnown(
  inputs: readonly string[],
  skipped: readonly FileSkipped[],
): RapsheetError {
  const first = skipped[0];
  const example = first === undefined ? '' : `, such as ${first.path} (${first.reason})`;
  const count = skipped.length === 1 ? 'its one file' : `its ${skipped.length} files`;
  return new RapsheetError(
    'NOT_A_CAPTURE',
    `${inputs.join(', ')}: no capture or log among ${count}${example}`,
    { hint: `rapsheet reads ${INPUT_FORMATS.join(', ')}` },
  );
}

/** Inputs in which something was and nothing of it could be read. */
export function nothingRead(
  inputs: readonly string[],
  broken: ReadonlyMap<string, number>,
): RapsheetError {
  const reasons = [...broken].map(([reason, count]) => `${count.toLocaleString('en-US')} ${skipWords(reason, count)}`); // prettier-ignore
  return new RapsheetError(
    'EMPTY_INPUT',
    `${inputs.join(', ')}: nothing could be read (${reasons.join(', ')})`,
    { hint: 'check that the file is whole and of a kind that rapsheet reads' },
  );
}

function nameOf({ path }: InputFile): string {
  return path === STANDARD_INPUT ? 'standard input' : path;
}
