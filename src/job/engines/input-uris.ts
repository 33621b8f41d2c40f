import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { RapsheetError } from '../errors.ts';
import { isGlob } from '../expand-glob.ts';

/** Inputs as an engine takes them: what is meant literally, and what is a pattern. */
export interface InputUris {
  readonly paths: readonly string[];
  readonly globs: readonly string[];
}

/**
 * Inputs as URIs. What is on this machine gets `file:` before it, because a cluster's paths without a scheme mean its
 * own file system.
 */
export function inputUris(inputs: readonly string[]): InputUris {
  const paths: string[] = [];
  const globs: string[] = [];
  for (const input of inputs) {
    const isUri = /^[a-z][a-z0-9+.-]+:\//i.test(input);
    if (isUri) (isGlob(input) ? globs : paths).push(input);
    else if (existsSync(input)) paths.push(`file://${resolve(input)}`);
    else if (isGlob(input)) globs.push(`file://${resolve(input)}`);
    else throw new RapsheetError('NOT_FOUND', `${input}: no such file or folder`, { hint: 'check the path' }); // prettier-ignore
  }
  if (paths.length + globs.length > 0) return { paths, globs };
  throw new RapsheetError('NO_INPUT', 'no input', { hint: 'name a capture, a log or a folder' });
}
