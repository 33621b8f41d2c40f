import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { checkLength, checkMatrix, checkTraining } from './check-arguments.ts';
import type { Classifier, FitOptions } from './estimator.ts';
import { matrixFromRows, type Matrix } from './matrix.ts';
import { averageTrees } from './trees/average-trees.ts';
import { boost } from './trees/boosting.ts';
import { marginsToProbabilities, outputsOf } from './trees/softmax-loss.ts';
import { decodeTrees, encodeTrees } from './trees/tree-encoding.ts';
import { marginsOf } from './trees/margins.ts';
import type { TreeEnsemble } from './trees/tree-ensemble.ts';
import { addTreeContributions } from './trees/tree-shap.ts';
import { treesOptions } from './trees/trees-options.ts';
import type { TreesOptions } from './trees/trees-options.ts';

export interface TreesFitOptions extends FitOptions {
  /** One name a row: early stopping then holds out whole groups. */
  readonly groups?: readonly string[];
}

interface Fitted {
  readonly classes: number;
  readonly columns: number;
  /** The margins before any tree: one a class, or one for two classes. */
  readonly base: Float64Array;
  readonly trees: TreeEnsemble;
}

/** "RSGB" and the version of what follows. */
const MAGIC = 0x52534742;
const VERSION = 1;

/**
 * Gradient-boosted trees for two or more classes: Friedman 2001 with XGBoost's second-order leaves (Chen &
 * Guestrin 2016) on quantile bins. A missing value (NaN) goes to the side that was learnt for it; ±Infinity are
 * values. The same seed and data give the same bytes.
 */
export class GradientBoostedTrees implements Classifier {
  readonly options: TreesOptions;
  #fitted: Fitted | undefined;

  constructor(options: Partial<TreesOptions> = {}) {
    this.options = treesOptions(options);
  }

  /** 0 before `fit`. */
  get classes(): number {
    return this.#fitted?.classes ?? 0;
  }

  get columns(): number {
    return this.#fitted?.columns ?? 0;
  }

  /** The rounds kept: fewer than asked for if learning stopped early. */
  get rounds(): number {
    return this.#fitted === undefined
      ? 0
      : this.#fitted.trees.roots.length / outputsOf(this.#fitted.classes);
  }

  /** Rows of weight 0 are as if they were not there. */
  fit(vectors: Matrix, labels: ArrayLike<number>, options: TreesFitOptions = {}): this {
    const { classes, weights } = checkTraining(vectors, labels, options);
    if (options.groups !== undefined) checkLength('groups', options.groups, vectors.rows);
    const rows = Uint32Array.from(weights.keys()).filter((row) => weights[row]! > 0);
    const { groups } = options;
    const { base, trees } = boost(
      {
        vectors,
        rows,
        labels: rows.map((row) => labels[row]!),
        weights: Float64Array.from(rows, (row) => weights[row]!),
        classes,
        ...(groups && { groups: Array.from(rows, (row) => groups[row]!) }),
      },
      this.options,
    );
    this.#fitted = { classes, columns: vectors.columns, base, trees };
    return this;
  }

  predictProba(vectors: Matrix): Matrix {
    const { classes, columns, base, trees } = this.#model();
    checkMatrix('vectors', vectors, columns);
    const values = new Float64Array(vectors.rows * classes);
    const margins = marginsOf(trees, base, vectors);
    for (let row = 0; row < vectors.rows; row++) {
      marginsToProbabilities(
        margins.subarray(row * base.length, (row + 1) * base.length),
        values.subarray(row * classes, (row + 1) * classes),
      );
    }
    return { rows: vectors.rows, columns: classes, values };
  }

  /**
   * rows × classes margins, whose softmax is the probabilities. Of two classes with log-odds `m` they are `-m/2`
   * and `m/2`.
   */
  margins(vectors: Matrix): Matrix {
    const { classes, columns, base, trees } = this.#model();
    checkMatrix('vectors', vectors, columns);
    const margins = marginsOf(trees, base, vectors);
    if (classes !== 2) return { rows: vectors.rows, columns: classes, values: margins };
    const values = new Float64Array(vectors.rows * 2);
    for (const [row, margin] of margins.entries()) values.set([-margin / 2, margin / 2], 2 * row);
    return { rows: vectors.rows, columns: classes, values };
  }

