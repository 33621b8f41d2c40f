import { spawnSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellCommand, shellLines } from '../../../src/job/engines/shell-words.ts';

/** Words as a shell gives them to a program, each ended by NUL. */
function asShellReads(words: string): string[] {
  const { stdout } = spawnSync('sh', ['-c', `printf '%s\\0' ${words}`], { encoding: 'utf8' });
  return stdout.split('\0').slice(0, -1);
}

describe('words for a shell', () => {
  it('are read as they were, whatever is in them', () => {
    const word = fc
      .string({ unit: 'binary-ascii', minLength: 1 })
      .map((text) => text.replaceAll('\0', ''));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
        expect(asShellReads(shellCommand(words))).toEqual(words);
        expect(asShellReads(shellLines(words))).toEqual(words);
      }),
      { numRuns: 60 },
    );
  });

  it('stay bare where nothing needs quoting, and begin a line with each option', () => {
    const words = [
      'spark-submit',
      '--master',
      'local[2]',
      '--archives',
      'a.tar.gz#rapsheet',
      'x.jar',
    ];
    expect(shellLines(words)).toBe(
      "spark-submit \\\n  --master 'local[2]' \\\n  --archives 'a.tar.gz#rapsheet' x.jar",
    );
  });
});
