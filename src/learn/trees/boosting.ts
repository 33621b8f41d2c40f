import { randomBelow, sampleIndices, seededRandom, shuffle } from '../random.ts';
import { groupFolds } from '../splits.ts';
import type { Matrix } from '../matrix.ts';
import { MISSING_BIN, binMatrix } from './binning.ts';
import type { BinnedMatrix } from './binning.ts';
import { SoftmaxLoss, classWeights, priorMargins } from './softmax-loss.ts';
import { TreeEnsembleBuilder } from './tree-ensemble.ts';
import type { TreeEnsemble } from './tree-ensemble.ts';
import { TreeGrower } from './tree-grower.ts';
import type { GrownNode } from './tree-grower.ts';
import { InteractionSets, directionsByOutput } from './tree-constraints.ts';
import type { Directions } from './tree-constraints.ts';
import type { FirstRounds, TreesOptions } from './trees-options.ts';

/** The rows to learn from, checked, those of weight 0 left out. */
export interface TrainingRows {
  readonly vectors: Matrix;
  /** Row numbers in `vectors`. */
  readonly rows: Uint32Array;
  /** One label and weight for each of `rows`. */
  readonly labels: Uint32Array;
  readonly weights: Float64Array;
  readonly classes: number;
  /** The group of each of `rows`: what is held out for early stopping is whole groups. */
  readonly groups?: readonly string[];
}

export interface Boosted {
  readonly base: Float64Array;
  readonly trees: TreeEnsemble;
  readonly rounds: number;
}

/** Grows trees round by round, one for every output, each on what those before it left wrong. */
export function boost(training: TrainingRows, options: TreesOptions): Boosted {
  const random = seededRandom(options.seed);
  const { data, learnt } = holdOut(training, options, random);
  const boosting = new Boosting(data, learnt, options, random);
  const stopping = options.earlyStopping;
  let bestRound = 0;
  let bestLoss = Infinity;
  for (let round = 0; round < options.rounds; round++) {
    boosting.round();
    if (learnt === data.rows.length) continue;
    const loss = boosting.heldOutLoss();
    if (loss < bestLoss) {
      bestLoss = loss;
      bestRound = round + 1;
    } else if (stopping !== undefined && round + 1 - bestRound >= stopping.patience) {
      break;
    }
  }
  return boosting.finish(learnt === data.rows.length ? options.rounds : bestRound);
}

class Boosting {
  readonly #data: TrainingRows;
  readonly #learnt: number;
  readonly #options: TreesOptions;
  readonly #random: () => number;
  readonly #binned: BinnedMatrix;
  readonly #everyRow: Uint32Array;
  readonly #usable: Uint32Array;
  readonly #usableFirst: Uint32Array;
  readonly #present: Float64Array;
  readonly #base: Float64Array;
  readonly #loss: SoftmaxLoss;
  readonly #grower: TreeGrower;
  readonly #directions: readonly Directions[] | undefined;
  readonly #trees = new TreeEnsembleBuilder();
  readonly #margins: Float64Array;
  readonly #gradients: Float64Array;
  readonly #hessians: Float64Array;
  readonly #totalWeight: number;
  #rounds = 0;