  /**
   * How much each column moved each class's margin: classes × (columns + 1), the last column the margin expected
   * of an unknown row; a class's row adds to its margin. Exact, path-dependent TreeSHAP.
   */
  contributions(vector: ArrayLike<number>): Matrix {
    const { classes, base } = this.#model();
    const outputs = Array.from(base, (_, output) => this.#outputContributions(vector, output));
    const [only] = outputs;
    if (classes !== 2 || only === undefined) return matrixFromRows(outputs);
    return matrixFromRows([only.map((sum) => -sum / 2), only.map((sum) => sum / 2)]);
  }

  /** The row of `contributions` of one class, at a share of the cost. */
  classContributions(vector: ArrayLike<number>, label: number): Float64Array {
    const { classes } = this.#model();
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw new RangeError(`label: expected an integer from 0 to ${classes - 1}, got ${label}`);
    }
    if (classes !== 2) return this.#outputContributions(vector, label);
    const sign = label === 0 ? -0.5 : 0.5;
    return this.#outputContributions(vector, 0).map((sum) => sign * sum);
  }

  /** One output's trees alone: every `outputs`-th of them. */
  #outputContributions(vector: ArrayLike<number>, output: number): Float64Array {
    const { columns, base, trees } = this.#model();
    if (vector.length !== columns) {
      throw new RangeError(`vector: expected ${columns} values, got ${vector.length}`);
    }
    const sums = new Float64Array(columns + 1);
    for (let tree = output; tree < trees.roots.length; tree += base.length) {
      addTreeContributions(trees, trees.roots[tree]!, vector, sums);
    }
    sums[columns]! += base[output]!;
    return sums;
  }

  encode(): Uint8Array {
    const { classes, columns, base, trees } = this.#model();
    const writer = new ByteWriter(1 << 16);
    writer.u32(MAGIC);
    writer.u8(VERSION);
    writer.text(JSON.stringify(this.options));
    writer.varint(classes);
    writer.varint(columns);
    for (const margin of base) writer.f64le(margin);
    encodeTrees(writer, trees, columns);
    return writer.toBytes();
  }

  /**
   * One model whose margins are the mean of theirs (Breiman's bagging, when they differ in their seeds): its probabilities
   * depend less on chance. They are fitted on the same columns and classes.
   */
  static averageOf(models: readonly GradientBoostedTrees[]): GradientBoostedTrees {
    const [first] = models;
    if (first === undefined) throw new RangeError('models: expected at least one, got none');
    const fitted = models.map((model) => model.#model());
    const { classes, columns } = first.#model();
    for (const other of fitted) {
      if (other.classes !== classes || other.columns !== columns) {
        throw new RangeError(
          `models: expected ${classes} classes and ${columns} columns, got ${other.classes} and ${other.columns}`,
        );
      }
    }
    const average = new GradientBoostedTrees(first.options);
    const base = first
      .#model()
      .base.map((_, i) => fitted.reduce((sum, model) => sum + model.base[i]!, 0) / fitted.length);
    average.#fitted = {
      classes,
      columns,
      base,
      trees: averageTrees(fitted.map(({ trees }) => trees)),
    };
    return average;
  }

  /** The fitted model that `encode` wrote; `RangeError` on any other bytes. */
  static decode(bytes: Uint8Array): GradientBoostedTrees {
    const reader = new ByteReader(bytes);
    if (reader.u32() !== MAGIC) throw corrupt('no such head');
    const version = reader.u8();
    if (version !== VERSION) throw corrupt(`version ${version}`);
    const model = new GradientBoostedTrees(parseOptions(reader.text()));
    const classes = reader.varint();
    const columns = reader.varint();
    if (classes < 1 || outputsOf(classes) > reader.left / 8) {
      throw corrupt('more classes than bytes');
    }
    const base = new Float64Array(outputsOf(classes));
    for (let output = 0; output < base.length; output++) {
      base[output] = reader.f64le();
      if (!Number.isFinite(base[output])) throw corrupt('a margin that is no number');
    }
    const trees = decodeTrees(reader, columns);
    if (reader.truncated || reader.left > 0) throw corrupt('bytes beyond the end');
    if (trees.roots.length % base.length !== 0) throw corrupt('part of a round');
    model.#fitted = { classes, columns, base, trees };
    return model;
  }

  #model(): Fitted {
    if (this.#fitted === undefined) throw new TypeError('trees: expected fit to come first');
    return this.#fitted;
  }
}

function parseOptions(text: string): Partial<TreesOptions> {
  try {
    return { ...treesOptions(JSON.parse(text) as Partial<TreesOptions>) };
  } catch (cause) {
    throw new RangeError('trees: expected bytes that encode wrote, got unreadable options', {
      cause,
    });
  }
}

function corrupt(what: string): RangeError {
  return new RangeError(`trees: expected bytes that encode wrote, got ${what}`);
}
