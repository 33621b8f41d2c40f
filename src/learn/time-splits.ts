import { checkLength, checkNumber } from './check-arguments.ts';

export interface TimeSplit {
  /** Rows before it are learnt from, rows from it on are tested. */
  readonly at: number;
  /** Row numbers, ascending. */
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

export interface TimeSplitsOptions {
  readonly folds: number;
  /** Rows that end within so long before a test begins are left out of its training. Default 0. */
  readonly gap?: number;
}

/**
 * Learn from the past, test on the future (forward chaining): rows in the order of their starts make one block more
 * than there are folds, and each block but the first is tested by what ended before it began, less the gap. Rows
 * that start together are never parted. A row without a time (NaN) is in no split; a split without training is left out.
 */
export function timeSplits(
  starts: ArrayLike<number>,
  ends: ArrayLike<number>,
  { folds, gap = 0 }: TimeSplitsOptions,
): TimeSplit[] {
  checkLength('ends', ends, starts.length);
  checkNumber('folds', folds, { min: 1, integer: true });
  checkNumber('gap', gap, { min: 0 });
  const rows = Array.from(starts, (_, row) => row).filter(
    (row) => Number.isFinite(starts[row]) && ends[row]! >= starts[row]!,
  );
  const sorted = rows.map((row) => starts[row]!).sort((a, b) => a - b);
  const cuts = new Set<number>();
  for (let k = 1; k <= folds; k++) {
    const cut = sorted[Math.floor((k * sorted.length) / (folds + 1))];
    if (cut !== undefined && cut > sorted[0]!) cuts.add(cut);
  }
  const ordered = [...cuts];
  return ordered
    .map((at, k) => ({
      at,
      train: Uint32Array.from(rows.filter((row) => ends[row]! < at - gap)),
      test: Uint32Array.from(
        rows.filter((row) => starts[row]! >= at && starts[row]! < (ordered[k + 1] ?? Infinity)),
      ),
    }))
    .filter(({ train }) => train.length > 0);
}
