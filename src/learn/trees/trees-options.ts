import { checkNumber } from '../check-arguments.ts';
import { checkInteractions, checkMonotone } from './tree-constraints.ts';
import type { Interactions, Monotone } from './tree-constraints.ts';

export interface EarlyStopping {
  /** Stop after this many rounds without a better log-loss on the rows held out. */
  readonly patience: number;
  /** The share of the rows (of whole groups, if `fit` is given groups) that is held out. */
  readonly holdOut: number;
}

/**
 * Rounds that look at chosen columns only, before those that look at all: what is known to be evidence explains first,
 * and the rest of a table only what it leaves. Boosted together, many columns that describe one data set share the
 * credit, and little of it stays with the few that hold elsewhere.
 */
export interface FirstRounds {
  readonly rounds: number;
  readonly columns: readonly number[];
  /** The share of those columns each tree is grown on. */
  readonly columnSample: number;
}

/** Which leaf is split next: that of highest gain wherever it is, or the highest gain of the least depth. */
export type Growth = 'leaf' | 'depth';

/** The hyper-parameters of `GradientBoostedTrees`, all of them. */
export interface TreesOptions {
  readonly rounds: number;
  readonly learningRate: number;
  readonly maxDepth: number;
  readonly maxLeaves: number;
  /** The least sum of hessians in a leaf. */
  readonly minChildWeight: number;
  /** The least number of rows in a leaf, whatever their weights. */
  readonly minChildRows: number;
  readonly l2: number;
  /** The share of rows each round, and of columns each tree, is grown on. */
  readonly rowSample: number;
  readonly columnSample: number;
  /** Most bins of a column, beside the one of missing values. */
  readonly bins: number;
  readonly seed: number;
  /** `leaf` unless told otherwise. Both end at `maxLeaves`, and no leaf is deeper than `maxDepth`. */
  readonly growth?: Growth;
  readonly earlyStopping?: EarlyStopping;
  readonly monotone?: Monotone;
  readonly interactions?: Interactions;
  /** They count among `rounds`. */
  readonly firstRounds?: FirstRounds;
}

const DEFAULTS: TreesOptions = {
  rounds: 200,
  learningRate: 0.1,
  maxDepth: 6,
  maxLeaves: 31,
  minChildWeight: 1,
  minChildRows: 1,
  l2: 1,
  rowSample: 1,
  columnSample: 1,
  bins: 255,
  seed: 1,
};

const RANGES = {
  rounds: { min: 1, max: 100_000, integer: true },
  learningRate: { min: 0, max: 1, above: true },
  maxDepth: { min: 1, max: 60, integer: true },
  maxLeaves: { min: 2, max: 65_536, integer: true },
  minChildWeight: { min: 1e-9 },
  minChildRows: { min: 1, integer: true },
  l2: { min: 0 },
  rowSample: { min: 0, max: 1, above: true },
  columnSample: { min: 0, max: 1, above: true },
  bins: { min: 2, max: 255, integer: true },
  seed: { min: -Number.MAX_SAFE_INTEGER, integer: true },
} as const;

const STRUCTURED = ['growth', 'earlyStopping', 'monotone', 'interactions', 'firstRounds'];

/** The defaults with what is given in their place; unknown names and values out of range are refused. */
export function treesOptions(given: Partial<TreesOptions>): TreesOptions {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(RANGES, name) && !STRUCTURED.includes(name)) {
      const known = [...Object.keys(RANGES), ...STRUCTURED];
      throw new TypeError(`options: expected ${known.join(', ')}, got ${name}`);
    }
  }
  const present = Object.entries(given).filter(
    ([, value]: [string, unknown]) => value !== undefined,
  );
  const options: TreesOptions = { ...DEFAULTS, ...Object.fromEntries(present) };
  for (const name of Object.keys(RANGES) as (keyof typeof RANGES)[]) {
    checkNumber(name, options[name], RANGES[name]);
  }
  if (options.growth !== undefined) checkGrowth(options.growth);
  const stopping = options.earlyStopping;
  if (stopping !== undefined) {
    checkNumber('earlyStopping.patience', stopping.patience, { min: 1, integer: true });
    checkNumber('earlyStopping.holdOut', stopping.holdOut, { min: 0, max: 0.5, above: true });
  }
  if (options.monotone !== undefined) checkMonotone(options.monotone);
  if (options.interactions !== undefined) checkInteractions(options.interactions);
  if (options.firstRounds !== undefined) checkFirstRounds(options.firstRounds);
  return Object.freeze(structuredClone(options));
}

function checkGrowth(growth: unknown): void {
  if (growth === 'leaf' || growth === 'depth') return;
  const got = typeof growth === 'string' ? growth : typeof growth;
  throw new TypeError(`growth: expected leaf or depth, got ${got}`);
}

function checkFirstRounds({ rounds, columns, columnSample }: FirstRounds): void {
  checkNumber('firstRounds.rounds', rounds, { min: 0, integer: true });
  checkNumber('firstRounds.columnSample', columnSample, { min: 0, max: 1, above: true });
  if (columns.length === 0) throw new RangeError('firstRounds.columns: expected at least one, got 0'); // prettier-ignore
  for (const column of columns) checkNumber('firstRounds.columns', column, { min: 0, integer: true }); // prettier-ignore
}
