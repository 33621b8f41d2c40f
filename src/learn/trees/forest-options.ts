import { checkNumber } from '../check-arguments.ts';

/**
 * `forest`: the best cut of each column looked at, on a bootstrap sample (Breiman 2001). `extra`: one random cut of
 * each, on all rows (Geurts, Ernst & Wehenkel 2006).
 */
export type ForestKind = 'forest' | 'extra';

/** The hyper-parameters of `RandomForest`, all of them. */
export interface ForestOptions {
  readonly kind: ForestKind;
  readonly trees: number;
  readonly maxDepth: number;
  /** The least number of rows in a leaf, whatever their weights. */
  readonly minLeafRows: number;
  /** The share of columns each split looks at, or `sqrt`: as many as the square root of their number. */
  readonly columnSample: number | 'sqrt';
  /** Most bins of a column, beside the one of missing values. */
  readonly bins: number;
  readonly seed: number;
}

const DEFAULTS: ForestOptions = {
  kind: 'forest',
  trees: 100,
  maxDepth: 60,
  minLeafRows: 1,
  columnSample: 'sqrt',
  bins: 255,
  seed: 1,
};

/** The defaults with what is given in their place; unknown names and values out of range are refused. */
export function forestOptions(given: Partial<ForestOptions>): ForestOptions {
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(DEFAULTS, name)) continue;
    throw new TypeError(`options: expected ${Object.keys(DEFAULTS).join(', ')}, got ${name}`);
  }
  const present = Object.entries(given).filter(
    ([, value]: [string, unknown]) => value !== undefined,
  );
  const options: ForestOptions = { ...DEFAULTS, ...Object.fromEntries(present) };
  checkKind(options.kind);
  checkNumber('trees', options.trees, { min: 1, max: 100_000, integer: true });
  checkNumber('maxDepth', options.maxDepth, { min: 1, max: 60, integer: true });
  checkNumber('minLeafRows', options.minLeafRows, { min: 1, integer: true });
  if (options.columnSample !== 'sqrt') {
    checkNumber('columnSample', options.columnSample, { min: 0, max: 1, above: true });
  }
  checkNumber('bins', options.bins, { min: 2, max: 255, integer: true });
  checkNumber('seed', options.seed, { min: -Number.MAX_SAFE_INTEGER, integer: true });
  return Object.freeze(options);
}

function checkKind(kind: unknown): void {
  if (kind === 'forest' || kind === 'extra') return;
  const got = typeof kind === 'string' ? kind : typeof kind;
  throw new TypeError(`kind: expected forest or extra, got ${got}`);
}

/** How many of the columns each split looks at. */
export function columnsPerSplit({ columnSample }: ForestOptions, columns: number): number {
  const wanted = columnSample === 'sqrt' ? Math.sqrt(columns) : columnSample * columns;
  return Math.max(1, Math.floor(wanted));
}
