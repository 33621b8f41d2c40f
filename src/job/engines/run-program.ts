import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { RapsheetError, systemCode } from '../errors.ts';

export interface ProgramOptions {
  /** Everything it says is added to this file. */
  readonly log: string;
  readonly cwd?: string;
  readonly onLine?: (line: string) => void;
}

/** Runs a program to its end; gives its exit status. What it says goes to a log, line by line to `onLine`. */
export async function runProgram(
  [command, ...words]: readonly [string, ...string[]],
  { log, cwd, onLine = () => undefined }: ProgramOptions,
): Promise<number> {
  const child = spawn(command, words, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const written = createWriteStream(log, { flags: 'a' });
  const heard = [child.stdout, child.stderr].map(async (stream: Readable) => {
    for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
      written.write(`${line}\n`);
      onLine(line);
    }
  });
  const stop = () => child.kill('SIGTERM');
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const status = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(code ?? (signal === null ? 1 : 128)));
    });
    await Promise.all(heard);
    return status;
  } catch (cause) {
    if (systemCode(cause) !== 'ENOENT') throw cause;
    throw new RapsheetError('NOT_FOUND', `${command}: no such program`, { cause });
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    await new Promise((resolve) => written.end(resolve));
  }
}
