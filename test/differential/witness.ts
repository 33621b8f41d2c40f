import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

/** Other people's programs as witnesses; what they said is kept under `.rapsheet-cache/witness`. */

const CACHE = '.rapsheet-cache/witness';
/** Tool output of one capture that is still taken. */
const MOST_OUTPUT = 1 << 30;

/** Where real captures are, outside of the project. */
export const DATA = process.env['RAPSHEET_DATA'] ?? '../shared/data';

/** Whether a program can be started here at all. */
export function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
}

/** Captures below `DATA`, by their paths in it; none where there is no such folder. */
export function captureNames(): string[] {
  if (!existsSync(DATA)) return [];
  return readdirSync(DATA, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(pcap|pcapng|cap|pcapclear)$/.test(name))
    .filter((name) => statSync(join(DATA, name)).isFile())
    .sort();
}

/** What a program prints about a capture; `{}` among the arguments stands for its path. Status is not looked at. */
export function testimony(program: string, args: readonly string[], name: string): string {
  const path = join(DATA, name);
  const { size, mtimeMs } = statSync(path);
  const key = JSON.stringify([program, args, name, size, mtimeMs]);
  const kept = join(CACHE, `${createHash('sha256').update(key).digest('hex').slice(0, 24)}.gz`);
  if (existsSync(kept)) return gunzipSync(readFileSync(kept)).toString('utf8');
  const real = args.map((argument) => argument.replaceAll('{}', path));
  const { stdout, error } = spawnSync(program, real, {
    maxBuffer: MOST_OUTPUT,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (error !== undefined) throw error;
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(kept, gzipSync(stdout, { level: 1 }));
  return stdout.toString('utf8');
}
