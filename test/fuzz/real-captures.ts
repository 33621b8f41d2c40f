import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const MOST_CAPTURES = 120;
const LARGEST = 2 << 20;
const kept = new Map<string, Uint8Array[]>();

/** Every few of the captures below a folder, in the order of their names; none where there is no such folder. */
export function realCaptures(folder: string): readonly Uint8Array[] {
  if (!existsSync(folder)) return [];
  let captures = kept.get(folder);
  if (captures === undefined) {
    const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(pcap|pcapng|cap)$/.test(name))
      .sort()
      .map((name) => join(folder, name))
      .filter((path) => statSync(path).size <= LARGEST);
    const step = Math.max(1, Math.floor(paths.length / MOST_CAPTURES));
    captures = paths
      .filter((_, i) => i % step === 0)
      .map((path) => new Uint8Array(readFileSync(path)));
    kept.set(folder, captures);
  }
  return captures;
}
