import { beforeAll, describe, expect, test } from 'vitest';
import { connLog, JPEG, put, temporaryFolder } from '../job/temporary-folder.ts';
import { rapsheet } from './run-rapsheet.ts';

const folder = temporaryFolder();
put(folder, 'in/conn.log', connLog(Array.from({ length: 40 }, (_, i) => `10.0.0.${i + 1}`)));
put(folder, 'in/picture.jpg', JPEG);

beforeAll(() => {
  expect(rapsheet(['synth', 'sample', '-o', 'in/sample.pcap'], { folder }).status).toBe(0);
});

const run = (...words: string[]) => rapsheet(['job', ...words], { folder });

describe('job run', () => {
  test.each(['table', 'ndjson', 'csv'])(
    'writes the %s that label writes, and says the same',
    (format) => {
      const label = rapsheet(['label', 'in', '--format', format], { folder });
      expect(label.status).toBe(0);
      expect(run('run', 'in', '--workers', '2', '--format', format)).toEqual(label);
      expect(run('run', 'in', '--workers', '1', '--format', format)).toEqual(label);
    },
  );

  test('writes the vectors that hosts writes', () => {
    const hosts = rapsheet(['hosts', 'in', '--format', 'ndjson'], { folder });
    expect(run('run', 'in', '--result', 'vectors')).toEqual(hosts);
  });

  test('goes on from profiles', () => {
    expect(run('run', 'in/sample.pcap', '--result', 'profiles', '-o', 'day.ndjson').status).toBe(0);
    const both = run('run', 'day.ndjson', 'in/conn.log', '--format', 'ndjson');
    expect(both.stdout).toBe(rapsheet(['label', 'in', '--format', 'ndjson'], { folder }).stdout);
  });

  test('has an exit status for what --fail-on found', () => {
    expect(run('run', 'in', '--fail-on', 'any', '--format', 'ndjson').status).toBe(1);
  });

  test.each([
    [['run'], 'no input'],
    [['run', 'gone.pcap'], 'gone.pcap: no such file or folder'],
    [['run', '-'], 'a job reads files, not standard input'],
    [['run', 'in/picture.jpg'], 'nothing could be read: in/picture.jpg: JPEG image'],
    [['run', 'in', '--engine', 'spork'], 'did you mean spark?'],
    [['run', 'in', '--workers', '0'], '--workers: expected a number'],
    [['run', 'in', '--workers', '2', '--engine', 'spark'], '--workers is for --engine workers'],
    [['run', 'in', '--model', 'gone.rapsheet'], 'gone.rapsheet: no such file or folder'],
    [['run', 'in', '--result', 'profiles', '--format', 'html'], 'expected one of ndjson, parquet, got html'], // prettier-ignore
    [[], 'expected job run or job plan'],
  ])('%j says in one line what is wrong', (words, why) => {
    const { status, stdout, stderr } = run(...words);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(why);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('job plan', () => {
  test('prints a script whose first line is a map of the files', () => {
    const { status, stdout } = run('plan', 'in', '--engine', 'pipes', '--folder', 'plan');
    expect(status).toBe(0);
    expect(stdout).toMatch(/rapsheet job map --wire tsv < .*plan\/inputs\.txt/);
    expect(stdout.match(/\bsort\b/g)).toHaveLength(5);
  });

  test('asks for a folder that all machines reach', () => {
    expect(run('plan', 'in').stderr).toContain('--work: a folder that every machine');
  });
});
