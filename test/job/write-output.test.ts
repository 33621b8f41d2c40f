import {
  chmodSync, existsSync, lstatSync, readFileSync, readdirSync, symlinkSync,
} from 'node:fs'; // prettier-ignore
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { RapsheetError } from '../../src/job/errors.ts';
import { writeOutput, writeText } from '../../src/job/write-output.ts';
import { put, temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();
const leftovers = () => readdirSync(folder).filter((name) => name.endsWith('.tmp'));

describe('writing an output', () => {
  test('the file appears whole when everything is written', async () => {
    const path = join(folder, 'whole.txt');
    await writeOutput(path, (write) => {
      write('first ');
      expect(existsSync(path)).toBe(false);
      write(Buffer.from('second'));
    });
    expect(readFileSync(path, 'utf8')).toBe('first second');
    expect(leftovers()).toEqual([]);
  });

  test('a failure on the way leaves the old file and nothing beside it', async () => {
    const path = put(folder, 'old.txt', 'old');
    const failure = new Error('on the way');
    await expect(
      writeOutput(path, (write) => {
        write('new');
        throw failure;
      }),
    ).rejects.toBe(failure);
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(leftovers()).toEqual([]);
  });

  test('a link stays a link, and its file is written', async () => {
    const target = put(folder, 'target.txt', 'old');
    const link = join(folder, 'link.txt');
    symlinkSync(target, link);
    await writeText(link, ['new']);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(target, 'utf8')).toBe('new');
  });

  test('a device is written as it is', async () => {
    await writeText('/dev/null', ['x']);
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  test('a place that cannot be written is known before anything is made', async () => {
    const file = put(folder, 'file', '');
    for (const path of [folder, join(folder, 'no', 'such'), join(file, 'below')]) {
      let begun = false;
      const writing = writeOutput(path, () => {
        begun = true;
      });
      await expect(writing).rejects.toThrow(/cannot be written \((it is|its folder|part of)/);
      await expect(writing).rejects.toBeInstanceOf(RapsheetError);
      expect(begun).toBe(false);
    }
  });

  test.skipIf(process.getuid?.() === 0)('a folder without permission is named', async () => {
    chmodSync(folder, 0o500);
    await expect(writeText(join(folder, 'x'), ['x'])).rejects.toThrow('permission denied');
    chmodSync(folder, 0o700);
  });

  test('many small pieces arrive in order', async () => {
    const path = join(folder, 'pieces.txt');
    await writeText(
      path,
      Array.from({ length: 50_000 }, (_, i) => `${i}\n`),
    );
    expect(readFileSync(path, 'utf8').split('\n').slice(0, -1).map(Number)).toEqual([
      ...Array(50_000).keys(),
    ]);
  });
});