  /** The first `learnt` rows are learnt from, the others watched. */
  constructor(data: TrainingRows, learnt: number, options: TreesOptions, random: () => number) {
    const { labels, weights, classes } = data;
    const rows = labels.length;
    this.#data = data;
    this.#learnt = learnt;
    this.#options = options;
    this.#random = random;
    this.#binned = binMatrix(data.vectors, data.rows, weights, options.bins, learnt);
    this.#everyRow = new Uint32Array(learnt).map((_, row) => row);
    this.#usable = usableColumns(this.#binned, learnt);
    this.#present = classWeights(classes, labels, weights, learnt);
    this.#base = priorMargins(classes, labels, weights, learnt);
    this.#loss = new SoftmaxLoss(classes, labels, weights);
    const { columns } = data.vectors;
    this.#usableFirst = this.#usable.filter((column) => options.firstRounds?.columns.includes(column) === true); // prettier-ignore
    refuseColumnsBeyond(options.firstRounds, columns);
    this.#directions = directionsByOutput(options.monotone, columns, classes);
    this.#grower = new TreeGrower(
      this.#binned,
      options,
      options.interactions && new InteractionSets(options.interactions, columns),
    );
    this.#margins = new Float64Array(this.#loss.outputs * rows);
    for (const [output, margin] of this.#base.entries()) {
      this.#margins.fill(margin, output * rows, (output + 1) * rows);
    }
    this.#gradients = new Float64Array(rows);
    this.#hessians = new Float64Array(rows);
    this.#totalWeight = this.#present.reduce((sum, weight) => sum + weight, 0);
    this.#loss.update(this.#margins);
  }

  round(): void {
    const sample = this.#sampleRows();
    for (let output = 0; output < this.#loss.outputs; output++) {
      this.#trees.startTree();
      if (!this.#canLearn(output)) {
        this.#trees.leaf(0, 1);
        continue;
      }
      this.#loss.gradients(output, this.#gradients, this.#hessians);
      const rows = sample.slice();
      const columns = this.#sampleColumns();
      const root = this.#grower.grow({
        rows,
        columns,
        gradients: this.#gradients,
        hessians: this.#hessians,
        directions: this.#directions?.[output],
      });
      const start = output * this.#data.rows.length;
      this.#write(root, rows, start);
      if (sample.length < this.#data.rows.length) this.#addToOthers(root, sample, start);
    }
    this.#loss.update(this.#margins);
    this.#rounds++;
  }

  heldOutLoss(): number {
    return this.#loss.lossFrom(this.#learnt);
  }

  finish(rounds: number): Boosted {
    this.#trees.truncate(rounds * this.#loss.outputs);
    return { base: this.#base, trees: this.#trees.build(), rounds };
  }

  /** A class that nobody or everybody is in has nothing to be told by. */
  #canLearn(output: number): boolean {
    const weight = this.#present[this.#loss.outputs === 1 ? 1 : output]!;
    return weight > 0 && weight < this.#totalWeight;
  }

  #sampleRows(): Uint32Array {
    const count = Math.max(1, Math.round(this.#options.rowSample * this.#learnt));
    if (count === this.#learnt) return this.#everyRow;
    return sampleIndices(this.#random, count, this.#learnt);
  }

  #sampleColumns(): Uint32Array {
    const first = this.#options.firstRounds;
    const isFirst = first !== undefined && this.#rounds < first.rounds && this.#usableFirst.length > 0; // prettier-ignore
    const usable = isFirst ? this.#usableFirst : this.#usable;
    const { columnSample } = isFirst ? first : this.#options;
    const count = Math.max(1, Math.round(columnSample * usable.length));
    if (count >= usable.length) return usable;
    return sampleIndices(this.#random, count, usable.length).map((place) => usable[place]!);
  }

  /** Writes the grown tree in preorder, and adds its leaves to the margins of the rows it was grown on. */
  #write(node: GrownNode, rows: Uint32Array, marginsAt: number): void {
    if (node.split === undefined || node.children === undefined) {
      const value = this.#leafValue(node);
      let weight = 0;
      for (let i = node.start; i < node.end; i++) {
        const row = rows[i]!;
        weight += this.#data.weights[row]!;
        this.#margins[marginsAt + row] = this.#margins[marginsAt + row]! + value;
      }
      this.#trees.leaf(value, Math.max(weight / this.#totalWeight, 1e-30));
      return;
    }
    const { column, lastLeftBin, missingLeft } = node.split;
    // Beyond the last cut are all values: the split parts what is missing.
    const threshold = this.#binned.cuts[column]![lastLeftBin - 1] ?? Infinity;
    const branch = this.#trees.branch(column, threshold, missingLeft);
    this.#write(node.children.left, rows, marginsAt);
    this.#trees.otherSide(branch);
    this.#write(node.children.right, rows, marginsAt);
    this.#trees.close(branch);
  }

  /** Adds the tree to the margins of the rows outside `sample` (ascending). */
  #addToOthers(root: GrownNode, sample: Uint32Array, marginsAt: number): void {
    let next = 0;
    for (let row = 0; row < this.#data.rows.length; row++) {
      if (sample[next] === row) next++;
      else {
        const value = this.#leafValue(leafOf(root, this.#binned, row));
        this.#margins[marginsAt + row] = this.#margins[marginsAt + row]! + value;
      }
    }
  }

  #leafValue({ sums, bounds }: GrownNode): number {
    const { learningRate, l2 } = this.#options;
    const value = (-learningRate * sums.gradient) / (sums.hessian + l2);
    const { lower, upper } = bounds;
    return Math.fround(Math.min(learningRate * upper, Math.max(learningRate * lower, value)));
  }
}

function leafOf(root: GrownNode, binned: BinnedMatrix, row: number): GrownNode {
  let node = root;
  while (node.split !== undefined && node.children !== undefined) {
    const { column, lastLeftBin, missingLeft } = node.split;
    const bin = binned.bins[column * binned.rows + row]!;
    const left = bin === MISSING_BIN ? missingLeft : bin <= lastLeftBin;
    node = left ? node.children.left : node.children.right;
  }
  return node;
}

function refuseColumnsBeyond(first: FirstRounds | undefined, columns: number): void {
  const beyond = first?.columns.find((column) => column >= columns);
  if (beyond === undefined) return;
  throw new RangeError(`firstRounds.columns: expected columns below ${columns}, got ${beyond}`);
}

/** Columns that are not the same in all the first `learnt` rows. */
function usableColumns(binned: BinnedMatrix, learnt: number): Uint32Array {
  const usable: number[] = [];
  for (let column = 0; column < binned.columns; column++) {
    const start = column * binned.rows;
    const bins = binned.bins.subarray(start, start + learnt);
    if (bins.some((bin) => bin !== bins[0])) usable.push(column);
  }
  return Uint32Array.from(usable);
}

/** Puts the rows to learn from first and those held out for early stopping last. */
function holdOut(
  training: TrainingRows,
  options: TreesOptions,
  random: () => number,
): { data: TrainingRows; learnt: number } {
  const rows = training.rows.length;
  const share = options.earlyStopping?.holdOut;
  if (share === undefined || rows < 2) return { data: training, learnt: rows };
  const folds = Math.max(2, Math.round(1 / share));
  const groups = training.groups;
  const fold =
    groups === undefined
      ? shuffle(
          random,
          Uint32Array.from({ length: rows }, (_, row) => row % folds),
        )
      : groupFolds(groups, folds, randomBelow(random, 2 ** 31));
  const keys = [...fold.keys()];
  const order = keys.filter((row) => fold[row] !== 0);
  const learnt = order.length;
  if (learnt === 0 || learnt === rows) return { data: training, learnt: rows };
  for (const row of keys) if (fold[row] === 0) order.push(row);
  const data = {
    vectors: training.vectors,
    rows: Uint32Array.from(order, (row) => training.rows[row]!),
    labels: Uint32Array.from(order, (row) => training.labels[row]!),
    weights: Float64Array.from(order, (row) => training.weights[row]!),
    classes: training.classes,
  };
  return { data, learnt };
}
