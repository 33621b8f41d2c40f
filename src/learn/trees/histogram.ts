import type { BinnedMatrix } from './binning.ts';
import type { TreeMemory } from './tree-memory.ts';

/** Where each column's bins begin in a histogram: first the missing bin, then those of values. */
export interface HistogramLayout {
  /** One more than columns: the last is the number of bins in all. */
  readonly starts: Uint32Array;
  readonly bins: number;
  readonly counted: boolean;
}

/** Sums of one node's gradients and hessians by column and bin; rows are counted only when asked for. */
export interface Histogram {
  /** Its address in the memory: gradient, hessian, gradient, hessian, … */
  readonly at: number;
  readonly counts: Uint32Array;
}

export function histogramLayout(binned: BinnedMatrix, counted: boolean): HistogramLayout {
  const starts = new Uint32Array(binned.columns + 1);
  let bins = 0;
  for (let column = 0; column < binned.columns; column++) {
    starts[column] = bins;
    bins += binned.cuts[column]!.length + 2;
  }
  starts[binned.columns] = bins;
  return { starts, bins, counted };
}

/** Makes, fills and subtracts histograms. They are large and short-lived: taken from a pool and given back. */
export class Histograms {
  readonly layout: HistogramLayout;
  readonly #binned: BinnedMatrix;
  readonly #memory: TreeMemory;
  readonly #freeCounts: Uint32Array[] = [];

  constructor(binned: BinnedMatrix, memory: TreeMemory, layout: HistogramLayout) {
    this.layout = layout;
    this.#binned = binned;
    this.#memory = memory;
  }

  give(histogram: Histogram): void {
    this.#memory.give(histogram.at);
    this.#freeCounts.push(histogram.counts);
  }

  /** A histogram for the rows of one node; it holds nothing of theirs before `fillFour`. May grow the memory. */
  take(columns: Uint32Array, start: number, end: number): Histogram {
    const at = this.#memory.take();
    const counts = this.#takeCounts();
    if (this.layout.counted) this.#count(counts, columns, this.#memory.rows.subarray(start, end));
    return { at, counts };
  }

  /**
   * Sums the rows `start … end` of the memory over four columns, from place `i` on; where there are fewer, the last
   * once more into a spare place.
   */
  fillFour({ at }: Histogram, columns: Uint32Array, i: number, start: number, end: number): void {
    const { binsAt, rowsAt, pairsAt, kernels } = this.#memory;
    const { starts } = this.layout;
    const histogram = (place: number): number =>
      place < columns.length
        ? at + 16 * starts[columns[place]!]!
        : this.#memory.spare(place - columns.length);
    const bins = (place: number): number =>
      binsAt + columns[Math.min(place, columns.length - 1)]! * this.#binned.rows;
    for (let place = i; place < Math.min(i + 4, columns.length); place++) {
      const column = columns[place]!;
      kernels.clear(at + 16 * starts[column]!, at + 16 * starts[column + 1]!);
    }
    kernels.fill(
      histogram(i), histogram(i + 1), histogram(i + 2), histogram(i + 3),
      bins(i), bins(i + 1), bins(i + 2), bins(i + 3),
      rowsAt + 4 * start, rowsAt + 4 * end, pairsAt,
    ); // prettier-ignore
  }

  /** Takes a child's sums of four columns from its parent's: what is left is the other child's. */
  subtractFour(from: Histogram, child: Histogram, columns: Uint32Array, i: number): void {
    const { starts } = this.layout;
    for (let place = i; place < Math.min(i + 4, columns.length); place++) {
      const start = 16 * starts[columns[place]!]!;
      const end = 16 * starts[columns[place]! + 1]!;
      this.#memory.kernels.subtract(from.at + start, from.at + end, child.at + start);
    }
  }

  /** The same for the numbers of rows, of all columns. */
  subtractCounts({ counts }: Histogram, child: Histogram): void {
    for (let i = 0; i < counts.length; i++) counts[i] = counts[i]! - child.counts[i]!;
  }

  #takeCounts(): Uint32Array {
    const counts = this.#freeCounts.pop();
    return counts?.fill(0) ?? new Uint32Array(this.layout.counted ? this.layout.bins : 0);
  }

  #count(counts: Uint32Array, columns: Uint32Array, rows: Uint32Array): void {
    for (const column of columns) {
      const start = this.layout.starts[column]!;
      const first = column * this.#binned.rows;
      const bins = this.#binned.bins.subarray(first, first + this.#binned.rows);
      for (const row of rows) {
        const at = start + bins[row]!;
        counts[at] = counts[at]! + 1;
      }
    }
  }
}
