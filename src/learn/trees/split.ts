import { MISSING_BIN } from './binning.ts';
import type { Histogram, HistogramLayout } from './histogram.ts';

export interface SplitLimits {
  readonly minChildWeight: number;
  readonly minChildRows: number;
  readonly l2: number;
}

/** The sums over one node. */
export interface NodeSums {
  readonly gradient: number;
  readonly hessian: number;
  readonly rows: number;
}

/** Rows whose bin is in 1 … `lastLeftBin` go left, missing ones where `missingLeft` says. */
export interface Split {
  readonly gain: number;
  readonly column: number;
  readonly lastLeftBin: number;
  readonly missingLeft: boolean;
  readonly left: NodeSums;
}

/** Gains that differ by less are equal, and the first column and bin win: rounding must not choose. */
const GAIN_TOLERANCE = 1e-9;

/** Below this share of the hessian a missing bin is what subtraction left over. */
const NOTHING = 1e-12;

/** The split of highest gain (Chen & Guestrin 2016, eq. 7, without γ), or `undefined` if none is allowed or gains. */
export function findSplit(
  histogram: Histogram,
  layout: HistogramLayout,
  columns: Uint32Array,
  node: NodeSums,
  limits: SplitLimits,
): Split | undefined {
  const search = new SplitSearch(histogram, layout.counted, node, limits);
  for (const column of columns) {
    const start = layout.starts[column]!;
    search.column(column, start, layout.starts[column + 1]! - start - 1);
  }
  return search.best();
}

class SplitSearch {
  readonly #sums: Float64Array;
  readonly #counts: Uint32Array;
  readonly #counted: boolean;
  readonly #node: NodeSums;
  readonly #limits: SplitLimits;
  readonly #parentScore: number;
  #gain = GAIN_TOLERANCE;
  #column = -1;
  #lastLeftBin = 0;
  #missingLeft = false;
  #leftGradient = 0;
  #leftHessian = 0;
  #leftRows = 0;

  constructor(histogram: Histogram, counted: boolean, node: NodeSums, limits: SplitLimits) {
    this.#sums = histogram.sums;
    this.#counts = histogram.counts;
    this.#counted = counted;
    this.#node = node;
    this.#limits = limits;
    this.#parentScore = (node.gradient * node.gradient) / (node.hessian + limits.l2);
  }

  column(column: number, start: number, valueBins: number): void {
    const missingHessian = this.#sums[2 * (start + MISSING_BIN) + 1]!;
    if (missingHessian <= NOTHING * this.#node.hessian) {
      if (valueBins < 2) return;
      // Nothing missing was seen here: what is missing later goes with the larger side.
      if (this.#scan(column, start, valueBins - 1, false)) {
        this.#missingLeft = 2 * this.#leftHessian >= this.#node.hessian;
      }
      return;
    }
    // The last cut of the first scan parts the values from the missing.
    this.#scan(column, start, valueBins, false);
    this.#scan(column, start, valueBins - 1, true);
  }

  best(): Split | undefined {
    if (this.#column < 0) return undefined;
    return {
      gain: this.#gain,
      column: this.#column,
      lastLeftBin: this.#lastLeftBin,
      missingLeft: this.#missingLeft,
      left: { gradient: this.#leftGradient, hessian: this.#leftHessian, rows: this.#leftRows },
    };
  }

  #scan(column: number, start: number, lastBin: number, missingLeft: boolean): boolean {
    const sums = this.#sums;
    const { minChildWeight, minChildRows, l2 } = this.#limits;
    const { gradient, hessian, rows } = this.#node;
    const counted = this.#counted;
    const missing = start + MISSING_BIN;
    let leftGradient = missingLeft ? sums[2 * missing]! : 0;
    let leftHessian = missingLeft ? sums[2 * missing + 1]! : 0;
    let leftRows = missingLeft && counted ? this.#counts[missing]! : 0;
    let improved = false;
    for (let bin = 1; bin <= lastBin; bin++) {
      const at = 2 * (start + bin);
      leftGradient += sums[at]!;
      leftHessian += sums[at + 1]!;
      if (counted) leftRows += this.#counts[start + bin]!;
      if (leftHessian < minChildWeight) continue;
      const rightHessian = hessian - leftHessian;
      if (rightHessian < minChildWeight) break;
      if (counted && (leftRows < minChildRows || rows - leftRows < minChildRows)) continue;
      const rightGradient = gradient - leftGradient;
      const gain =
        (leftGradient * leftGradient) / (leftHessian + l2) +
        (rightGradient * rightGradient) / (rightHessian + l2) -
        this.#parentScore;
      if (!(gain > this.#gain * (1 + GAIN_TOLERANCE))) continue;
      improved = true;
      this.#gain = gain;
      this.#column = column;
      this.#lastLeftBin = bin;
      this.#missingLeft = missingLeft;
      this.#leftGradient = leftGradient;
      this.#leftHessian = leftHessian;
      this.#leftRows = leftRows;
    }
    return improved;
  }
}
