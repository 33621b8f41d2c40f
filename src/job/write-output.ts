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
export type Write = (piece: string | Uint8Array) => boolean;

/**
 * Runs `produce` with a place to write to. A file is written beside and renamed into place when `produce` is
 * done: interrupted or failed, the old file stays or there is none. It is opened at once, so that a place that
 * cannot be written is known before hours of reading.
 */
export async function writeOutput(
  path: string,
  produce: (write: Write) => Promise<void> | void,
): Promise<void> {
  const target = path === STANDARD_OUTPUT ? directTarget('standard output', 1) : openTarget(path);
  try {
    await produce(target.write);
    await signalsHeard();
    target.commit();
  } catch (cause) {
    target.abandon();
    throw cause;
  }
}

/** Long work that waits for nothing keeps signals waiting: an order to stop counts until the end. */
function signalsHeard(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** `writeOutput` for text that is there piece by piece. */
export function writeText(path: string, pieces: Iterable<string>): Promise<void> {
  return writeOutput(path, (write) => writeAll(write, pieces));
}

/** Joins small pieces: a system call for every line of a million would take longer than making them. */
export function writeAll(write: Write, pieces: Iterable<string>): void {
  const joined = joinPieces(write);
  for (const piece of pieces) if (!joined.write(piece)) return;
  joined.flush();
}

const JOINED_LENGTH = 1 << 16;

/** A `write` that holds small texts back until there are 64 KiB of them, or `flush` is called. */
export function joinPieces(write: Write): {
  readonly write: (piece: string) => boolean;
  readonly flush: () => boolean;
} {
  let joined = '';
  const flush = (): boolean => {
    const text = joined;
    joined = '';
    return text === '' || write(text);
  };
  return {
    write(piece) {
      joined += piece;
      return joined.length < JOINED_LENGTH || flush();
    },
    flush,
  };
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
  process.once('exit', remove); // somebody else ends the process
  const release = (): void => {
    for (const name of SIGNALS) process.off(name, onSignal);
    process.off('exit', remove);
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
  let open = descriptor > 2;
  const close = (): void => {
    if (open) closeSync(descriptor);
    open = false;
  };
  return {
    write(piece) {
      try {
        writeWhole(descriptor, typeof piece === 'string' ? Buffer.from(piece) : piece);
        return true;
      } catch (cause) {
        if (systemCode(cause) === 'EPIPE') return false; // `rapsheet … | head` is no error
        throw writeError(path, cause);
      }
    },
    commit: close,
    abandon: close,
  };
}

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (cause) {
      if (systemCode(cause) !== 'EAGAIN') throw cause;
      pause(); // a pipe that somebody else set to non-blocking, and that is full
    }
  }
}

const NOTHING = new Int32Array(new SharedArrayBuffer(4));

function pause(): void {
  Atomics.wait(NOTHING, 0, 0, 5);
}
