import { checkMatrix, checkWeights } from './check-arguments.ts';
import type { Matrix } from './matrix.ts';
import { weightedQuantiles } from './weighted-quantile.ts';

/** Scaled values are cut here: one wild feature must not drown the others in a distance or a loss. */
export const SCALED_LIMIT = 5;

export interface RobustScalerOptions {
  /** Append a 0/1 column for every column that was missing in some but not all of the fitted rows. */
  readonly missingIndicators?: boolean;
}

/** What `RobustScaler.toJSON` gives: one entry a column in each list. */
export interface RobustScalerState {
  readonly version: 1;
  readonly medians: readonly number[];
  /** 0 for a column that was never seen: it scales to 0, whatever comes later. */
  readonly scales: readonly number[];
  /** Columns that have a missing indicator, ascending. */
  readonly indicators: readonly number[];
}

/**
 * Centres each column on its median and divides by half the distance between its 5 % and 95 % quantiles: most
 * values of most columns come to lie in [-1, 1], and outliers move neither figure. A column that hardly ever
 * varies (that distance is 0) is divided by its standard deviation around the median instead, a constant one by 1.
 */
export class RobustScaler {
  readonly missingIndicators: boolean;
  #medians = new Float64Array(0);
  #scales = new Float64Array(0);
  #indicators: number[] = [];

  constructor(options: RobustScalerOptions = {}) {
    this.missingIndicators = options.missingIndicators ?? false;
  }

  /** The number of columns it was fitted on. */
  get columns(): number {
    return this.#medians.length;
  }

  /** The number of columns that `transform` gives: the fitted ones, then the indicators. */
  get outputColumns(): number {
    return this.#medians.length + this.#indicators.length;
  }

  /** True if the column held at least one value (of weight above 0) when fitted. */
  wasSeen(column: number): boolean {
    return this.#scales[column]! > 0;
  }

  fit(vectors: Matrix, weights?: ArrayLike<number>): this {
    checkMatrix('vectors', vectors);
    if (weights !== undefined) checkWeights(weights, vectors.rows);
    const medians = new Float64Array(vectors.columns);
    const scales = new Float64Array(vectors.columns);
    const indicators: number[] = [];
    const values = new Float64Array(vectors.rows);
    for (let column = 0; column < vectors.columns; column++) {
      let missing = 0;
      for (let row = 0; row < vectors.rows; row++) {
        const value = vectors.values[row * vectors.columns + column]!;
        if (value === Infinity || value === -Infinity) {
          throw new RangeError(
            `vectors: expected finite values or NaN, got ${value} in row ${row}, column ${column}`,
          );
        }
        if (Number.isNaN(value)) missing++;
        values[row] = value;
      }
      const [median, scale] = centreAndScale(values, weights);
      medians[column] = median + 0; // -0 becomes 0, as JSON would make it
      scales[column] = scale;
      if (this.missingIndicators && missing > 0 && scale > 0) indicators.push(column);
    }
    this.#medians = medians;
    this.#scales = scales;
    this.#indicators = indicators;
    return this;
  }

  transform(vectors: Matrix): Matrix {
    checkMatrix('vectors', vectors, this.columns);
    const columns = this.outputColumns;
    const values = new Float64Array(vectors.rows * columns);
    for (let row = 0; row < vectors.rows; row++) {
      const start = row * vectors.columns;
      this.#scaleInto(
        vectors.values.subarray(start, start + vectors.columns),
        values.subarray(row * columns, (row + 1) * columns),
      );
    }
    return { rows: vectors.rows, columns, values };
  }

  transformRow(row: ArrayLike<number>): Float64Array {
    if (row.length !== this.columns) {
      throw new RangeError(`row: expected ${this.columns} values, got ${row.length}`);
    }
    const scaled = new Float64Array(this.outputColumns);
    this.#scaleInto(row, scaled);
    return scaled;
  }

  toJSON(): RobustScalerState {
    return {
      version: 1,
      medians: [...this.#medians],
      scales: [...this.#scales],
      indicators: [...this.#indicators],
    };
  }

  /** Throws `RangeError` on anything that `toJSON` cannot have given. */
  static fromJSON(state: unknown): RobustScaler {
    if (!isState(state)) throw new RangeError('scaler: expected what toJSON gave, version 1');
    const scaler = new RobustScaler({ missingIndicators: state.indicators.length > 0 });
    scaler.#medians = Float64Array.from(state.medians);
    scaler.#scales = Float64Array.from(state.scales);
    scaler.#indicators = [...state.indicators];
    return scaler;
  }

  #scaleInto(row: ArrayLike<number>, out: Float64Array): void {
    const columns = this.#medians.length;
    for (let column = 0; column < columns; column++) {
      const value = row[column]!;
      const scale = this.#scales[column]!;
      if (Number.isNaN(value) || scale === 0) continue; // out is 0 there
      const scaled = (value - this.#medians[column]!) / scale;
      out[column] = Math.min(SCALED_LIMIT, Math.max(-SCALED_LIMIT, scaled));
    }
    for (const [index, column] of this.#indicators.entries()) {
      out[columns + index] = Number.isNaN(row[column]!) ? 1 : 0;
    }
  }
}

function centreAndScale(
  values: Float64Array,
  weights: ArrayLike<number> | undefined,
): [number, number] {
  const [low, median, high] = weightedQuantiles(values, weights, [0.05, 0.5, 0.95]);
  if (Number.isNaN(median!)) return [0, 0];
  const noise = 1e-9 * Math.abs(median!); // less than this is rounding, and must not be blown up to ±5
  const halfRange = high! / 2 - low! / 2;
  if (halfRange > noise) return [median!, halfRange];
  const deviation = deviationAround(median!, values, weights);
  return [median!, deviation > noise && Number.isFinite(deviation) ? deviation : 1];
}

function deviationAround(
  centre: number,
  values: Float64Array,
  weights: ArrayLike<number> | undefined,
): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i]!)) continue;
    const weight = weights?.[i] ?? 1;
    sum += weight * (values[i]! - centre) ** 2;
    total += weight;
  }
  return Math.sqrt(sum / total);
}

function isState(state: unknown): state is RobustScalerState {
  if (typeof state !== 'object' || state === null) return false;
  const { version, medians, scales, indicators } = state as Record<string, unknown>;
  if (version !== 1 || !Array.isArray(medians) || !Array.isArray(scales)) return false;
  if (medians.length !== scales.length || !Array.isArray(indicators)) return false;
  return (
    medians.every((value) => Number.isFinite(value)) &&
    scales.every((value) => Number.isFinite(value) && Number(value) >= 0) &&
    indicators.every(
      (column, index) =>
        Number.isInteger(column) &&
        Number(column) < medians.length &&
        Number(column) > (index === 0 ? -1 : Number(indicators[index - 1])),
    )
  );
}
