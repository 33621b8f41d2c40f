import { readdirSync, statSync, type Dirent } from 'node:fs';
import { join } from 'node:path';

/** True for a text with `*`, `?` or `[…]` in it. */
export function isGlob(pattern: string): boolean {
  return /[*?[]/.test(pattern);
}

/**
 * Files and folders that a pattern matches, sorted: `*` and `?` within a name, `[abc]`, `**` for any folders.
 * Hidden names only match a part that itself begins with a dot. Node 20 has no `fs.glob`.
 */
export function expandGlob(pattern: string): string[] {
  const absolute = pattern.startsWith('/');
  const parts = pattern.split('/').filter((part) => part !== '');
  return [...new Set(matchParts(absolute ? '/' : '', parts))].sort();
}

function matchParts(base: string, parts: readonly string[]): string[] {
  const [part, ...rest] = parts;
  if (part === undefined) return [base];
  if (part === '**') {
    const below = entriesOf(base).filter((entry) => entry.isDirectory() && !isHidden(entry.name));
    return [
      ...matchParts(base, rest.length === 0 ? ['*'] : rest),
      ...below.flatMap((entry) => matchParts(join(base, entry.name), parts)),
    ];
  }
  if (!isGlob(part)) {
    const path = join(base, part);
    return exists(path) ? matchParts(path, rest) : [];
  }
  const name = namePattern(part);
  return entriesOf(base)
    .filter((entry) => name.test(entry.name) && (part.startsWith('.') || !isHidden(entry.name)))
    .flatMap((entry) => matchParts(join(base, entry.name), rest));
}

function namePattern(part: string): RegExp {
  const source = part
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\[!/g, '[^')
    .replace(/\[(?![^\]]+\])/g, '\\[')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`, 's');
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder === '' ? '.' : folder, { withFileTypes: true });
  } catch {
    return []; // what cannot be listed matches nothing
  }
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isHidden(name: string): boolean {
  return name.startsWith('.');
}
