import { appendFileSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readLabelsFile } from '../../src/job/labels-file.ts';
import type { Verdict } from '../../src/score/verdict.ts';
import { JPEG, connLog, put, temporaryFolder } from '../job/temporary-folder.ts';
import { rapsheet, type Run } from './run-rapsheet.ts';

/** A folder with three generated days, their labels, and a model trained on the first two. */
const folder = temporaryFolder();
const run = (...words: string[]): Run => rapsheet(words, { folder });
const label = (...words: string[]): Run => run('label', ...words, '--model', 'small.rapsheet');
const verdictsOf = ({ stdout }: Run): Verdict[] =>
  stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as Verdict); // prettier-ignore

/** A scanner beside somebody at work. */
const SCAN_RECIPE = {
  name: 'scan',
  durationS: 120,
  actors: [
    { actor: 'vertical-scan', count: 3, maximumPackets: 300 },
    { actor: 'office-client', count: 3, maximumPackets: 300 },
  ],
};

function labelsOf(days: readonly string[]): string {
  const rows = days.flatMap((day) =>
    readLabelsFile(join(folder, day, 'labels.csv')).rows.map(
      ({ hostText, family, detail }) => `${day}/day.pcap,${hostText},${detail === '' ? family : `${family}/${detail}`}`, // prettier-ignore
    ),
  );
  return `${['input,host,label', ...rows].join('\n')}\n`;
}

beforeAll(() => {
  put(folder, 'notes.jpg', JPEG);
  put(folder, 'conn.log', connLog(['10.0.0.1', '10.0.0.2']));
  for (const day of ['one', 'two', 'three']) {
    put(folder, `${day}/readme.md`, day);
    run('synth', 'sample', '-o', `${day}/day.pcap`, '--seed', day);
  }
  put(folder, 'labels.csv', labelsOf(['one', 'two']));
  put(folder, 'third.csv', labelsOf(['three']));
  put(folder, 'recipes/scan.json', JSON.stringify(SCAN_RECIPE));
  const trained = run('train', 'labels.csv', '--out', 'small.rapsheet', '--folds', '2');
  expect(trained).toMatchObject({ status: 0, stderr: '' });
  expect(trained.stdout).toMatch(/macro-F1 over families +[01]\.\d{3}/);
});

describe('train', () => {
  test('writes a model that can be verified, and its card', () => {
    expect(run('model', 'verify', 'small.rapsheet').stdout).toMatch(/^small@1: whole/);
    const card = readFileSync(join(folder, 'small.md'), 'utf8');
    expect(run('model', 'show', 'small.rapsheet').stdout.trim()).toBe(card.trim());
    expect(card).toContain('# small@1');
  });

  test('the same labels and seed give the same model, byte for byte', () => {
    run('train', 'labels.csv', '--out', 'again.rapsheet', '--name', 'small', '--folds', '2');
    const bytes = (name: string) => readFileSync(join(folder, name));
    expect(bytes('again.rapsheet').equals(bytes('small.rapsheet'))).toBe(true);
  });
});

describe('label', () => {
  test('finds the attackers of a day it has not seen, and says why', () => {
    const truth = new Map(readLabelsFile(join(folder, 'third.csv')).rows.map((row) => [row.hostText, row.family])); // prettier-ignore
    const verdicts = verdictsOf(label('three/day.pcap'));
    const attackers = verdicts.filter((v) => !['benign', 'backscatter', undefined].includes(truth.get(v.host))); // prettier-ignore
    expect(attackers.length).toBeGreaterThanOrEqual(6);
    const right = attackers.filter((v) => v.label === truth.get(v.host));
    expect(right.length / attackers.length).toBeGreaterThan(0.7);
    for (const { reasons, evidence } of right) {
      expect(reasons[0]!.text).not.toBe('');
      expect(evidence.length).toBeGreaterThan(0);
    }
    const scores = verdicts.map((v) => v.attackScore);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  });

  test('the format follows --format, else the ending of the file, else ndjson', () => {
    expect(label('three/day.pcap', '--format', 'table').stdout).toMatch(/^HOST +VERDICT/);
    expect(label('three/day.pcap', '--format', 'csv').stdout).toMatch(/^host,label,/);
    expect(label('three/day.pcap', '-o', 'page.html')).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
    expect(readFileSync(join(folder, 'page.html'), 'utf8')).toMatch(
      /^<!doctype html>[^]*look suspicious/,
    );
  });

  test('--top and --min-attack-score choose, --fail-on decides the exit status', () => {
    expect(verdictsOf(label('three/day.pcap', '--top', '3'))).toHaveLength(3);
    const sure = verdictsOf(label('three/day.pcap', '--min-attack-score', '0.5'));
    expect(Math.min(...sure.map((v) => v.attackScore))).toBeGreaterThanOrEqual(0.5);
    expect(label('three/day.pcap', '--fail-on', 'scan,dos').status).toBe(1);
    expect(label('three/day.pcap', '--fail-on', 'any').status).toBe(1);
    expect(label('three/day.pcap', '--fail-on', 'mining').status).toBe(0);
  });

  test('a folder is read whole, and what was left out is said', () => {
    const { status, stderr } = label('three');
    expect(status).toBe(0);
    expect(stderr).toContain('left out 2 files');
    expect(stderr).toContain('three/readme.md (text)');
  });
});

