import {
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { systemCode, writeError } from './errors.ts';

/** What OUTPUT stands for standard output. */
export const STANDARD_OUTPUT = '-';

/** Gives the next piece away; `false` means that nobody reads any more and the rest may be left out. */
export type Write = (piece: string | Uint8Array) => Promise<boolean>;

/**
 * Runs `produce` with a place to write to. A file is written beside and renamed into place when `produce` is
 * done: interrupted or failed, the old file stays or there is none. It is opened at once, so that a place that
 * cannot be written is known before hours of reading.
 */
export async function writeOutput(
  path: string,
  produce: (write: Write) => Promise<void>,
): Promise<void> {
  if (path === STANDARD_OUTPUT) return produce(writeStandardOutput);
  const target = openTarget(path);
  try {
    await produce(target.write);
    target.commit();
  } catch (cause) {
    target.abandon();
    throw cause;
  }
}

/** `writeOutput` for text that is there piece by piece. */
export function writeText(path: string, pieces: Iterable<string>): Promise<void> {
  return writeOutput(path, (write) => writeAll(write, pieces));
}

/** Joins small pieces: a system call for every line of a million would take longer than making them. */
export async function writeAll(
  write: Write,
  pieces: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  let joined = '';
  for await (const piece of pieces) {
    joined += piece;
    if (joined.length < 1 << 16) continue;
    if (!(await write(joined))) return;
    joined = '';
  }
  if (joined !== '') await write(joined);
}

interface Target {
  readonly write: Write;
  commit(): void;
  abandon(): void;
}

function openTarget(path: string): Target {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isDirectory() === true) throw Object.assign(new Error(), { code: 'EISDIR' });
    const final = stats === undefined ? path : realpathSync(path); // a link stays a link
    // A pipe or a device is written as it is: there is nothing to rename.
    if (stats !== undefined && !stats.isFile()) return directTarget(path, openSync(path, 'w'));
    const beside = join(dirname(final), `.${basename(final)}.${process.pid}.tmp`);
    return fileTarget(path, final, beside, openSync(beside, 'w'));
  } catch (cause) {
    throw writeError(path, cause);
  }
}

function fileTarget(path: string, final: string, beside: string, descriptor: number): Target {
  const remove = (): void => rmSync(beside, { force: true });
  const onSignal = (signal: NodeJS.Signals): void => {
    remove();
    for (const name of SIGNALS) process.off(name, onSignal);
    process.kill(process.pid, signal); // now with the usual effect
  };
  for (const name of SIGNALS) process.once(name, onSignal);
  const release = (): void => {
    for (const name of SIGNALS) process.off(name, onSignal);
  };
  const direct = directTarget(path, descriptor);
  return {
    write: direct.write,
    commit() {
      try {
        fsyncSync(descriptor);
        direct.commit();
        renameSync(beside, final);
      } catch (cause) {
        throw writeError(path, cause);
      }
      release();
    },
    abandon() {
      direct.abandon();
      remove();
      release();
    },
  };
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function directTarget(path: string, descriptor: number): Target {
  let open = true;
  const close = (): void => {
    if (open) closeSync(descriptor);
    open = false;
  };
  return {
    write(piece) {
      try {
        writeWhole(descriptor, typeof piece === 'string' ? Buffer.from(piece) : piece);
        return Promise.resolve(true);
      } catch (cause) {
        if (systemCode(cause) === 'EPIPE') return Promise.resolve(false);
        return Promise.reject(writeError(path, cause));
      }
    },
    commit: close,
    abandon: close,
  };
}

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
}

/** `rapsheet … | head` ends the reader first: that is no error. */
const writeStandardOutput: Write = (piece) =>
  new Promise((resolve, reject) => {
    if (process.stdout.destroyed || process.stdout.writableEnded) {
      resolve(false);
      return;
    }
    process.stdout.write(piece, (error) => {
      if (error === null || error === undefined) resolve(true);
      else if (systemCode(error) === 'EPIPE') resolve(false);
      else reject(writeError('standard output', error));
    });
  });
