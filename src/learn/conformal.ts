import { checkLabels, checkMatrix, checkNumber, checkWeights } from './check-arguments.ts';
import type { Matrix } from './matrix.ts';

export interface ConformalOptions {
  /** The share of rows of each class whose set shall hold that class. Default 0.9. */
  readonly coverage?: number;
  readonly weights?: ArrayLike<number>;
}

/**
 * Prediction sets with stated coverage for each class: split conformal prediction, class by class (Vovk 2012,
 * Mondrian), on `1 − probability`. Of new rows like those it was fitted on (which the classifier must not have
 * learnt from), each class's set holds the truth in `coverage` of the cases or more.
 *
 * A class with too few rows to say so (fewer than `coverage / (1 − coverage)`: 9 for 0.9) is in every set. A set
 * may be empty: the row is unlike every class.
 */
export class ConformalClassifier {
  #coverage: number;
  #thresholds: Float64Array;

  /** Thresholds on `1 − probability`, one a class; `Infinity` is a class that is in every set. */
  constructor(coverage = 0.9, thresholds: ArrayLike<number> = []) {
    checkCoverage(coverage);
    this.#coverage = coverage;
    this.#thresholds = Float64Array.from(thresholds);
    if (this.#thresholds.some((threshold) => Number.isNaN(threshold))) {
      throw new RangeError('thresholds: expected numbers, got NaN');
    }
  }

  get coverage(): number {
    return this.#coverage;
  }

  get thresholds(): readonly number[] {
    return [...this.#thresholds];
  }

  /** The classes with too few rows, which are in every set. */
  get alwaysIncluded(): number[] {
    return [...this.#thresholds.keys()].filter((label) => this.#thresholds[label] === Infinity);
  }

  fit(probabilities: Matrix, labels: ArrayLike<number>, options: ConformalOptions = {}): this {
    const coverage = options.coverage ?? 0.9;
    checkCoverage(coverage);
    checkMatrix('probabilities', probabilities);
    const { rows, columns, values } = probabilities;
    checkLabels(labels, rows, columns);
    const weights = checkWeights(options.weights, rows);
    const scored = Array.from({ length: columns }, (): Scored[] => []);
    for (let row = 0; row < rows; row++) {
      const label = labels[row]!;
      if (weights[row]! > 0) {
        scored[label]!.push({ score: 1 - values[row * columns + label]!, weight: weights[row]! });
      }
    }
    this.#coverage = coverage;
    this.#thresholds = Float64Array.from(scored, (own) => conformalQuantile(own, coverage));
    return this;
  }

  /** The classes a row of probabilities may belong to, ascending. */
  predictionSet(row: ArrayLike<number>): number[] {
    const thresholds = this.#thresholds;
    if (row.length !== thresholds.length) {
      throw new RangeError(`row: expected ${thresholds.length} probabilities, got ${row.length}`);
    }
    return [...thresholds.keys()].filter((label) => 1 - row[label]! <= thresholds[label]!);
  }

  /** JSON has no Infinity: it is written as null. */
  toJSON(): { coverage: number; thresholds: (number | null)[] } {
    const thresholds = Array.from(this.#thresholds, (threshold) =>
      threshold === Infinity ? null : threshold,
    );
    return { coverage: this.#coverage, thresholds };
  }

  static fromJSON(json: unknown): ConformalClassifier {
    const { coverage, thresholds } = (json ?? {}) as Record<string, unknown>;
    if (typeof coverage !== 'number' || !Array.isArray(thresholds)) {
      throw new RangeError('conformal: expected { coverage, thresholds }, got something else');
    }
    const numbers = thresholds.map((threshold: unknown) => {
      if (threshold !== null && typeof threshold !== 'number') {
        throw new RangeError(`thresholds: expected numbers or null, got ${typeof threshold}`);
      }
      return threshold ?? Infinity;
    });
    return new ConformalClassifier(coverage, numbers);
  }
}

interface Scored {
  readonly score: number;
  readonly weight: number;
}

/**
 * The ⌈(n + 1) · coverage⌉-th smallest score; `Infinity` where there are not so many. The new row, which stands at
 * +∞, weighs as much as the heaviest.
 */
function conformalQuantile(scored: Scored[], coverage: number): number {
  scored.sort((a, b) => a.score - b.score);
  const heaviest = scored.reduce((most, { weight }) => Math.max(most, weight), 0);
  const total = scored.reduce((sum, { weight }) => sum + weight, heaviest);
  // The tolerance is for (n + 1) · coverage that is an integer but for rounding.
  const needed = coverage * total * (1 - 1e-12);
  let reached = 0;
  for (const { score, weight } of scored) {
    reached += weight;
    if (reached >= needed) return score;
  }
  return Infinity;
}

function checkCoverage(coverage: number): void {
  checkNumber('coverage', coverage, { min: 0, max: 1, above: true });
}
