import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { simulate } from './simulated.ts';

const TSHARK = 'tshark'; // Wireshark's, where it is installed
const hasTshark = spawnSync(TSHARK, ['--version']).status === 0;
if (!hasTshark)
  console.warn('SKIPPED: tshark is not installed; payloads are not dissected by a stranger');

/** Captures that between them speak every protocol of the payload builders, and what tshark must find there. */
const CASES = [
  ['sample', ['dns', 'tls', 'http', 'ssh']],
  ['training/spam', ['smtp', 'dns', 'tls']],
  ['training/bruteforce-ftp-telnet', ['ftp', 'telnet', 'tls']],
  ['training/bruteforce-windows', ['smb2', 'tls', 'http', 'dhcp']],
  ['training/bruteforce-web-database', ['mysql', 'http']],
  ['training/irc-bots', ['irc']],
  ['training/dns-tunnels', ['dns']],
  ['training/benign-home-ipv6', ['ipv6', 'tls', 'dns', 'ssh']],
  ['training/dos-reflection', ['ntp', 'dns']],
  ['training/exploits-single', ['smb2', 'dcerpc']],
  ['training/benign-domain', ['kerberos', 'ldap', 'dcerpc', 'smb2']],
  ['training/worms', ['smb']],
] as const;

describe.skipIf(!hasTshark)('tshark', () => {
  const folder = mkdtempSync(join(tmpdir(), 'synth-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const tshark = (...args: string[]): string =>
    execFileSync(TSHARK, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 1 << 26,
    });

  test.each(CASES)('finds nothing wrong in %s', (name, protocols) => {
    const recipe: unknown = JSON.parse(readFileSync(new URL(`../../datasets/recipes/${name}.json`, import.meta.url), 'utf8')); // prettier-ignore
    const file = join(folder, `${name.replace('/', '-')}.pcap`);
    writeFileSync(file, simulate(recipe, 2).bytes);
    const checks = ['ip', 'tcp', 'udp'].flatMap((p) => ['-o', `${p}.check_checksum:TRUE`]);
    const bad = ['ip', 'tcp', 'udp', 'icmp', 'icmpv6']
      .map((p) => `${p}.checksum.status == 0`)
      .join(' || ');
    expect(tshark('-r', file, ...checks, '-Y', bad)).toBe('');
    // TCP reassembly is off: tshark calls a retransmission inside a record a "reassembly error", in real captures too.
    const alone = ['-o', 'tcp.desegment_tcp_streams:FALSE'];
    const malformed = protocols.map((p) => `(_ws.malformed && ${p})`).join(' || ');
    expect(tshark('-r', file, ...alone, '-Y', malformed)).toBe('');
    const found = tshark('-r', file, '-q', '-z', 'io,phs');
    for (const protocol of protocols) expect(found).toMatch(new RegExp(`^\\s*${protocol} `, 'm'));
  });
});

test('every training recipe is a JSON object that says what it is', () => {
  const folder = new URL('../../datasets/recipes/training/', import.meta.url);
  for (const name of readdirSync(folder)) {
    const recipe = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Record<
      string,
      unknown
    >;
    expect(`${String(recipe['name'])}.json`).toBe(name);
    expect(recipe['description']).toMatch(/\.$/);
  }
});
