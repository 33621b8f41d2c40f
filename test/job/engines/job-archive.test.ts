import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeArchive } from '../../../src/job/engines/job-archive.ts';
import { tarHeader } from '../../../src/job/engines/tar-header.ts';

describe('the archive of a job', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rapsheet-archive-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is unpacked by tar, with its bytes and a program that can be run', async () => {
    // A block, a block and a byte, nothing: where padding goes wrong.
    const contents = {
      node: '#!/bin/sh\necho ran'.padEnd(512),
      program: 'p'.repeat(513),
      model: '',
    };
    const paths = { node: join(folder, 'n'), program: join(folder, 'p'), model: join(folder, 'm') };
    for (const part of ['node', 'program', 'model'] as const)
      writeFileSync(paths[part], contents[part]);
    const archive = join(folder, 'a.tar.gz');
    await writeArchive(archive, paths);

    const to = join(folder, 'to');
    mkdirSync(to);
    const { status, stderr } = spawnSync('tar', ['-xzf', archive, '-C', to], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(readFileSync(join(to, 'node'), 'utf8')).toBe(contents.node);
    expect(readFileSync(join(to, 'rapsheet.mjs'), 'utf8')).toBe(contents.program);
    expect(readFileSync(join(to, 'model.rapsheet'), 'utf8')).toBe('');
    expect(statSync(join(to, 'node')).mode & 0o111).toBe(0o111);
    expect(statSync(join(to, 'model.rapsheet')).mode & 0o111).toBe(0);
    expect(spawnSync(join(to, 'node'), { encoding: 'utf8' }).stdout).toBe('ran\n');
  });

  it('is the same for the same files', async () => {
    const path = join(folder, 'x');
    writeFileSync(path, 'x');
    const files = { node: path, program: path, model: path };
    await writeArchive(join(folder, '1'), files);
    await writeArchive(join(folder, '2'), files);
    expect(readFileSync(join(folder, '1'))).toEqual(readFileSync(join(folder, '2')));
  });

  it('names a model that is not there, and leaves nothing half', async () => {
    const path = join(folder, 'x');
    writeFileSync(path, 'x');
    const archive = join(folder, 'a.tar.gz');
    const model = join(folder, 'none.rapsheet');
    await expect(writeArchive(archive, { node: path, program: path, model })).rejects.toMatchObject(
      {
        code: 'NOT_FOUND',
        message: `${model}: no such file or folder`,
      },
    );
    expect(existsSync(archive)).toBe(false);
    expect(existsSync(`${archive}.tmp`)).toBe(false);
  });

  it('takes no name that a header cannot hold', () => {
    expect(() => tarHeader({ name: 'n'.repeat(101), bytes: 0, executable: false })).toThrow(
      RangeError,
    );
    expect(() => tarHeader({ name: '', bytes: 0, executable: false })).toThrow(RangeError);
  });
});
