import { writeSync } from 'node:fs';
import { linesNotRead } from '../job/lines-not-read.ts';
import type { FileSkipped } from '../job/find-inputs.ts';
import type { FileRead, InputsRead } from '../job/read-inputs.ts';
import { isOrdinarySkip, skipWords } from '../job/skip-words.ts';
import { formatCount, formatCounted, visibleText } from '../report/wording.ts';

/** Files of a kind that are named, and reasons. */
const SHOWN = 3;
const REASONS_SHOWN = 5;

/** Something the user should know that is no error: one line on standard error. */
export function note(text: string): void {
  try {
    writeSync(2, `rapsheet: ${visibleText(text)}\n`);
  } catch {
    // Nobody reads it.
  }
}

/** What came of the inputs beside their traffic: files left out or joined, lines and packets that could not be read. */
export function noteInputs(inputs: InputsRead, skips: ReadonlyMap<string, number>): void {
  noteSkippedFiles(inputs.skipped);
  noteRotated(inputs.rotated);
  noteLines(inputs.read);
  noteSkips(withoutLines(skips, inputs.read));
}

/** Files of a folder that were left out are never left out in silence. */
export function noteSkippedFiles(skipped: readonly FileSkipped[]): void {
  if (skipped.length === 0) return;
  const some = skipped.slice(0, SHOWN).map(({ path, reason }) => `${path} (${reason})`);
  const more = skipped.length > SHOWN ? ` and ${skipped.length - SHOWN} more` : '';
  const files = skipped.length === 1 ? '1 file' : `${skipped.length} files`;
  note(`left out ${files} that rapsheet does not read: ${some.join(', ')}${more}`);
}

function noteRotated(sets: InputsRead['rotated']): void {
  for (const paths of sets.slice(0, SHOWN)) {
    const ends = `${paths[0]!} … ${paths.at(-1)!}`;
    note(`read ${formatCount(paths.length)} rotated files as one capture: ${ends} (--no-rotated: each by itself)`); // prettier-ignore
  }
  const more = sets.slice(SHOWN).reduce((sum, paths) => sum + paths.length, 0);
  if (more > 0) note(`read ${formatCount(more)} more rotated files as ${formatCounted(sets.length - SHOWN, 'capture')}`); // prettier-ignore
}

/** Lines of logs that are not what they should be, the worst files first; and that a log had nothing of use in it. */
function noteLines(read: readonly FileRead[]): void {
  const wrong = read.filter(({ log }) => log !== undefined && linesNotRead(log) !== '');
  wrong.sort((a, b) => Number(b.log!.mostlyWrong) - Number(a.log!.mostlyWrong));
  for (const { path, format, log } of wrong.slice(0, SHOWN)) {
    const doubt = log!.mostlyWrong ? `, which is most of it: is it ${format}?` : '';
    note(`${path}: ${linesNotRead(log!)}${doubt}`);
  }
  const more = wrong.length - SHOWN;
  if (more > 0) note(`${formatCounted(more, 'more log')} with lines that could not be read`);
  const [first] = read;
  if (first === undefined || wrong.length > 0 || read.some(({ records }) => records > 0)) return;
  const others = read.length > 1 ? ` nor in ${formatCounted(read.length - 1, 'other file')}` : '';
  const what = first.log === undefined ? 'no IP packet in it' : `nothing of use in its ${formatCounted(first.log.lines, 'line')}`; // prettier-ignore
  note(`${first.path}: ${what}${others}`);
}

/** Messages without flows make no host: the conn.log of a folder of Zeek logs is missing, say. */
export function noteNoHosts(hosts: number, { read }: InputsRead): void {
  if (hosts > 0 || read.every(({ records }) => records === 0)) return;
  note('no host to show: there are messages and no flows in what was read (a folder of Zeek logs needs its conn.log)'); // prettier-ignore
}

/** What the files' lines do not tell already. */
function withoutLines(
  skips: ReadonlyMap<string, number>,
  read: readonly FileRead[],
): ReadonlyMap<string, number> {
  const rest = new Map(skips);
  for (const { reason, count } of read.flatMap(({ log }) => log?.skips ?? [])) {
    const left = (rest.get(reason) ?? 0) - count;
    if (left > 0) rest.set(reason, left);
    else rest.delete(reason);
  }
  return rest;
}

/** What could not be read is never passed over in silence either. */
export function noteSkips(skips: ReadonlyMap<string, number>): void {
  const broken = [...skips].filter(([reason]) => !isOrdinarySkip(reason));
  if (broken.length === 0) return;
  broken.sort(([, a], [, b]) => b - a);
  const some = broken.slice(0, REASONS_SHOWN).map(([reason, count]) => `${formatCount(count)} ${skipWords(reason, count)}`); // prettier-ignore
  const left = broken.length - REASONS_SHOWN;
  const more = left > 0 ? ` and ${formatCounted(left, 'more reason')}` : '';
  note(`could not read everything: ${some.join(', ')}${more}`);
}
