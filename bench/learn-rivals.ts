import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedTables, hostTable, writeTable } from './learn-tables.ts';

/**
 * Our trees and forests, scikit-learn's, XGBoost's and LightGBM's on the same tables, each in a process of its own on
 * one core, one after the other: as many trees and leaves, the same learning rate and penalties. Times are of the
 * processor (user and system), the least of the repetitions: on a machine that others use it is what stays comparable.
 */
export interface LearnResult {
  readonly table: string;
  readonly contender: string;
  readonly logLoss: number;
  readonly accuracy: number;
  readonly trainCpu: number;
  /** Seconds a row, in a batch of 4,000. */
  readonly scoreCpuPerRow: number;
  /** Seconds for the contributions of one row to all classes; missing where there are none. */
  readonly explainCpu?: number | null;
}

interface Contender {
  readonly name: string;
  readonly ours: boolean;
  readonly estimator: string;
}

const BOOSTED: readonly Contender[] = [
  { name: 'rapsheet', ours: true, estimator: 'boosted' },
  { name: 'scikit-learn', ours: false, estimator: 'sklearn' },
  { name: 'XGBoost', ours: false, estimator: 'xgboost' },
  { name: 'LightGBM', ours: false, estimator: 'lightgbm' },
];

const FORESTS: readonly Contender[] = ['forest', 'extra'].flatMap((estimator) => [
  { name: `rapsheet ${estimator}`, ours: true, estimator },
  { name: `scikit-learn ${estimator}`, ours: false, estimator },
]);

const BOOSTED_OPTIONS = { rounds: 100, learningRate: 0.1, maxLeaves: 31, maxDepth: 60, l2: 1 };
const FOREST_OPTIONS = { trees: 100, minLeafRows: 1 };

const PACKAGES = ['scikit-learn==1.9.1', 'lightgbm==4.7.0'];
/** Without what it needs for graphics cards, which is 300 MB. */
const PACKAGES_ALONE = ['xgboost==3.2.0'];

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const venv = here('../.rapsheet-cache/rivals');
const python = join(venv, 'bin/python');

/** The rivals' Python, installed on the first call; `undefined`, with the reason said aloud, where it cannot be. */
function rivalsPython(): string | undefined {
  const isThere = (): boolean =>
    existsSync(python) &&
    spawnSync(python, ['-c', 'import sklearn, xgboost, lightgbm']).status === 0;
  if (isThere()) return python;
  mkdirSync(venv, { recursive: true });
  const pip = [python, '-m', 'pip', 'install', '--quiet'];
  for (const command of [
    ['python3', '-m', 'venv', venv],
    [...pip, ...PACKAGES],
    [...pip, '--no-deps', ...PACKAGES_ALONE],
  ]) {
    const { status, stderr, error } = spawnSync(command[0]!, command.slice(1));
    if (status === 0) continue;
    const reason = error?.message ?? stderr.toString().trim();
    console.warn(`SKIPPED the rivals: ${command.join(' ')} failed: ${reason}`);
    return undefined;
  }
  return isThere() ? python : undefined;
}

export interface LearnBenchOptions {
  /** Of the generated tables' rows. */
  readonly scale: number;
  readonly repetitions: number;
  readonly core: number;
}

