import { readFileSync } from 'node:fs';

/** The version of this rapsheet, as its package says. */
export function packageVersion(): string {
  const path = new URL('../../package.json', import.meta.url);
  const json = JSON.parse(readFileSync(path, 'utf8')) as { readonly version: string };
  return json.version;
}
