import { MISSING_BIN } from './binning.ts';
import type { BinnedMatrix } from './binning.ts';
import { Histograms, histogramLayout } from './histogram.ts';
import type { Histogram } from './histogram.ts';
import { UNBOUNDED, boundsBelow } from './leaf-bounds.ts';
import type { LeafBounds, NodeSums } from './leaf-bounds.ts';
import { SplitSearch } from './split.ts';
import type { Split, SplitLimits } from './split.ts';
import { GAIN_TOLERANCE } from './tree-kernels.ts';
import { TreeMemory } from './tree-memory.ts';
import type { Growth } from './trees-options.ts';
import type { ColumnReach, Directions, InteractionSets } from './tree-constraints.ts';

export interface GrowerOptions extends SplitLimits {
  readonly maxDepth: number;
  readonly maxLeaves: number;
  readonly growth?: Growth;
}

/** One node of a tree that was just grown: a leaf where `children` is missing. */
export interface GrownNode {
  readonly depth: number;
  readonly sums: NodeSums;
  /** Its rows are `start … end` of the rows the tree was grown on, which growing puts in order. */
  readonly start: number;
  readonly end: number;
  readonly bounds: LeafBounds;
  readonly reach: ColumnReach;
  split?: Split;
  children?: { readonly left: GrownNode; readonly right: GrownNode };
}

interface OpenNode {
  readonly node: GrownNode;
  readonly histogram: Histogram;
  readonly split: Split;
}

/**
 * Grows regression trees on gradients and hessians (Chen & Guestrin 2016, "XGBoost"), the leaf of highest gain
 * first (as LightGBM does) or level by level, until leaves, depth or gain run out.
 */
export class TreeGrower {
  readonly #binned: BinnedMatrix;
  readonly #options: GrowerOptions;
  readonly #memory: TreeMemory;
  readonly #histograms: Histograms;
  readonly #spare: Uint32Array;
  readonly #interactions: InteractionSets | undefined;

  constructor(binned: BinnedMatrix, options: GrowerOptions, interactions?: InteractionSets) {
    this.#binned = binned;
    this.#options = options;
    this.#interactions = interactions;
    const layout = histogramLayout(binned, options.minChildRows > 1);
    this.#memory = new TreeMemory(binned, layout.bins);
    this.#histograms = new Histograms(binned, this.#memory, layout);
    this.#spare = new Uint32Array(binned.rows);
  }

  grow(task: GrowTask): GrownNode {
    this.#memory.rows.set(task.rows);
    const root = this.#root(task);
    const open: OpenNode[] = [];
    if (this.#mayBeSplit(root, 1)) this.#openRoot(open, root, task);
    let leaves = 1;
    while (open.length > 0) {
      const next = open.splice(nextOf(open, this.#options.growth), 1)[0]!;
      const children = this.#divide(next, task);
      if (children === undefined) {
        this.#histograms.give(next.histogram);
        continue;
      }
      leaves++;
      next.node.split = next.split;
      next.node.children = children;
      this.#openChildren(open, next, leaves, task);
      if (leaves >= this.#options.maxLeaves) break;
    }
    for (const { histogram } of open) this.#histograms.give(histogram);
    task.rows.set(this.#memory.rows.subarray(0, task.rows.length));
    return root;
  }

  #openRoot(open: OpenNode[], root: GrownNode, task: GrowTask): void {
    const { columns } = task;
    const histogram = this.#histograms.take(columns, root.start, root.end);
    const search = this.#search(histogram, root, task, 0);
    for (let i = 0; i < columns.length; i += 4) {
      this.#histograms.fillFour(histogram, columns, i, root.start, root.end);
      search.look(i, i + 4);
    }
    this.#push(open, root, histogram, search);
  }

  /**
   * Fills the smaller child's histogram; the parent's, less that, is the larger child's. Four columns at a time, so
   * that what was just summed is searched while it is in the nearest cache.
   */
  #openChildren(open: OpenNode[], parent: OpenNode, leaves: number, task: GrowTask): void {
    const { left, right } = parent.node.children!;
    const [smaller, larger] =
      left.end - left.start <= right.end - right.start ? [left, right] : [right, left];
    const splitLarger = this.#mayBeSplit(larger, leaves);
    const splitSmaller = this.#mayBeSplit(smaller, leaves);
    if (!splitLarger && !splitSmaller) {
      this.#histograms.give(parent.histogram);
      return;
    }
    const { columns } = smaller.reach;
    const { start, end } = smaller;
    this.#gather(task, smaller);
    const ofSmaller = this.#histograms.take(columns, start, end);
    if (splitLarger) this.#histograms.subtractCounts(parent.histogram, ofSmaller);
    const inLarger = splitLarger ? this.#search(parent.histogram, larger, task, 0) : undefined;
    const inSmaller = splitSmaller ? this.#search(ofSmaller, smaller, task, 1) : undefined;
    for (let i = 0; i < columns.length; i += 4) {
      this.#histograms.fillFour(ofSmaller, columns, i, start, end);
      if (inLarger !== undefined) {
        this.#histograms.subtractFour(parent.histogram, ofSmaller, columns, i);
        inLarger.look(i, i + 4);
      }
      inSmaller?.look(i, i + 4);
    }
    this.#push(open, larger, parent.histogram, inLarger);
    this.#push(open, smaller, ofSmaller, inSmaller);
  }

  #mayBeSplit(node: GrownNode, leaves: number): boolean {
    const { maxDepth, maxLeaves, minChildWeight, minChildRows } = this.#options;
    return (
      node.depth < maxDepth &&
      leaves < maxLeaves &&
      node.sums.hessian >= 2 * minChildWeight &&
      node.end - node.start >= 2 * Math.max(1, minChildRows)
    );
  }

  #search(histogram: Histogram, node: GrownNode, task: GrowTask, turn: 0 | 1): SplitSearch {
    const { sums, bounds, reach } = node;
    const { layout } = this.#histograms;
    const asked = { sums, bounds, columns: reach.columns, directions: task.directions };
    const place = { memory: this.#memory, histogram, layout, turn };
    return new SplitSearch(place, asked, this.#options);
  }

  #push(open: OpenNode[], node: GrownNode, histogram: Histogram, search?: SplitSearch): void {
    const split = search?.best();
    if (split === undefined) this.#histograms.give(histogram);
    else open.push({ node, histogram, split });
  }

  /** Puts the gradients and hessians of the node's rows side by side, in their order. */
  #gather(task: GrowTask, { start, end }: { start: number; end: number }): void {
    const { rows, pairs } = this.#memory;
    for (let i = start, at = 0; i < end; i++) {
      const row = rows[i]!;
      pairs[at++] = task.gradients[row]!;
      pairs[at++] = task.hessians[row]!;
    }
  }

  /** The root and, on the way, its rows' pairs. */
  #root(task: GrowTask): GrownNode {
    const { pairs } = this.#memory;
    const { length } = task.rows;
    this.#gather(task, { start: 0, end: length });
    let gradient = 0;
    let hessian = 0;
    for (let at = 0; at < 2 * length; at += 2) {
      gradient += pairs[at]!;
      hessian += pairs[at + 1]!;
    }
    return {
      depth: 0,
      sums: { gradient, hessian, rows: length },
      start: 0,
      end: length,
      bounds: UNBOUNDED,
      reach: { columns: task.columns },
    };
  }

