import { writeSync } from 'node:fs';
import type { FileSkipped } from '../job/read-inputs.ts';
import { visibleText } from '../report/wording.ts';

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
