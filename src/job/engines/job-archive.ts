import { createReadStream, createWriteStream, renameSync, rmSync, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { readError, writeError } from '../errors.ts';
import { TAR_END, tarHeader, tarPadding } from './tar-header.ts';

/** The folder an engine unpacks the archive to, seen from where it starts programs. */
export const ARCHIVE_FOLDER = 'rapsheet';

export interface JobArchive {
  /** The Node.js that machines of the cluster shall run: they need none of their own. */
  readonly node: string;
  /** The one-file program. */
  readonly program: string;
  readonly model: string;
}

const NAMES = { node: 'node', program: 'rapsheet.mjs', model: 'model.rapsheet' } as const;

/** Where a part of the archive is on a machine of the cluster. */
export function archived(part: keyof JobArchive): string {
  return part === 'node'
    ? `./${ARCHIVE_FOLDER}/${NAMES[part]}`
    : `${ARCHIVE_FOLDER}/${NAMES[part]}`;
}

/** Writes the archive that every machine of a job gets, as `.tar.gz`: Spark and Hadoop both unpack that. */
export async function writeArchive(path: string, archive: JobArchive): Promise<void> {
  const unfinished = `${path}.tmp`;
  try {
    await pipeline(
      Readable.from(tarChunks(archive)),
      createGzip({ level: 6 }),
      createWriteStream(unfinished),
    );
    renameSync(unfinished, path);
  } catch (cause) {
    rmSync(unfinished, { force: true });
    throw writeError(path, cause);
  }
}

async function* tarChunks(archive: JobArchive): AsyncGenerator<Uint8Array> {
  for (const part of ['node', 'program', 'model'] as const) {
    const path = archive[part];
    try {
      const bytes = statSync(path).size;
      yield tarHeader({ name: NAMES[part], bytes, executable: part === 'node' });
      // No more than the header says, should the file be growing.
      if (bytes > 0) yield* createReadStream(path, { end: bytes - 1 }) as AsyncIterable<Uint8Array>;
      yield tarPadding(bytes);
    } catch (cause) {
      throw readError(path, cause);
    }
  }
  yield TAR_END;
}
