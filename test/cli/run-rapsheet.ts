import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The program as users run it: `npm run build` makes it, `npm test` does that first. */
const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

if (!existsSync(MAIN)) throw new Error(`${MAIN} is not there: run npm run build first`);

export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `rapsheet` to its end in `folder`. */
export function rapsheet(
  words: readonly string[],
  options: { readonly folder?: string; readonly input?: Uint8Array | string } = {},
): Run {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], {
    cwd: options.folder,
    input: options.input ?? '',
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return { status, stdout, stderr };
}

/** Starts `rapsheet` and lets the caller watch it. */
export function startRapsheet(
  words: readonly string[],
  folder: string,
): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [MAIN, ...words], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}
