import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isNfcapd, nfdumpText } from '../../src/job/nfdump-text.ts';
import { readInputs } from '../../src/job/read-inputs.ts';
import { RecordingSink } from '../flow/logs/recording-sink.ts';
import { put, temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();

async function textOf(program: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of nfdumpText('x.nfcapd', program)) text += decoder.decode(chunk);
  return text;
}

function script(name: string, body: string): string {
  const path = put(folder, name, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

describe('a file of nfcapd', () => {
  test('is known by its first bytes in either order', () => {
    expect(isNfcapd(Uint8Array.of(0x0c, 0xa5, 2, 0, 1))).toBe(true);
    expect(isNfcapd(Uint8Array.of(0xa5, 0x0c, 0, 2, 1))).toBe(true);
    expect(isNfcapd(Uint8Array.of(0x0c, 0xa5))).toBe(false);
  });

  test('is printed by nfdump in UTC under a heading that the reader of its tables knows', async () => {
    const program = script('echo', 'echo "$TZ $1 $2"');
    expect(await textOf(program)).toMatch(/^firstSeen,duration,srcAddr,.*\nUTC -r x\.nfcapd\n$/);
  });

  test('is an error that says what to install where nfdump is not', async () => {
    await expect(textOf(join(folder, 'none'))).rejects.toMatchObject({
      code: 'CANNOT_READ',
      message: expect.stringContaining('nfdump is not installed') as string,
      hint: expect.stringContaining('install nfdump') as string,
    });
  });

  test('is an error with what nfdump complained of', async () => {
    const program = script('fails', 'echo "file is on fire" >&2; exit 3');
    await expect(textOf(program)).rejects.toThrow('nfdump could not read it (file is on fire)');
  });

  test('that nobody reads to its end leaves no nfdump behind', async () => {
    const program = script('forever', `echo $$ > ${join(folder, 'pid')}; exec yes`);
    const text = nfdumpText('x', program);
    for (let i = 0; i < 3; i++) await text.next();
    await text.return(undefined);
    const pid = spawnSync('cat', [join(folder, 'pid')], { encoding: 'utf8' }).stdout.trim();
    await expect.poll(() => existsSync(`/proc/${pid}`) && statSync(`/proc/${pid}`).isDirectory()).toBe(false); // prettier-ignore
  });
});

const data = process.env['RAPSHEET_DATA'] ?? '../shared/data';
const FILE = join(data, 'slips/test1-malicious.nfdump');
const canRead = existsSync(FILE) && spawnSync('nfdump', ['-V']).status === 0;
if (!canRead)
  console.warn(`SKIPPED: no nfdump, or no ${FILE}: set RAPSHEET_DATA to read real records`);

describe.skipIf(!canRead)('a real file of nfcapd', () => {
  test('gives the conversations of its records, to the millisecond, whatever the time zone of the reader', async () => {
    const sink = new RecordingSink();
    await readInputs([FILE], sink);
    expect(sink.flows.length).toBeGreaterThan(1000);
    expect(sink.flows[0]).toMatchObject({ startUs: 1_515_771_450_942_000, originator: '147.32.80.119', responder: '147.32.82.62', responderPort: 902, connState: 'REJ' }); // prettier-ignore
    expect(sink.skips['malformedLine'] ?? 0).toBe(0);
  });
});
