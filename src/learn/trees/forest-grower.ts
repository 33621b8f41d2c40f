import { randomBelow, seededRandom } from '../random.ts';
import { MISSING_BIN } from './binning.ts';
import type { BinnedMatrix } from './binning.ts';
import { ClassSplitSearch } from './class-split.ts';
import type { ClassNode, ClassSplit } from './class-split.ts';
import { columnsPerSplit } from './forest-options.ts';
import type { ForestOptions } from './forest-options.ts';
import { LeafSharesBuilder } from './leaf-shares.ts';
import { TreeEnsembleBuilder } from './tree-ensemble.ts';

/** The rows a forest learns from, binned, those of weight 0 left out. */
export interface ForestRows {
  readonly binned: BinnedMatrix;
  readonly labels: Uint32Array;
  readonly weights: Float64Array;
  readonly classes: number;
}

/** Grows the trees of a forest one after the other, each from a seed of its own, into `trees` and `leaves`. */
export class ForestGrower {
  readonly trees = new TreeEnsembleBuilder();
  readonly leaves = new LeafSharesBuilder();
  readonly #data: ForestRows;
  readonly #options: ForestOptions;
  readonly #perSplit: number;
  readonly #columns: Uint32Array;
  readonly #spare: Uint32Array;

  constructor(data: ForestRows, options: ForestOptions) {
    this.#data = data;
    this.#options = options;
    this.#perSplit = columnsPerSplit(options, data.binned.columns);
    this.#columns = new Uint32Array(data.binned.columns);
    this.#spare = new Uint32Array(data.binned.rows);
  }

  grow(): void {
    const seeds = seededRandom(this.#options.seed);
    for (let tree = 0; tree < this.#options.trees; tree++) {
      const random = seededRandom(randomBelow(seeds, 2 ** 32));
      this.#growTree(random);
    }
  }

  #growTree(random: () => number): void {
    const { binned, labels, classes } = this.#data;
    const weights = this.#drawWeights(random);
    const rows = Uint32Array.from(weights.keys()).filter((row) => weights[row]! > 0);
    for (const place of this.#columns.keys()) this.#columns[place] = place;
    const { minLeafRows } = this.#options;
    const search = new ClassSplitSearch(binned, labels, weights, { classes, minLeafRows });
    this.trees.startTree();
    this.#growNode({ weights, search, random }, rows, 0);
  }

  /** A forest's trees see each row as often as it was drawn. */
  #drawWeights(random: () => number): Float64Array {
    const { weights } = this.#data;
    if (this.#options.kind === 'extra') return weights;
    const drawn = new Float64Array(weights.length);
    let draws = weights.length;
    while (draws-- > 0) {
      const row = randomBelow(random, weights.length);
      drawn[row] = drawn[row]! + weights[row]!;
    }
    return drawn;
  }

  #growNode(tree: Growing, rows: Uint32Array, depth: number): void {
    const node = this.#weigh(tree, rows);
    const split = this.#mayBeSplit(node, depth) ? this.#findSplit(tree, node) : undefined;
    if (split === undefined) {
      this.leaves.leaf(this.trees, node.weights);
      return;
    }
    const { column, lastLeftBin } = split;
    const [middle, leftWeight] = this.#divide(tree, rows, split);
    // Nothing missing was seen here: what is missing later goes with the heavier side.
    const missingLeft = split.missing ? split.missingLeft : 2 * leftWeight >= node.total;
    const threshold = this.#data.binned.cuts[column]![lastLeftBin - 1] ?? Infinity;
    const branch = this.trees.branch(column, threshold, missingLeft);
    this.#growNode(tree, rows.subarray(0, middle), depth + 1);
    this.trees.otherSide(branch);
    this.#growNode(tree, rows.subarray(middle), depth + 1);
    this.trees.close(branch);
  }

  #weigh({ weights: weightOf }: Growing, rows: Uint32Array): ClassNode {
    const { labels, classes } = this.#data;
    const weights = new Float64Array(classes);
    let total = 0;
    for (const row of rows) {
      const label = labels[row]!;
      weights[label] = weights[label]! + weightOf[row]!;
      total += weightOf[row]!;
    }
    return { rows, weights, total };
  }

  #mayBeSplit({ rows, weights }: ClassNode, depth: number): boolean {
    const { maxDepth, minLeafRows } = this.#options;
    if (depth >= maxDepth || rows.length < 2 * minLeafRows) return false;
    let present = 0;
    for (const weight of weights) if (weight > 0) present++;
    return present > 1;
  }

  /**
   * Looks at columns drawn at random until there are enough and one of them is not the same in all rows: scikit-learn
   * does so too.
   */
  #findSplit({ search, random }: Growing, node: ClassNode): ClassSplit | undefined {
    const columns = this.#columns;
    search.start(node);
    let useful = 0;
    for (let drawn = 0; drawn < columns.length; drawn++) {
      if (drawn >= this.#perSplit && useful > 0) break;
      const other = drawn + randomBelow(random, columns.length - drawn);
      const column = columns[other]!;
      columns[other] = columns[drawn]!;
      columns[drawn] = column;
      const varies =
        this.#options.kind === 'extra' ? search.randomCut(column, random) : search.bestCut(column);
      if (varies) useful++;
    }
    return search.best();
  }

  /** Puts the left side's rows first, both in their old order; gives their number and weight. */
  #divide(tree: Growing, rows: Uint32Array, split: ClassSplit): [number, number] {
    const { binned } = this.#data;
    const bins = binned.bins.subarray(split.column * binned.rows, (split.column + 1) * binned.rows);
    let middle = 0;
    let others = 0;
    let weight = 0;
    for (const row of rows) {
      const bin = bins[row]!;
      if (bin === MISSING_BIN ? split.missingLeft : bin <= split.lastLeftBin) {
        rows[middle++] = row;
        weight += tree.weights[row]!;
      } else {
        this.#spare[others++] = row;
      }
    }
    rows.set(this.#spare.subarray(0, others), middle);
    return [middle, weight];
  }
}

/** The tree at work. */
interface Growing {
  readonly weights: Float64Array;
  readonly search: ClassSplitSearch;
  readonly random: () => number;
}
