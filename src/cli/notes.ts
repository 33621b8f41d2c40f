import { writeSync } from 'node:fs';
import type { FileSkipped } from '../job/read-inputs.ts';
import { formatCount, visibleText } from '../report/wording.ts';
import { inWords } from './in-words.ts';

const SHOWN = 3;

/** Something the user should know that is no error: one line on standard error. */
export function note(text: string): void {
  try {
    writeSync(2, `rapsheet: ${visibleText(text)}\n`);
  } catch {
    // Nobody reads it.
  }
}

/** Files of a folder that were left out are never left out in silence. */
export function noteSkippedFiles(skipped: readonly FileSkipped[]): void {
  if (skipped.length === 0) return;
  const some = skipped.slice(0, SHOWN).map(({ path, reason }) => `${path} (${reason})`);
  const more = skipped.length > SHOWN ? ` and ${skipped.length - SHOWN} more` : '';
  const files = skipped.length === 1 ? '1 file' : `${skipped.length} files`;
  note(`left out ${files} that rapsheet does not read: ${some.join(', ')}${more}`);
}

/** Frames and lines that are no flow and no message though nothing is wrong with them. */
const ORDINARY = /^(notIp|unusedZeekLog|notDns)/;

/** What could not be read is never passed over in silence either. */
export function noteSkips(skips: ReadonlyMap<string, number>): void {
  const broken = [...skips].filter(([reason]) => !ORDINARY.test(reason));
  if (broken.length === 0) return;
  broken.sort(([, a], [, b]) => b - a);
  const some = broken.slice(0, 5).map(([reason, count]) => `${formatCount(count)} × ${inWords(reason)}`); // prettier-ignore
  const more = broken.length > 5 ? ` and ${broken.length - 5} reasons more` : '';
  note(`could not read everything: ${some.join(', ')}${more}`);
}