describe('explain', () => {
  test('tells reasons, what would change the verdict, and the hosts it is most like', () => {
    const scanner = verdictsOf(label('three/day.pcap')).find((v) => v.label === 'scan')!;
    const words = [
      'explain',
      'three/day.pcap',
      scanner.host,
      '--model',
      'small.rapsheet',
      '--flows',
      '2',
    ];
    const text = run(...words, '--format', 'text').stdout;
    expect(text).toMatch(new RegExp(`^${scanner.host}: scan`));
    for (const title of ['Why', 'What would change it', 'Where to look', 'Most like these hosts', 'First 2 of']) expect(text).toContain(`\n${title}`); // prettier-ignore
    const json = JSON.parse(run(...words).stdout) as Verdict & {
      nearest: unknown[];
      flows: unknown[];
    };
    expect(json).toMatchObject({ host: scanner.host, attackScore: scanner.attackScore });
    expect([json.nearest.length, json.flows.length]).toEqual([5, 2]);
  });
});

describe('evaluate', () => {
  test('gives figures on labelled hosts, and one line a host on request', () => {
    const { stdout, stderr, status } = run('evaluate', 'third.csv', '-m', 'small.rapsheet', '--format', 'text', '--verdicts', 'said.ndjson'); // prettier-ignore
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/benign +\d+ +\d+ +1 +[01]\.\d{3}/);
    expect(stdout).toMatch(/scan +2 +2 +1 +too few to say/);
    const said = readFileSync(join(folder, 'said.ndjson'), 'utf8').trimEnd().split('\n');
    expect(JSON.parse(said[0]!)).toMatchObject({
      input: 'three/day.pcap',
      host: expect.any(String) as string,
    });
  });

  test('warns when the model has learnt from what it is measured on', () => {
    expect(run('evaluate', 'labels.csv', '-m', 'small.rapsheet').stderr).toContain(
      'figures on them flatter it',
    );
  });

  test('--cross-validate needs no model', () => {
    const { stdout, status } = run('evaluate', 'labels.csv', '--cross-validate', '--folds', '2');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ split: 'leave-groups-out', groups: 2 });
  });

  test('--recipes-only learns from generated hosts, and says what it needs', () => {
    const words = ['evaluate', 'labels.csv', '--cross-validate', '--folds', '2', '--recipes-only'];
    const { stdout, status } = run(...words, '--recipes', 'recipes', '--recipe-runs', '1');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ split: 'leave-groups-out', groups: 2 });
    expect(run(...words).stderr).toContain('add --recipes DIR');
    expect(run('evaluate', 'labels.csv', '--recipes-only').stderr).toContain('add --cross-validate'); // prettier-ignore
    expect(run(...words, '--recipes', 'recipes', '--learning-curve').stderr).toContain('leave --learning-curve out'); // prettier-ignore
  });
});

describe('lint-dataset', () => {
  test('tells what is wrong with labels, and its exit status is 1 if something is serious', () => {
    put(folder, 'calm.csv', 'input,host,label\nconn.log,10.0.0.1,benign\n');
    const { status, stdout, stderr } = run('lint-dataset', 'calm.csv', '--format', 'text');
    expect([status, stderr]).toEqual([1, '']);
    expect(stdout).toMatch(/SERIOUS {2}counts\n {2}no attacker is labelled\.\n {2}so: /);
    expect(JSON.parse(run('lint-dataset', 'calm.csv').stdout)).toMatchObject({ hosts: 1, attackers: 0 }); // prettier-ignore
  });

  test('--recipes measures generated hosts against labelled ones', () => {
    const { stdout } = run('lint-dataset', 'labels.csv', '--recipes', 'recipes', '--format', 'text'); // prettier-ignore
    expect(stdout).toMatch(/NOTE {2}recipes\n {2}\d+ recipes? measured against real hosts/);
  });
});

