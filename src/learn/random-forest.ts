import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { checkMatrix, checkTraining } from './check-arguments.ts';
import type { Classifier, FitOptions } from './estimator.ts';
import { matrixFromRows, type Matrix } from './matrix.ts';
import { walkRows } from './trees/batch-walk.ts';
import { binMatrix } from './trees/binning.ts';
import { ForestGrower } from './trees/forest-grower.ts';
import { forestOptions } from './trees/forest-options.ts';
import type { ForestOptions } from './trees/forest-options.ts';
import {
  LeafSharesBuilder,
  readLeafShares,
  sharesByNode,
  writeLeafShares,
} from './trees/leaf-shares.ts';
import type { LeafShares } from './trees/leaf-shares.ts';
import { decodeTrees, encodeTrees } from './trees/tree-encoding.ts';
import type { TreeEnsemble } from './trees/tree-ensemble.ts';
import { addTreeContributions } from './trees/tree-shap.ts';

interface Fitted {
  readonly classes: number;
  readonly columns: number;
  readonly trees: TreeEnsemble;
  readonly leaves: LeafShares;
}

/** "RSFO" and the version of what follows. */
const MAGIC = 0x5253464f;
const VERSION = 1;

/**
 * Random forests (Breiman 2001) and extremely randomised trees (Geurts, Ernst & Wehenkel 2006) for two or more
 * classes, on the bins of `GradientBoostedTrees`: the mean of the classes' shares in one leaf of every tree. A missing
 * value (NaN) goes to the side that was learnt for it. The same seed and data give the same bytes.
 */
export class RandomForest implements Classifier {
  readonly options: ForestOptions;
  #fitted: Fitted | undefined;
  #explained: { readonly label: number; readonly values: Float64Array } | undefined;

  constructor(options: Partial<ForestOptions> = {}) {
    this.options = forestOptions(options);
  }

  /** 0 before `fit`. */
  get classes(): number {
    return this.#fitted?.classes ?? 0;
  }

  get columns(): number {
    return this.#fitted?.columns ?? 0;
  }

  /** Rows of weight 0 are as if they were not there. */
  fit(vectors: Matrix, labels: ArrayLike<number>, options: FitOptions = {}): this {
    const { classes, weights } = checkTraining(vectors, labels, options);
    const rows = Uint32Array.from(weights.keys()).filter((row) => weights[row]! > 0);
    if (rows.length > MOST_ROWS) {
      throw new RangeError(`vectors: expected at most ${MOST_ROWS} rows, got ${rows.length}`);
    }
    const kept = Float64Array.from(rows, (row) => weights[row]!);
    const grower = new ForestGrower(
      {
        binned: binMatrix(vectors, rows, kept, this.options.bins),
        labels: rows.map((row) => labels[row]!),
        weights: kept,
        classes,
      },
      this.options,
    );
    grower.grow();
    this.#set({
      classes,
      columns: vectors.columns,
      trees: grower.trees.build(),
      leaves: grower.leaves.build(),
    });
    return this;
  }

  predictProba(vectors: Matrix): Matrix {
    const { classes, columns, trees, leaves } = this.#model();
    checkMatrix('vectors', vectors, columns);
    const values = new Float64Array(vectors.rows * classes);
    const { starts, labels, shares } = leaves;
    walkRows(trees, vectors, (_, first, rows, found) => {
      for (let i = 0, own = first * classes; i < rows; i++, own += classes) {
        const leaf = trees.value[found[i]!]!;
        for (let at = starts[leaf]!; at < starts[leaf + 1]!; at++) {
          values[own + labels[at]!] = values[own + labels[at]!]! + shares[at]!;
        }
      }
    });
    for (let at = 0; at < values.length; at++) values[at] = values[at]! / trees.roots.length;
    return { rows: vectors.rows, columns: classes, values };
  }

  /**
   * How much each column moved each class's probability: classes × (columns + 1), the last column the share expected
   * of an unknown row; a class's row adds to its probability. Exact, path-dependent TreeSHAP.
   */
  contributions(vector: ArrayLike<number>): Matrix {
    const { classes } = this.#model();
    return matrixFromRows(
      Array.from({ length: classes }, (_, label) => this.classContributions(vector, label)),
    );
  }

  /** The row of `contributions` of one class, at a share of the cost. */
  classContributions(vector: ArrayLike<number>, label: number): Float64Array {
    const { classes, columns, trees, leaves } = this.#model();
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw new RangeError(`label: expected an integer from 0 to ${classes - 1}, got ${label}`);
    }
    if (vector.length !== columns) {
      throw new RangeError(`vector: expected ${columns} values, got ${vector.length}`);
    }
    if (this.#explained?.label !== label) {
      const values = sharesByNode(trees, leaves, label, 1 / trees.roots.length);
      this.#explained = { label, values };
    }
    const sums = new Float64Array(columns + 1);
    for (const root of trees.roots) {
      addTreeContributions(trees, root, vector, sums, this.#explained.values);
    }
    return sums;
  }

  encode(): Uint8Array {
    const { classes, columns, trees, leaves } = this.#model();
    const writer = new ByteWriter(1 << 16);
    writer.u32(MAGIC);
    writer.u8(VERSION);
    writer.text(JSON.stringify(this.options));
    writer.varint(classes);
    writer.varint(columns);
    encodeTrees(writer, trees, columns, writeLeafShares(leaves));
    return writer.toBytes();
  }

  /** The fitted model that `encode` wrote; `RangeError` on any other bytes. */
  static decode(bytes: Uint8Array): RandomForest {
    const reader = new ByteReader(bytes);
    if (reader.u32() !== MAGIC) throw corrupt('no such head');
    const version = reader.u8();
    if (version !== VERSION) throw corrupt(`version ${version}`);
    const forest = new RandomForest(parseOptions(reader.text()));
    const classes = reader.varint();
    const columns = reader.varint();
    if (classes < 1 || classes > MOST_CLASSES) {
      throw corrupt(`${classes} classes`);
    }
    const leaves = new LeafSharesBuilder();
    const trees = decodeTrees(reader, columns, readLeafShares(leaves, classes));
    if (reader.truncated || reader.left > 0) throw corrupt('bytes beyond the end');
    if (trees.roots.length === 0) throw corrupt('no tree');
    forest.#set({ classes, columns, trees, leaves: leaves.build() });
    return forest;
  }

  #set(fitted: Fitted): void {
    this.#fitted = fitted;
    this.#explained = undefined;
  }

  #model(): Fitted {
    if (this.#fitted === undefined) throw new TypeError('forest: expected fit to come first');
    return this.#fitted;
  }
}

/** What a split's sorting has room for. */
const MOST_ROWS = 2 ** 24;

/** What labels of 16 bits tell apart. */
const MOST_CLASSES = 65_536;

function parseOptions(text: string): Partial<ForestOptions> {
  try {
    return { ...forestOptions(JSON.parse(text) as Partial<ForestOptions>) };
  } catch (cause) {
    throw new RangeError('forest: expected bytes that encode wrote, got unreadable options', {
      cause,
    });
  }
}

function corrupt(what: string): RangeError {
  return new RangeError(`forest: expected bytes that encode wrote, got ${what}`);
}
