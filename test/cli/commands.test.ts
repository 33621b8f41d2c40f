import { readFileSync, readdirSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { readLabelsFile } from '../../src/job/labels-file.ts';
import { connLog, put, temporaryFolder } from '../job/temporary-folder.ts';
import { rapsheet, startRapsheet } from './run-rapsheet.ts';

const folder = temporaryFolder();
const hosts = Array.from({ length: 12 }, (_, i) => `10.0.0.${i + 1}`);
put(folder, 'conn.log', connLog(hosts));
const rows = (stdout: string) =>
  stdout
    .split('\r\n')
    .slice(1, -1)
    .map((row) => row.split(','));

beforeAll(() => {
  expect(rapsheet(['synth', 'sample', '-o', 'sample.pcap'], { folder })).toEqual(
    { status: 0, stdout: '', stderr: '' }); // prettier-ignore
});

describe('help', () => {
  const people = COMMANDS.filter(({ isInner = false }) => !isInner);

  test('the program lists its commands and an example, and asks for a command', () => {
    const { status, stdout } = rapsheet(['--help']);
    expect(status).toBe(0);
    for (const { name, summary } of people)
      expect(stdout).toMatch(new RegExp(`${name} .*${summary}`));
    expect(stdout).toContain('Example:');
    expect(rapsheet([])).toEqual({ status: 2, stdout: '', stderr: stdout });
    expect(rapsheet(['--version']).stdout).toMatch(/^rapsheet \d+\.\d+\.\d+/);
  });

  test('commands for programs are not among them, and have a help all the same', () => {
    const { stdout } = rapsheet(['--help']);
    const inner = COMMANDS.filter(({ isInner }) => isInner);
    expect(inner.length).toBeGreaterThan(0);
    for (const { name } of inner) {
      expect(stdout).not.toContain(`  ${name} `);
      expect(rapsheet([...name.split(' '), '--help']).stdout).toContain(`Usage: rapsheet ${name}`);
    }
  });

  test.each(people)('$name shows its usage, options and an example', ({ name }) => {
    const { status, stdout } = rapsheet([...name.split(' '), '--help']);
    expect(status).toBe(0);
    expect(stdout).toContain(`Usage: rapsheet ${name}`);
    expect(stdout).toMatch(new RegExp(`Examples?:\n  rapsheet ${name} .+\n      \\w`));
  });
});

describe('flows', () => {
  test('one row a flow, the same from a file, standard input and compressed', () => {
    const { stdout, stderr, status } = rapsheet(['flows', 'conn.log'], { folder });
    expect([status, stderr]).toEqual([0, '']);
    expect(rows(stdout).map((row) => row[2])).toEqual(hosts);
    const packed = gzipSync(readFileSync(join(folder, 'conn.log')));
    expect(rapsheet(['flows', '-'], { folder, input: packed }).stdout).toBe(stdout);
  });

  test('a reader that stops early is no error', async () => {
    const child = startRapsheet(['flows', 'sample.pcap'], folder);
    let stderr = '';
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    child.stdout.destroy();
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect([status, stderr]).toEqual([0, '']);
  });
});

describe('hosts', () => {
  test('one line a host that sent something, features by name, missing ones null or empty', () => {
    const { stdout } = rapsheet(['hosts', 'conn.log', '--format', 'ndjson'], { folder });
    const lines = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as { host: string; features: Record<string, number | null> }); // prettier-ignore
    expect(lines.map((line) => line.host).toSorted()).toEqual([...hosts, '192.0.2.1'].toSorted());
    const first = lines.find((line) => line.host === '10.0.0.1')!.features;
    expect(first['flows']).toBe(1);
    expect(Object.values(first)).toContain(null);
    const csv = rapsheet(['hosts', 'conn.log'], { folder }).stdout.split('\r\n');
    expect(csv[0]!.split(',')).toEqual(['host', ...Object.keys(first)]);
  });
});

describe('cluster', () => {
  test('puts every host into one group, and is the same when run again', () => {
    const words = ['cluster', 'sample.pcap', '--format', 'csv'];
    const { stdout } = rapsheet(words, { folder });
    const all = rows(rapsheet(['hosts', 'sample.pcap'], { folder }).stdout).map((row) => row[0]);
    expect(
      rows(stdout)
        .map((row) => row[0])
        .toSorted(),
    ).toEqual(all.toSorted());
    expect(rapsheet(words, { folder }).stdout).toBe(stdout);
  });

  test('says what sets a group apart, for people and for programs', () => {
    const text = rapsheet(['cluster', 'sample.pcap', '--clusters', '3', '--format', 'text'], {
      folder,
    }).stdout;
    expect(text.match(/^Group \d: \d+ hosts?, (higher|lower) /gm)).toHaveLength(3);
    const lines = rapsheet(['cluster', 'sample.pcap', '--clusters', '3'], { folder }).stdout;
    const [first] = lines.trimEnd().split('\n').map((line) => JSON.parse(line) as { size: number; hosts: string[] }); // prettier-ignore
    expect(first!.hosts).toHaveLength(first!.size);
  });
});

describe('synth', () => {
  test('writes a capture and a labels file that names it; a seed repeats to the byte', () => {
    const labels = readLabelsFile(join(folder, 'labels.csv'));
    expect(new Set(labels.rows.map((row) => row.input))).toEqual(new Set(['sample.pcap']));
    expect(labels.rows.map((row) => row.family)).toContain('scan');
    for (const [name, seed] of [
      ['same.pcap', '1'],
      ['other.pcap', '2'],
    ] as const) {
      rapsheet(['synth', 'sample', '-o', name, '--labels', `${name}.csv`, '--seed', seed], {
        folder,
      });
    }
    const bytes = (name: string) => readFileSync(join(folder, name));
    expect(bytes('same.pcap').equals(bytes('sample.pcap'))).toBe(true);
    expect(bytes('other.pcap').equals(bytes('sample.pcap'))).toBe(false);
  });
});

describe('an interrupted run', () => {
  test('leaves no file behind', async () => {
    const child = startRapsheet(['flows', '-', '-o', 'interrupted.csv'], folder);
    child.stdin.write(readFileSync(join(folder, 'conn.log')));
    const beside = () => readdirSync(folder).filter((name) => name.endsWith('.tmp'));
    for (let i = 0; i < 200 && beside().length === 0; i++)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(beside()).toHaveLength(1);
    child.kill('SIGINT');
    const [, signal] = await new Promise<[number | null, string | null]>((resolve) =>
      child.on('close', (status, name) => resolve([status, name])),
    );
    expect(signal).toBe('SIGINT');
    expect(beside()).toEqual([]);
    expect(existsSync(join(folder, 'interrupted.csv'))).toBe(false);
  });
});
