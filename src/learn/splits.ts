import { checkNumber } from './check-arguments.ts';
import { seededRandom, shuffle } from './random.ts';

/**
 * The fold of every row, with all rows of a group in one fold: the largest group first, each to the fold that has
 * the fewest rows. The seed orders groups of one size, and decides between folds of one size.
 */
export function groupFolds(groups: readonly string[], folds: number, seed: number): Uint32Array {
  checkNumber('folds', folds, { min: 2, integer: true });
  const rowsOf = rowsByGroup(groups);
  if (rowsOf.size < folds) {
    throw new RangeError(`folds: expected at most one a group (${rowsOf.size}), got ${folds}`);
  }
  const random = seededRandom(seed);
  // By name first, so that the order of the rows does not matter.
  const names = shuffle(random, [...rowsOf.keys()].sort());
  names.sort((a, b) => rowsOf.get(b)!.length - rowsOf.get(a)!.length); // stable
  const order = shuffle(
    random,
    Array.from({ length: folds }, (_, fold) => fold),
  );
  const filled = new Float64Array(folds);
  const foldOf = new Uint32Array(groups.length);
  for (const name of names) {
    const rows = rowsOf.get(name)!;
    const fold = order.reduce((best, next) => (filled[next]! < filled[best]! ? next : best));
    filled[fold] = filled[fold]! + rows.length;
    for (const row of rows) foldOf[row] = fold;
  }
  return foldOf;
}

export interface LeftOut {
  readonly group: string;
  /** Row numbers, ascending. */
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

/** One split a group (in the order of their names): that group's rows to test on, all others to learn from. */
export function* leaveOneGroupOut(groups: readonly string[]): Generator<LeftOut> {
  const rowsOf = rowsByGroup(groups);
  for (const group of [...rowsOf.keys()].sort()) {
    const train = [...groups.keys()].filter((row) => groups[row] !== group);
    yield { group, train: Uint32Array.from(train), test: Uint32Array.from(rowsOf.get(group)!) };
  }
}

/** Row numbers of every group, in the order in which groups are first met. */
export function rowsByGroup(groups: readonly string[]): Map<string, number[]> {
  const rowsOf = new Map<string, number[]>();
  for (const [row, group] of groups.entries()) {
    const rows = rowsOf.get(group);
    if (rows === undefined) rowsOf.set(group, [row]);
    else rows.push(row);
  }
  return rowsOf;
}
