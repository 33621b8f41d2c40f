import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { lintDataset, type DatasetLint } from '../../src/job/lint-dataset.ts';
import { connLog, put, temporaryFolder } from './temporary-folder.ts';

describe('lint of a labels file', () => {
  const folder = temporaryFolder();
  let lint: DatasetLint;

  beforeAll(async () => {
    put(folder, 'a/conn.log', connLog(['10.0.0.1', '10.0.0.2']));
    put(folder, 'b/conn.log', connLog(['10.0.0.3']));
    put(folder, 'c/conn.log', connLog(['10.0.0.4']));
    put(
      folder,
      'labels.csv',
      [
        'input,host,label', 'a/conn.log,10.0.0.1,scan', 'a/conn.log,10.0.0.1,benign', 'a/conn.log,10.0.0.2,benign',
        'b/conn.log,10.0.0.99,c2', 'b/conn.log,10.0.0.3,benign', 'c/conn.log,192.168.0.0/16,benign', 'd/gone.log,*,benign', '',
      ].join('\n'), // prettier-ignore
    );
    lint = await lintDataset({ labels: join(folder, 'labels.csv'), seed: 1 });
  });

  const examples = (check: string): string[] =>
    lint.findings.filter((finding) => finding.check === check).flatMap((finding) => finding.examples); // prettier-ignore

  test('goes on behind what stops a training, and tells it with its line', () => {
    expect(examples('contradictions')[0]).toBe('line 3: 10.0.0.1 is benign in a/conn.log, and scan in line 2'); // prettier-ignore
    expect(examples('invisible-attacks')[0]).toBe('line 5: 10.0.0.99 (c2) in b/conn.log');
    expect(examples('inputs')).toEqual([expect.stringContaining('gone.log: no such file'), 'line 7: c/conn.log']); // prettier-ignore
  });

  test('counts what was read, serious findings first', () => {
    expect(lint).toMatchObject({ hosts: 2, attackers: 0, inputs: 4, groups: 2 });
    const ranks = lint.findings.map(({ severity }) => ['serious', 'warning', 'note'].indexOf(severity)); // prettier-ignore
    expect(ranks).toEqual([...ranks].sort());
    expect(lint.findings.some(({ finding }) => finding === 'no attacker is labelled')).toBe(true);
  });
});
