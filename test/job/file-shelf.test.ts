import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { RapsheetError } from '../../src/job/errors.ts';
import { FileShelf } from '../../src/job/file-shelf.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();
afterEach(() => vi.unstubAllEnvs());

describe('a shelf in a file', () => {
  test('holds bytes by their place, and leaves nothing behind', () => {
    vi.stubEnv('TMPDIR', folder);
    const shelf = new FileShelf();
    expect(readdirSync(folder)).toEqual([]);
    shelf.write(1000, Uint8Array.of(1, 2, 3));
    shelf.write(100, Uint8Array.of(4));
    shelf.write(1001, Uint8Array.of(9));
    const read = new Uint8Array(3);
    shelf.read(1000, read);
    expect([...read]).toEqual([1, 9, 3]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('says where there is no room, and what to do', () => {
    vi.stubEnv('TMPDIR', join(folder, 'nowhere'));
    const write = (): void => new FileShelf().write(0, Uint8Array.of(1));
    expect(write).toThrow(RapsheetError);
    expect(write).toThrow(/nowhere/);
  });
});
