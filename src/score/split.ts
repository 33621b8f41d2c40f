import { groupFolds } from '../learn/splits.ts';
import { timeSplits } from '../learn/time-splits.ts';
import { leaveGroupsOut, type Fold } from './folds.ts';
import { onlyTeaches } from './training-rows.ts';
import type { TrainingRow } from './training-row.ts';

/**
 * How hosts are kept from the model that judges them: `group` leaves whole groups out, `time` learns from the past
 * and judges the future, `random` has hosts of one capture on both sides, which flatters.
 */
export type Split = 'group' | 'time' | 'random';

/** What figures say of how their hosts were kept apart. */
export const SPLIT_STAMPS: Readonly<Record<Split, string>> = {
  group: 'leave-groups-out',
  time: 'time',
  random: 'random',
};

export interface SplitOptions {
  readonly split?: Split;
  readonly folds: number;
  readonly seed: number;
  /** Of a time split: what ends within so long before a test begins is left out of its training, µs. Default 0. */
  readonly gapUs?: number;
}

/** The folds of a split. Generated rows are in every training and in no test. */
export function foldsOfSplit(rows: readonly TrainingRow[], options: SplitOptions): Fold[] {
  const { split = 'group', folds, seed } = options;
  switch (split) {
    case 'group':
      return leaveGroupsOut(rows, folds, seed);
    case 'random':
      return randomFolds(rows, folds, seed);
    case 'time':
      return timeFolds(rows, folds, options.gapUs ?? 0);
  }
}

/** Hosts dealt out one by one; all views of a host stay together, else it would be judged by what learnt from itself. */
function randomFolds(rows: readonly TrainingRow[], folds: number, seed: number): Fold[] {
  const real = [...rows.keys()].filter((i) => !onlyTeaches(rows[i]!));
  const keyOf = (i: number): string => `${rows[i]!.input} ${rows[i]!.host}`;
  const units = real.map(keyOf);
  const count = Math.min(folds, new Set(units).size);
  if (count < 2) return [];
  const assigned = groupFolds(units, count, seed);
  const foldOf = new Map(units.map((unit, k) => [unit, assigned[k]!]));
  return Array.from({ length: count }, (_, fold) => ({
    test: real.filter((i) => foldOf.get(keyOf(i)) === fold),
    train: [...rows.keys()].filter((i) => foldOf.get(keyOf(i)) !== fold),
  }));
}

/** Inputs in the order of their beginnings: an input is never on both sides. */
function timeFolds(rows: readonly TrainingRow[], folds: number, gapUs: number): Fold[] {
  const spans = new Map<string, { start: number; end: number }>();
  const teaching: number[] = [];
  for (const [i, row] of rows.entries()) {
    if (onlyTeaches(row) && row.view === 'capture') teaching.push(i);
    const { startUs = NaN, endUs = NaN } = row;
    const span = spans.get(row.input);
    if (onlyTeaches(row) || !isDated(startUs)) continue;
    if (span === undefined) spans.set(row.input, { start: startUs, end: endUs });
    else {
      span.start = Math.min(span.start, startUs);
      span.end = Math.max(span.end, endUs);
    }
  }
  const inputs = [...spans.keys()];
  const rowsOf = new Map(inputs.map((input) => [input, [] as number[]]));
  for (const [i, row] of rows.entries()) rowsOf.get(row.input)?.push(i);
  const splits = timeSplits(
    inputs.map((input) => spans.get(input)!.start),
    inputs.map((input) => spans.get(input)!.end),
    { folds, gap: gapUs },
  );
  const all = (numbers: Uint32Array): number[] =>
    [...numbers].flatMap((k) => rowsOf.get(inputs[k]!)!);
  return splits.map(({ train, test }) => ({
    train: [...teaching, ...all(train)],
    test: all(test).filter((i) => !onlyTeaches(rows[i]!)),
  }));
}

/** Captures made over begin in 1970, or count from zero: their time says nothing. */
const EARLIEST_US = Date.UTC(1990) * 1000;

function isDated(startUs: number): boolean {
  return startUs >= EARLIEST_US;
}