describe('wrong input to judging and training', () => {
  const refusal = (...words: string[]): string => {
    const before = readdirSync(folder);
    const { status, stdout, stderr } = run(...words);
    expect(stderr).toMatch(/^rapsheet: [^\n]+\n$/);
    expect([status, stdout]).toEqual([2, '']);
    expect(readdirSync(folder)).toEqual(before); // no half-written file
    return stderr;
  };

  test('labels that are wrong', () => {
    put(folder, 'bad/label.csv', 'input,host,label\n../conn.log,10.0.0.1,scann\n');
    put(folder, 'bad/host.csv', 'input,host,label\n../conn.log,10.0.0.99,scan\n');
    put(folder, 'bad/input.csv', 'input,host,label\n../gone.pcap,10.0.0.1,scan\n');
    put(folder, 'bad/few.csv', 'input,host,label\n../conn.log,10.0.0.1,scan\n');
    for (const command of ['train', 'evaluate']) {
      const model = command === 'evaluate' ? ['-m', 'small.rapsheet'] : ['--out', 'never.rapsheet'];
      expect(refusal(command, 'bad/label.csv', ...model)).toMatch(
        /label\.csv:2: unknown label "scann": a label is one of/,
      );
      expect(refusal(command, 'bad/host.csv', ...model)).toMatch(
        /host\.csv:2: 10\.0\.0\.99 is not in/,
      );
      expect(refusal(command, 'bad/input.csv', ...model)).toContain('gone.pcap: no such file');
      expect(refusal(command, 'nowhere.csv', ...model)).toContain('nowhere.csv: no such file');
      expect(refusal(command, ...model)).toContain('no LABELS was given');
    }
    expect(refusal('train', 'bad/few.csv')).toContain(
      'all labelled hosts lie in one group: label captures',
    );
  });

  test('models that are none, or damaged', () => {
    const whole = readFileSync(join(folder, 'small.rapsheet'));
    writeFileSync(join(folder, 'cut.rapsheet'), whole.subarray(0, whole.length >> 1));
    const flipped = Buffer.from(whole);
    flipped[whole.length >> 1]! ^= 1;
    writeFileSync(join(folder, 'flipped.rapsheet'), flipped);
    for (const model of ['cut.rapsheet', 'flipped.rapsheet', 'notes.jpg', 'conn.log']) {
      expect(refusal('label', 'conn.log', '-m', model, '-o', 'out.csv')).toContain(`${model}: `);
      expect(refusal('model', 'verify', model)).toMatch(/not a rapsheet model|damaged/);
    }
    expect(refusal('label', 'conn.log', '-m', 'none.rapsheet')).toContain(
      'none.rapsheet: no such file',
    );
  });

  test('hosts that are none, or not in the capture', () => {
    const words = ['-m', 'small.rapsheet'];
    expect(refusal('explain', 'conn.log', '10.9.9.9', ...words)).toMatch(
      /10\.9\.9\.9 is not in conn\.log: they show 10\.0\.0\.1/,
    );
    expect(refusal('explain', 'conn.log', 'server', ...words)).toContain('server is no address');
    expect(refusal('explain', 'conn.log', ...words)).toContain('an INPUT and a HOST are needed');
  });

  test('what label is asked wrongly', () => {
    const words = ['-m', 'small.rapsheet'];
    expect(refusal('label', ...words)).toContain('no input');
    expect(refusal('label', 'notes.jpg', ...words, '-o', 'x.html')).toContain('JPEG image?');
    expect(refusal('label', 'conn.log', ...words, '--fail-on', 'scanner')).toContain(
      '--fail-on: expected one of',
    );
    expect(refusal('label', 'conn.log', ...words, '--top', '0')).toContain(
      '--top: expected a number of at least 1',
    );
    expect(refusal('label', 'conn.log', ...words, '-o', 'no/where.html')).toContain(
      'its folder does not exist',
    );
    appendFileSync(join(folder, 'empty.pcap'), '');
    expect(refusal('label', 'empty.pcap', ...words)).toContain('empty.pcap: empty');
    expect(existsSync(join(folder, 'x.html'))).toBe(false);
  });
});
