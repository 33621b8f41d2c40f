import { MISSING_BIN } from './binning.ts';
import type { Histogram, HistogramLayout } from './histogram.ts';
import { UNBOUNDED, leafWeight } from './leaf-bounds.ts';
import type { LeafBounds, NodeSums } from './leaf-bounds.ts';
import type { Directions } from './tree-constraints.ts';

export interface SplitLimits {
  readonly minChildWeight: number;
  readonly minChildRows: number;
  readonly l2: number;
}

/** Rows whose bin is in 1 … `lastLeftBin` go left, missing ones where `missingLeft` says. */
export interface Split {
  readonly gain: number;
  readonly column: number;
  readonly lastLeftBin: number;
  readonly missingLeft: boolean;
  /** There are values on both sides, not just what is missing on one. */
  readonly partsValues: boolean;
  readonly left: NodeSums;
}

/** What a node asks of its split. */
export interface SplitTask {
  readonly sums: NodeSums;
  readonly columns: Uint32Array;
  readonly bounds: LeafBounds;
  readonly directions: Directions | undefined;
}

/** Gains that differ by less are equal, and the first column and bin win: rounding must not choose. */
const GAIN_TOLERANCE = 1e-9;

/** Below this share of the hessian a missing bin is what subtraction left over. */
const NOTHING = 1e-12;

/** The split of highest gain (Chen & Guestrin 2016, eq. 7, without γ), or `undefined` if none is allowed or gains. */
export function findSplit(
  histogram: Histogram,
  layout: HistogramLayout,
  task: SplitTask,
  limits: SplitLimits,
): Split | undefined {
  const search = new SplitSearch(histogram, layout.counted, task, limits);
  for (const column of task.columns) {
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
  readonly #bounds: LeafBounds;
  readonly #directions: Directions | undefined;
  readonly #parentScore: number;
  #gain = GAIN_TOLERANCE;
  #column = -1;
  #lastLeftBin = 0;
  #missingLeft = false;
  #partsValues = true;
  #leftGradient = 0;
  #leftHessian = 0;
  #leftRows = 0;

  constructor(histogram: Histogram, counted: boolean, task: SplitTask, limits: SplitLimits) {
    this.#sums = histogram.sums;
    this.#counts = histogram.counts;
    this.#counted = counted;
    this.#node = task.sums;
    this.#limits = limits;
    this.#bounds = task.bounds;
    this.#directions = task.directions;
    const { gradient, hessian } = task.sums;
    this.#parentScore =
      task.bounds === UNBOUNDED
        ? (gradient * gradient) / (hessian + limits.l2)
        : weightScore(
            gradient,
            hessian + limits.l2,
            leafWeight(gradient, hessian, limits.l2, task.bounds),
          );
  }

  column(column: number, start: number, valueBins: number): void {
    const missingHessian = this.#sums[2 * (start + MISSING_BIN) + 1]!;
    if (missingHessian <= NOTHING * this.#node.hessian) {
      if (valueBins < 2) return;
      // Nothing missing was seen here: what is missing later goes with the larger side.
      if (this.#scan(column, start, valueBins, false, valueBins - 1)) {
        this.#missingLeft = 2 * this.#leftHessian >= this.#node.hessian;
      }
      return;
    }
    // The last cut of the first scan parts the values from the missing.
    this.#scan(column, start, valueBins, false, valueBins);
    this.#scan(column, start, valueBins, true, valueBins - 1);
  }

  best(): Split | undefined {
    if (this.#column < 0) return undefined;
    return {
      gain: this.#gain,
      column: this.#column,
      lastLeftBin: this.#lastLeftBin,
      missingLeft: this.#missingLeft,
      partsValues: this.#partsValues,
      left: { gradient: this.#leftGradient, hessian: this.#leftHessian, rows: this.#leftRows },
    };
  }

  #scan(
    column: number,
    start: number,
    valueBins: number,
    missingLeft: boolean,
    lastBin: number,
  ): boolean {
    const sums = this.#sums;
    const { minChildWeight, minChildRows, l2 } = this.#limits;
    const { gradient, hessian, rows } = this.#node;
    const counted = this.#counted;
    const missing = start + MISSING_BIN;
    const bounded = this.#bounds !== UNBOUNDED || (this.#directions?.[column] ?? 0) !== 0;
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
      const score = bounded
        ? this.#boundedScore(leftGradient, leftHessian, bin < valueBins ? column : -1)
        : (leftGradient * leftGradient) / (leftHessian + l2) +
          (rightGradient * rightGradient) / (rightHessian + l2);
      const gain = score - this.#parentScore;
      if (!(gain > this.#gain * (1 + GAIN_TOLERANCE))) continue;
      improved = true;
      this.#gain = gain;
      this.#column = column;
      this.#lastLeftBin = bin;
      this.#missingLeft = missingLeft;
      this.#partsValues = bin < valueBins;
      this.#leftGradient = leftGradient;
      this.#leftHessian = leftHessian;
      this.#leftRows = leftRows;
    }
    return improved;
  }

  /** The score of two children held to bounds and, where values of `column` are parted, to its direction. */
  #boundedScore(leftGradient: number, leftHessian: number, column: number): number {
    const { l2 } = this.#limits;
    const rightGradient = this.#node.gradient - leftGradient;
    const rightHessian = this.#node.hessian - leftHessian;
    const left = leafWeight(leftGradient, leftHessian, l2, this.#bounds);
    const right = leafWeight(rightGradient, rightHessian, l2, this.#bounds);
    if ((right - left) * (this.#directions?.[column] ?? 0) < 0) return -Infinity;
    return (
      weightScore(leftGradient, leftHessian + l2, left) +
      weightScore(rightGradient, rightHessian + l2, right)
    );
  }
}

/** What a leaf of that weight takes from the loss, twice: `G² / H` at the best weight. */
function weightScore(gradient: number, hessian: number, weight: number): number {
  return -weight * (2 * gradient + hessian * weight);
}