  /** Puts the left child's rows before the right child's, both in their old order; `undefined` if one has none. */
  #divide({ node, split }: OpenNode, { directions }: GrowTask): GrownNode['children'] {
    const { rows } = this.#memory;
    const spare = this.#spare;
    const offset = split.column * this.#binned.rows;
    const bins = this.#binned.bins.subarray(offset, offset + this.#binned.rows);
    let middle = node.start;
    let others = 0;
    for (let i = node.start; i < node.end; i++) {
      const row = rows[i]!;
      const bin = bins[row]!;
      if (bin === MISSING_BIN ? split.missingLeft : bin <= split.lastLeftBin) rows[middle++] = row;
      else spare[others++] = row;
    }
    rows.set(spare.subarray(0, others), middle);
    if (others === 0 || middle === node.start) return undefined;
    const { sums, depth } = node;
    const right: NodeSums = {
      gradient: sums.gradient - split.left.gradient,
      hessian: sums.hessian - split.left.hessian,
      rows: sums.rows - split.left.rows,
    };
    // A split of all values from what is missing orders nothing.
    const direction = split.partsValues ? (directions?.[split.column] ?? 0) : 0;
    const bounds = boundsBelow(node.bounds, split.left, right, this.#options.l2, direction);
    const reach = this.#interactions?.below(node.reach, split.column) ?? node.reach;
    const below = { depth: depth + 1, reach };
    return {
      left: { ...below, sums: split.left, bounds: bounds.left, start: node.start, end: middle },
      right: { ...below, sums: right, bounds: bounds.right, start: middle, end: node.end },
    };
  }
}

/** What one tree is grown on: gradients and hessians are those of all rows of the matrix. */
export interface GrowTask {
  /** Put in the order of the leaves. */
  readonly rows: Uint32Array;
  readonly gradients: Float64Array;
  readonly hessians: Float64Array;
  readonly columns: Uint32Array;
  readonly directions?: Directions | undefined;
}

function nextOf(open: readonly OpenNode[], growth: Growth | undefined): number {
  let best = 0;
  for (let i = 1; i < open.length; i++) {
    const deeper = growth === 'depth' ? open[i]!.node.depth - open[best]!.node.depth : 0;
    // By the same tolerance as within a node: rounding must not choose.
    const better = open[i]!.split.gain > open[best]!.split.gain * (1 + GAIN_TOLERANCE);
    if (deeper < 0 || (deeper === 0 && better)) best = i;
  }
  return best;
}
