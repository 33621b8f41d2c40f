import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';

/** A folder that is there while the tests of a file run. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rapsheet-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a file, and its folders, below `folder`. */
export function put(folder: string, name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** The first bytes of a JPEG, and more. */
export const JPEG = Uint8Array.from(
  { length: 300 },
  (_, i) => [0xff, 0xd8, 0xff, 0xe0][i] ?? i & 255,
);

/** A Zeek conn.log with one row an originator. */
export function connLog(originators: readonly string[]): string {
  const fields =
    'ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes conn_state local_orig local_resp missed_bytes history orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes tunnel_parents';
  const rows = originators.map(
    (host, i) =>
    `${1_700_000_000 + i}.5 C${i} ${host} ${40_000 + i} 192.0.2.1 443 tcp ssl 1.5 500 4000 SF - - 0 ShADadFf 8 900 9 4500 -`.replaceAll(' ', '\t'), // prettier-ignore
  );
  const heading = [
    '#separator \\x09',
    '#set_separator\t,',
    '#empty_field\t(empty)',
    '#unset_field\t-',
    '#path\tconn',
    `#fields\t${fields.replaceAll(' ', '\t')}`,
  ];
  return `${[...heading, ...rows].join('\n')}\n`;
}
