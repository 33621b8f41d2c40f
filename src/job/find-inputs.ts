import { readdirSync, statSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { RapsheetError, readError } from './errors.ts';
import { expandGlob, isGlob } from './expand-glob.ts';

/** What INPUT stands for standard input. */
export const STANDARD_INPUT = '-';

/** One file to read. */
export interface InputFile {
  /** As the user would write it; `-` for standard input. */
  readonly path: string;
  /** The user named this very file: if it cannot be read that is an error, else it is only listed as skipped. */
  readonly named: boolean;
  /** Bytes on disk; `NaN` where that cannot be known before it has been read. */
  readonly bytes: number;
}

/** A file of a folder or glob that is not read. */
export interface FileSkipped {
  readonly path: string;
  /** In words: `JPEG image`. */
  readonly reason: string;
}

/**
 * The files that INPUTs stand for, in a fixed order and each once: files, folders (walked, sorted, hidden names
 * and links to folders left out), globs, `-`.
 */
export function findInputs(inputs: readonly string[]): InputFile[] {
  if (inputs.length === 0) {
    throw new RapsheetError('NO_INPUT', 'no input', {
      hint: 'name a capture, a log, a folder of them, or - for standard input',
    });
  }
  const files = new Map<string, InputFile>();
  for (const input of inputs) {
    for (const file of findInput(input)) {
      const known = files.get(file.path);
      if (known === undefined || (file.named && !known.named)) files.set(file.path, file);
    }
  }
  return [...files.values()];
}

function findInput(input: string): InputFile[] {
  if (input === STANDARD_INPUT) return [{ path: input, named: true, bytes: Number.NaN }];
  const stats = statOf(input);
  if (stats === undefined && isGlob(input)) return findGlob(input);
  if (stats === undefined) {
    throw new RapsheetError('NOT_FOUND', `${input}: no such file or folder`, {
      hint: 'check the path',
    });
  }
  if (!stats.isDirectory()) return [inputFile(input, stats, true)];
  const files = walkFolder(input);
  if (files.length === 0) {
    throw new RapsheetError('EMPTY_INPUT', `${input}: no files in this folder`, {
      hint: 'name a folder with captures or logs',
    });
  }
  return files;
}

function findGlob(pattern: string): InputFile[] {
  const files = expandGlob(pattern).flatMap((path) => {
    const stats = statOf(path);
    if (stats === undefined) return [];
    return stats.isDirectory() ? walkFolder(path) : [inputFile(path, stats, false)];
  });
  if (files.length > 0) return files;
  throw new RapsheetError('NOT_FOUND', `${pattern}: no file matches`, {
    hint: 'check the pattern',
  });
}

function walkFolder(folder: string, files: InputFile[] = []): InputFile[] {
  for (const entry of sortedEntries(folder)) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      walkFolder(path, files);
      continue;
    }
    const stats = statOf(path);
    // Not a link to a folder (it may lead back here), nor a socket or device that would be waited for.
    if (stats?.isFile() === true) files.push(inputFile(path, stats, false));
  }
  return files;
}

function sortedEntries(folder: string) {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
  } catch (cause) {
    throw readError(folder, cause);
  }
}

function inputFile(path: string, stats: Stats, named: boolean): InputFile {
  return { path, named, bytes: stats.isFile() ? stats.size : Number.NaN };
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    throw readError(path, cause);
  }
}
