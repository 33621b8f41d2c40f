import type { BinnedMatrix } from './binning.ts';

/** Where each column's bins begin in a histogram: first the missing bin, then those of values. */
export interface HistogramLayout {
  /** One more than columns: the last is the number of bins in all. */
  readonly starts: Uint32Array;
  readonly bins: number;
  readonly counted: boolean;
}

/** Sums of one node's gradients and hessians by column and bin; rows are counted only when asked for. */
export interface Histogram {
  /** gradient, hessian, gradient, hessian, … */
  readonly sums: Float64Array;
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

/** Histograms are large and short-lived: taken from a pool and given back. */
export class HistogramPool {
  readonly #layout: HistogramLayout;
  readonly #free: Histogram[] = [];

  constructor(layout: HistogramLayout) {
    this.#layout = layout;
  }

  take(): Histogram {
    const { bins, counted } = this.#layout;
    return (
      this.#free.pop() ?? {
        sums: new Float64Array(2 * bins),
        counts: new Uint32Array(counted ? bins : 0),
      }
    );
  }

  give(histogram: Histogram): void {
    this.#free.push(histogram);
  }
}

/** The rows of one node, with their gradients and hessians in the same order. */
export interface NodeRows {
  readonly rows: Uint32Array;
  readonly gradients: Float64Array;
  readonly hessians: Float64Array;
}

/** Fills `histogram` from the rows of a node, for the given columns. */
export function fillHistogram(
  histogram: Histogram,
  layout: HistogramLayout,
  binned: BinnedMatrix,
  columns: Uint32Array,
  node: NodeRows,
): void {
  histogram.sums.fill(0);
  histogram.counts.fill(0);
  for (const column of columns) {
    const bins = binned.bins.subarray(column * binned.rows, (column + 1) * binned.rows);
    const start = layout.starts[column]!;
    addColumn(histogram.sums, 2 * start, bins, node);
    if (layout.counted) countColumn(histogram.counts, start, bins, node.rows);
  }
}

/** Takes a child's histogram from its parent's: what is left is the other child's. */
export function subtractHistogram(from: Histogram, child: Histogram): void {
  const { sums, counts } = from;
  for (let i = 0; i < sums.length; i++) sums[i] = sums[i]! - child.sums[i]!;
  for (let i = 0; i < counts.length; i++) counts[i] = counts[i]! - child.counts[i]!;
}

function addColumn(sums: Float64Array, start: number, bins: Uint8Array, node: NodeRows): void {
  const { rows, gradients, hessians } = node;
  for (let i = 0; i < rows.length; i++) {
    const at = start + 2 * bins[rows[i]!]!;
    sums[at] = sums[at]! + gradients[i]!;
    sums[at + 1] = sums[at + 1]! + hessians[i]!;
  }
}

function countColumn(
  counts: Uint32Array,
  start: number,
  bins: Uint8Array,
  rows: Uint32Array,
): void {
  for (const row of rows) {
    const at = start + bins[row]!;
    counts[at] = counts[at]! + 1;
  }
}
