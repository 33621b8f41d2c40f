import { mkdirSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { RapsheetError } from '../../src/job/errors.ts';
import { expandGlob } from '../../src/job/expand-glob.ts';
import { findInputs } from '../../src/job/find-inputs.ts';
import { put, temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();
for (const name of ['b.log', 'a.log', 'deep/er/c.log', '.hidden/x.log', '.x.log', 'odd [1].log']) {
  put(folder, name, name);
}
symlinkSync(folder, join(folder, 'deep', 'loop'));
symlinkSync(join(folder, 'a.log'), join(folder, 'deep', 'link.log'));

const found = (...inputs: string[]) => findInputs(inputs).map(({ path }) => relative(folder, path));
const codeOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof RapsheetError) return error.code;
    throw error;
  }
  return 'no error';
};

describe('finding inputs', () => {
  test('a folder is walked in order, without hidden files and without following links to folders', () => {
    expect(found(folder)).toEqual(
      ['a.log', 'b.log', 'deep/er/c.log', 'deep/link.log', 'odd [1].log']); // prettier-ignore
  });

  test('each file comes once, and stays named if it was named', () => {
    const files = findInputs([folder, join(folder, 'b.log')]);
    expect(files).toHaveLength(5);
    expect(files.filter((file) => file.named).map((file) => relative(folder, file.path))).toEqual([
      'b.log',
    ]);
  });

  test('a name with brackets is taken as it stands before it is taken as a pattern', () => {
    expect(found(join(folder, 'odd [1].log'))).toEqual(['odd [1].log']);
  });

  test('knows the sizes of files and of nothing else', () => {
    expect(findInputs([join(folder, 'a.log'), '-']).map((file) => file.bytes)).toEqual([
      5,
      Number.NaN,
    ]);
  });

  test('what is not there, matches nothing, is empty or is not given is an error with its code', () => {
    mkdirSync(join(folder, 'nothing'), { recursive: true });
    expect(codeOf(() => found(join(folder, 'z.log')))).toBe('NOT_FOUND');
    expect(codeOf(() => found(join(folder, 'a.log', 'b')))).toBe('NOT_FOUND');
    expect(codeOf(() => found(join(folder, '*.pcap')))).toBe('NOT_FOUND');
    expect(codeOf(() => found(join(folder, 'nothing')))).toBe('EMPTY_INPUT');
    expect(codeOf(() => found())).toBe('NO_INPUT');
  });
});

describe('patterns', () => {
  const matches = (pattern: string) =>
    expandGlob(join(folder, pattern)).map((path) => relative(folder, path));

  test.each([
    ['*.log', ['a.log', 'b.log', 'odd [1].log']],
    ['?.log', ['a.log', 'b.log']],
    ['[!a].log', ['b.log']],
    ['[ab].log', ['a.log', 'b.log']],
    ['.*.log', ['.x.log']],
    ['deep/**/*.log', ['deep/er/c.log', 'deep/link.log']],
    ['**/c.log', ['deep/er/c.log']],
    ['d*/e*', ['deep/er']],
    ['a.lo[', []],
    ['a+log', []],
    ['(a|b).log', []],
  ])('%s', (pattern, expected) => {
    expect(matches(pattern)).toEqual(expected);
  });
});
