import { groupFolds } from '../learn/splits.ts';
import { isAttack, onlyTeaches, thinRows } from './training-rows.ts';
import type { TrainingRow } from './training-row.ts';

export interface Fold {
  /** Row indices that the fold's model never saw. */
  readonly test: readonly number[];
  readonly train: readonly number[];
}

/**
 * Folds in which a host's group is never in the training of the model that judges it. Inputs without any
 * attacker are split by input; groups that have attackers go to one fold as a whole. Groups that have both
 * get a fold of their own at the end, for whose model all of the group is left out.
 * Generated rows are in every training and in no test.
 */
export function leaveGroupsOut(rows: readonly TrainingRow[], folds: number, seed: number): Fold[] {
  const inputsWithAttacks = new Set(rows.filter(isAttack).map((row) => row.input));
  const calm = (row: TrainingRow): boolean => !inputsWithAttacks.has(row.input);
  const groupsWithAttacks = new Set(rows.filter((row) => !calm(row)).map((row) => row.group));
  const mixedGroups = new Set(
    rows.filter((row) => calm(row) && groupsWithAttacks.has(row.group)).map((row) => row.group),
  );
  const real = [...rows.keys()].filter((i) => !onlyTeaches(rows[i]!));
  const isLast = (i: number): boolean => !calm(rows[i]!) && mixedGroups.has(rows[i]!.group);
  const ordinary = real.filter((i) => !isLast(i));
  const unitOf = (row: TrainingRow): string => (calm(row) ? row.input : row.group);
  // Balanced by the rows that count, so that one flood's 40,000 sources do not fill a fold by themselves.
  const units = thinRows(ordinary.map((i) => rows[i]!)).map(unitOf);
  const count = Math.min(folds, new Set(units).size);
  const assigned = count < 2 ? [] : groupFolds(units, count, seed);
  const foldOf = new Map(units.map((unit, k) => [unit, assigned[k]]));
  const result: Fold[] = [];
  for (let fold = 0; count >= 2 && fold < count; fold++) {
    const test = ordinary.filter((i) => foldOf.get(unitOf(rows[i]!)) === fold);
    result.push(leaveOut(rows, test, (row) => !calm(row)));
  }
  const last = real.filter(isLast);
  if (last.length > 0) result.push(leaveOut(rows, last, () => true));
  return result;
}

/** Everything but the tested inputs, and but the whole groups of tested rows that `wholeGroup` says so of. */
function leaveOut(
  rows: readonly TrainingRow[],
  test: readonly number[],
  wholeGroup: (row: TrainingRow) => boolean,
): Fold {
  const inputs = new Set(test.map((i) => rows[i]!.input));
  const groups = new Set(test.filter((i) => wholeGroup(rows[i]!)).map((i) => rows[i]!.group));
  const train = [...rows.keys()].filter(
    (i) => !inputs.has(rows[i]!.input) && !groups.has(rows[i]!.group),
  );
  return { test, train };
}