export function compareLearners(options: LearnBenchOptions): LearnResult[] {
  const folder = mkdtempSync(join(tmpdir(), 'rapsheet-bench-'));
  try {
    const rivals = rivalsPython();
    return tablesIn(folder, options.scale, rivals).flatMap(({ name, path }) => {
      const contenders = [...BOOSTED, ...FORESTS].filter(
        ({ ours }) => ours || rivals !== undefined,
      );
      return contenders.flatMap((contender) => {
        const runs = Array.from({ length: options.repetitions }, () =>
          run(contender, path, options.core),
        ).filter((one) => one !== undefined);
        const [first] = runs;
        if (first === undefined) return [];
        const least = (of: (figures: Figures) => number): number => Math.min(...runs.map(of));
        return {
          table: name,
          contender: contender.name,
          logLoss: first.logLoss,
          accuracy: first.accuracy,
          trainCpu: least((figures) => figures.trainCpu),
          scoreCpuPerRow: least((figures) => figures.scoreCpuPerRow),
          explainCpu:
            typeof first.explainCpu === 'number' ? least((figures) => figures.explainCpu!) : null,
        };
      });
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The tables as files: generated ones, scikit-learn's digits, and the hosts that taught the bundled model. */
function tablesIn(
  folder: string,
  scale: number,
  rivals: string | undefined,
): { name: string; path: string }[] {
  const tables = generatedTables(scale);
  try {
    tables.push(hostTable(here('../models/default.rapsheet')));
  } catch (error) {
    console.warn(`SKIPPED the hosts of the bundled model: ${(error as Error).message}`);
  }
  const written = tables.map((table, index) => {
    const path = join(folder, String(index));
    writeTable(path, table);
    return { name: table.name, path };
  });
  if (rivals === undefined) return written;
  const path = join(folder, 'digits');
  spawnSync(rivals, [here('learn-rivals.py'), 'digits', path]);
  return [...written, { name: 'digits', path }];
}

type Figures = Omit<LearnResult, 'table' | 'contender'>;

function run(
  { name, ours, estimator }: Contender,
  path: string,
  core: number,
): Figures | undefined {
  const options = JSON.stringify(estimator === 'forest' || estimator === 'extra' ? FOREST_OPTIONS : BOOSTED_OPTIONS); // prettier-ignore
  const command = ours
    ? [process.execPath, here('learn-ours.mjs'), estimator, path, options, here('../dist')]
    : [python, here('learn-rivals.py'), estimator, path, options];
  const { stdout, stderr, status } = spawnSync('taskset', ['-c', String(core), ...command], {
    env: { ...process.env, OMP_NUM_THREADS: '1' },
  });
  if (status === 0) return JSON.parse(stdout.toString()) as Figures;
  console.warn(`SKIPPED ${name}: ${stderr.toString().trim()}`);
  return undefined;
}

export function renderLearnResults(results: readonly LearnResult[]): string {
  const lines: string[] = [];
  for (const table of new Set(results.map((result) => result.table))) {
    lines.push('', table);
    lines.push(
      '                         log-loss  accuracy  training s  scoring µs/row  explaining ms',
    );
    for (const row of results.filter((result) => result.table === table)) lines.push(rowOf(row));
  }
  return lines.join('\n');
}

function rowOf(row: LearnResult): string {
  const { explainCpu } = row;
  return [
    `  ${row.contender.padEnd(20)}`,
    row.logLoss.toFixed(4).padStart(11),
    row.accuracy.toFixed(4).padStart(10),
    row.trainCpu.toFixed(2).padStart(12),
    (1e6 * row.scoreCpuPerRow).toFixed(2).padStart(16),
    (typeof explainCpu === 'number' ? (1e3 * explainCpu).toFixed(2) : '–').padStart(15),
  ].join('');
}

/** Says aloud where ours is worse than asked: log-loss within 2 %, accuracy within half a point of the best boosted trees. */
export function warnOfQuality(results: readonly LearnResult[]): void {
  const rivals = BOOSTED.filter(({ ours }) => !ours).map(({ name }) => name);
  for (const ours of results.filter(({ contender }) => contender === 'rapsheet')) {
    const theirs = results.filter(
      (one) => one.table === ours.table && rivals.includes(one.contender),
    );
    if (theirs.length === 0) continue;
    const loss = Math.min(...theirs.map(({ logLoss }) => logLoss));
    const accuracy = Math.max(...theirs.map((one) => one.accuracy));
    if (ours.logLoss > 1.02 * loss || ours.accuracy < accuracy - 0.005) {
      console.warn(
        `${ours.table}: log-loss ${ours.logLoss.toFixed(4)}, accuracy ${ours.accuracy.toFixed(4)}; the best of the others ${loss.toFixed(4)}, ${accuracy.toFixed(4)}`,
      );
    }
  }
}

export function writeLearnResults(path: string, results: readonly LearnResult[]): void {
  writeFileSync(path, `${JSON.stringify(results, undefined, 1)}\n`);
}
