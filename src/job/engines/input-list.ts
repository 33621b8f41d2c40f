import { resolve } from 'node:path';
import { RapsheetError } from '../errors.ts';
import type { InputFile } from '../find-inputs.ts';

/** Inputs as programs of the `tsv` wire read them: a path a line. */
export function inputList(files: readonly Pick<InputFile, 'path'>[]): string {
  return files.map(({ path }) => `${listed(path)}\n`).join('');
}

function listed(path: string): string {
  if (!/[\r\n\t]/.test(path)) return resolve(path);
  throw new RapsheetError('CANNOT_READ', `${JSON.stringify(path)}: a line break or tab in a name`, {
    hint: 'rename the file',
  });
}
