import { MISSING_BIN } from './binning.ts';
import type { Histogram, HistogramLayout } from './histogram.ts';
import { UNBOUNDED, leafWeight } from './leaf-bounds.ts';
import type { LeafBounds, NodeSums } from './leaf-bounds.ts';
import type { Directions } from './tree-constraints.ts';
import { GAIN_TOLERANCE, SCAN } from './tree-kernels.ts';
import type { TreeMemory } from './tree-memory.ts';

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

/** Where a search finds its sums; two searches of one memory may take turns. */
export interface SplitPlace {
  readonly memory: TreeMemory;
  readonly histogram: Histogram;
  readonly layout: HistogramLayout;
  readonly turn: 0 | 1;
}

/** Below this share of the hessian a missing bin is what subtraction left over. */
const NOTHING = 1e-12;

/**
 * Looks for the split of highest gain (Chen & Guestrin 2016, eq. 7, without γ) column by column, as their histograms
 * become known. The memory must not grow meanwhile.
 */
export class SplitSearch {
  readonly #memory: TreeMemory;
  /** Where the histogram begins: pairs of `#sums` from there on. */
  readonly #at: number;
  readonly #sums: Float64Array;
  readonly #counts: Uint32Array;
  readonly #layout: HistogramLayout;
  readonly #node: NodeSums;
  readonly #limits: SplitLimits;
  readonly #bounds: LeafBounds;
  readonly #directions: Directions | undefined;
  readonly #columns: Uint32Array;
  readonly #parentScore: number;
  readonly #scan: number;
  readonly #scanned: Float64Array;
  #gain = GAIN_TOLERANCE;
  #column = -1;
  #lastLeftBin = 0;
  #missingLeft = false;
  #partsValues = true;
  #leftGradient = 0;
  #leftHessian = 0;
  #leftRows = 0;

  constructor(
    { memory, histogram, layout, turn }: SplitPlace,
    task: SplitTask,
    limits: SplitLimits,
  ) {
    this.#memory = memory;
    this.#at = histogram.at;
    this.#sums = memory.numbers.subarray(histogram.at / 8);
    this.#counts = histogram.counts;
    this.#layout = layout;
    this.#node = task.sums;
    this.#limits = limits;
    this.#bounds = task.bounds;
    this.#directions = task.directions;
    this.#columns = task.columns;
    const { gradient, hessian } = task.sums;
    this.#parentScore =
      task.bounds === UNBOUNDED
        ? (gradient * gradient) / (hessian + limits.l2)
        : weightScore(
            gradient,
            hessian + limits.l2,
            leafWeight(gradient, hessian, limits.l2, task.bounds),
          );
    this.#scan = memory.scan(turn);
    const scanned = memory.scanned(turn);
    scanned[SCAN.gradient] = gradient;
    scanned[SCAN.hessian] = hessian;
    scanned[SCAN.l2] = limits.l2;
    scanned[SCAN.minChildWeight] = limits.minChildWeight;
    scanned[SCAN.parentScore] = this.#parentScore;
    this.#scanned = scanned;
  }

  /** The columns of the task from place `from` up to `to`. */
  look(from: number, to: number): void {
    const { starts } = this.#layout;
    for (let place = from; place < Math.min(to, this.#columns.length); place++) {
      const column = this.#columns[place]!;
      const start = starts[column]!;
      this.#lookAt(column, start, starts[column + 1]! - start - 1);
    }
  }

  #lookAt(column: number, start: number, valueBins: number): void {
    const missingHessian = this.#sums[2 * (start + MISSING_BIN) + 1]!;
    if (missingHessian <= NOTHING * this.#node.hessian) {
      if (valueBins < 2) return;
      // Nothing missing was seen here: what is missing later goes with the larger side.
      if (this.#scanColumn(column, start, valueBins, false, valueBins - 1)) {
        this.#missingLeft = 2 * this.#leftHessian >= this.#node.hessian;
      }
      return;
    }
    // The last cut of the first scan parts the values from the missing.
    this.#scanColumn(column, start, valueBins, false, valueBins);
    this.#scanColumn(column, start, valueBins, true, valueBins - 1);
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

  #scanColumn(
    column: number,
    start: number,
    valueBins: number,
    missingLeft: boolean,
    lastBin: number,
  ): boolean {
    const bounded = this.#bounds !== UNBOUNDED || (this.#directions?.[column] ?? 0) !== 0;
    return bounded || this.#layout.counted
      ? this.#scanSlowly(column, start, valueBins, missingLeft, lastBin, bounded)
      : this.#scanFast(column, start, valueBins, missingLeft, lastBin);
  }

  #scanFast(
    column: number,
    start: number,
    valueBins: number,
    missingLeft: boolean,
    lastBin: number,
  ): boolean {
    const { kernels, zero } = this.#memory;
    const scanned = this.#scanned;
    const missing = this.#at + 16 * start;
    const first = missing + 16;
    if (lastBin < 1) return false;
    scanned[SCAN.gain] = this.#gain;
    const end = kernels.scan(first, first + 16 * lastBin, missingLeft ? missing : zero, this.#scan);
    if (end === 0) return false;
    const bin = (end - first) / 16;
    this.#gain = scanned[SCAN.gain]!;
    this.#column = column;
    this.#lastLeftBin = bin;
    this.#missingLeft = missingLeft;
    this.#partsValues = bin < valueBins;
    this.#leftGradient = scanned[SCAN.leftGradient]!;
    this.#leftHessian = scanned[SCAN.leftHessian]!;
    return true;
  }

  /** The same for columns that are held to bounds or whose rows are counted. */
  #scanSlowly(
    column: number,
    start: number,
    valueBins: number,
    missingLeft: boolean,
    lastBin: number,
    bounded: boolean,
  ): boolean {
    const sums = this.#sums;
    const { minChildWeight, minChildRows, l2 } = this.#limits;
    const { gradient, hessian, rows } = this.#node;
    const counted = this.#layout.counted;
    const missing = start + MISSING_BIN;
    let leftGradient = missingLeft ? sums[2 * missing]! : 0;
    let leftHessian = missingLeft ? sums[2 * missing + 1]! : 0;
    let leftRows = missingLeft && counted ? this.#counts[missing]! : 0;
    let improved = false;
    for (let bin = 1; bin <= lastBin; bin++) {
      const at = 2 * (start + bin);
      if (sums[at + 1] === 0) continue;
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
