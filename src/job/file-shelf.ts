import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ByteShelf } from '../host/part-shelf.ts';
import { RapsheetError, writeError } from './errors.ts';

/** Closes the file of a shelf that nobody holds any more. */
const left = new FinalizationRegistry<number>(closeSync);

/**
 * A file in the folder for temporary ones (`TMPDIR`), made when the first byte comes. It has no name any more from
 * then on, so that nothing is left of it however the program ends.
 */
export class FileShelf implements ByteShelf {
  #file = -1;

  write(at: number, bytes: Uint8Array): void {
    try {
      if (this.#file < 0) this.#open();
      for (let done = 0; done < bytes.length;) {
        done += writeSync(this.#file, bytes, done, bytes.length - done, at + done);
      }
    } catch (cause) {
      throw broken(cause);
    }
  }

  read(at: number, into: Uint8Array): void {
    try {
      for (let done = 0; done < into.length;) {
        const length = readSync(this.#file, into, done, into.length - done, at + done);
        if (length === 0) throw new RangeError('the file ends too soon');
        done += length;
      }
    } catch (cause) {
      throw broken(cause);
    }
  }

  #open(): void {
    const folder = mkdtempSync(join(tmpdir(), 'rapsheet-'));
    this.#file = openSync(join(folder, 'hosts'), 'wx+', 0o600);
    left.register(this, this.#file);
    forget(folder);
  }
}

/** Some systems do not let go of the name of a file that is open. */
function forget(folder: string): void {
  try {
    rmSync(folder, { recursive: true });
  } catch {
    process.once('exit', () => {
      rmSync(folder, { recursive: true, force: true });
    });
  }
}

function broken(cause: unknown): RapsheetError {
  const { message } = writeError(`the temporary file in ${tmpdir()}`, cause);
  const hint = 'set TMPDIR to a folder with room for about as much as the input has';
  return new RapsheetError('CANNOT_WRITE', message, { hint, cause });
}
