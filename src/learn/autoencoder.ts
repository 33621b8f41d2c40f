import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { checkMatrix, checkNumber, checkWeights } from './check-arguments.ts';
import { DenseNetwork } from './dense-network.ts';
import type { Matrix } from './matrix.ts';
import { RobustScaler } from './scaler.ts';
import { loadTensorFlow, type TensorFlowBackend } from './tensorflow-backend.ts';
import { trainReconstruction } from './train-reconstruction.ts';
import { weightedQuantiles } from './weighted-quantile.ts';

export interface AutoencoderOptions {
  readonly seed: number;
  /** One weight a row. */
  readonly weights?: ArrayLike<number>;
  /** Units of the hidden layers; the narrowest is what a row is squeezed through. */
  readonly hidden?: readonly number[];
  /** At most this many passes over the rows; it stops earlier when the loss is flat. */
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  /** The best back end there is unless named. */
  readonly backend?: TensorFlowBackend;
  readonly onEpoch?: (epoch: number, loss: number) => void;
}

const MAGIC = 0x52534145; // 'RSAE'
const VERSION = 1;
/** The training errors are kept as their quantiles 0, 0.001, … 1. */
const QUANTILES = Float64Array.from({ length: 1001 }, (_, index) => index / 1000);

/**
 * Says how unlike the rows it was fitted on a row is: it learns to squeeze rows through a few units and to
 * restore them, and fails at what it has not seen. Raw rows go in (`NaN` = missing); it scales them itself.
 * TensorFlow is needed to fit, not to score.
 */
export class Autoencoder {
  #fitted: Fitted | undefined;

  get columns(): number {
    return this.#state().scaler.columns;
  }

  /** The trained network: scaled columns and missing indicators in, scaled columns out. */
  get network(): DenseNetwork {
    return this.#state().network;
  }

  get scaler(): RobustScaler {
    return this.#state().scaler;
  }

  async fit(vectors: Matrix, options: AutoencoderOptions): Promise<this> {
    const { hidden = [32, 8, 32], epochs = 60, batchSize = 64, learningRate = 2e-3 } = options;
    checkMatrix('vectors', vectors);
    if (vectors.rows === 0 || vectors.columns === 0) {
      throw new RangeError(
        `vectors: expected rows and columns, got ${vectors.rows} × ${vectors.columns}`,
      );
    }
    const weights = checkWeights(options.weights, vectors.rows);
    if (!weights.some((weight) => weight > 0)) {
      throw new RangeError('weights: expected at least one above 0, got none');
    }
    checkNumber('epochs', epochs, { min: 1, integer: true });
    checkNumber('batchSize', batchSize, { min: 1, integer: true });
    checkNumber('learningRate', learningRate, { min: 0, above: true });
    checkNumber('hidden.length', hidden.length, { min: 1, max: 16, integer: true });
    for (const units of hidden) checkNumber('hidden', units, { min: 1, max: 4096, integer: true });

    const scaler = new RobustScaler({ missingIndicators: true }).fit(vectors, weights);
    const inputs = scaler.transform(vectors);
    const cellWeights = weighCells(vectors, scaler, weights);
    const tensorFlow = await loadTensorFlow(options.backend);
    const { seed, onEpoch } = options;
    const settings = { hidden, epochs, batchSize, learningRate, seed, onEpoch };
    const network = trainReconstruction(tensorFlow, { inputs, cellWeights, ...settings });
    const errors = reconstructionErrors(vectors, scaler, network);
    const quantiles = weightedQuantiles(errors, weights, QUANTILES);
    for (let i = 1; i < quantiles.length; i++) {
      quantiles[i] = Math.max(quantiles[i]!, quantiles[i - 1]!); // between near-equal errors, rounding can fall
    }
    this.#fitted = { scaler, network, errors: quantiles };
    return this;
  }

  /**
   * The mean squared reconstruction error of each row over the columns it holds, in scaled units; `NaN` for a row
   * with nothing in it. Values are cut at ±5 scales, so one absurd feature adds no more than a very odd one.
   */
  errors(vectors: Matrix): Float64Array {
    const { scaler, network } = this.#state();
    checkMatrix('vectors', vectors, scaler.columns);
    return reconstructionErrors(vectors, scaler, network);
  }

  /** The squared error of every column of one row: which features make it unlike the others. `NaN` if missing. */
  columnErrors(row: ArrayLike<number>): Float64Array {
    const { scaler, network } = this.#state();
    return squaredErrors(row, scaler, network);
  }

  /**
   * The error that this share of the fitted rows stayed below, by weight. Rows it was not fitted on have somewhat
   * larger errors: take a high quantile, or calibrate on rows held back.
   */
  threshold(quantile: number): number {
    checkNumber('quantile', quantile, { min: 0, max: 1 });
    const { errors } = this.#state();
    const position = quantile * (errors.length - 1);
    const below = Math.floor(position);
    const share = position - below;
    const low = errors[below]!;
    return share === 0 ? low : low * (1 - share) + errors[below + 1]! * share;
  }

  encode(): Uint8Array {
    const { scaler, network, errors } = this.#state();
    const writer = new ByteWriter();
    writer.u32(MAGIC);
    writer.u8(VERSION);
    writer.text(JSON.stringify(scaler));
    const encoded = network.encode();
    writer.varint(encoded.length);
    writer.slice(encoded);
    for (const error of errors) writer.f64le(error);
    return writer.toBytes();
  }

  /** Throws `RangeError` on anything that `encode` cannot have given; allocates no more than the bytes hold. */
  static decode(bytes: Uint8Array): Autoencoder {
    const reader = new ByteReader(bytes);
    if (reader.u32() !== MAGIC) throw new RangeError('autoencoder: expected an encoded one');
    const version = reader.u8();
    if (version !== VERSION) {
      throw new RangeError(`autoencoder: expected version ${VERSION}, got ${version}`);
    }
    const scaler = RobustScaler.fromJSON(parseJson(reader.text()));
    const network = DenseNetwork.decode(reader.slice(reader.varint()));
    const errors = QUANTILES.map(() => reader.f64le());
    if (reader.truncated || reader.left > 0) {
      throw new RangeError('autoencoder: expected a whole one, got a cut or a longer one');
    }
    if (network.inputs !== scaler.outputColumns || network.outputs !== scaler.columns) {
      throw new RangeError('autoencoder: expected a network as wide as its scaler, got another');
    }
    if (!isAscending(errors)) throw new RangeError('autoencoder: expected ascending errors');
    const autoencoder = new Autoencoder();
    autoencoder.#fitted = { scaler, network, errors };
    return autoencoder;
  }

  #state(): Fitted {
    if (this.#fitted === undefined) throw new TypeError('autoencoder: expected a fitted one');
    return this.#fitted;
  }
}

interface Fitted {
  readonly scaler: RobustScaler;
  readonly network: DenseNetwork;
  /** The training errors at `QUANTILES`. */
  readonly errors: Float64Array;
}

/**
 * Every row counts by its weight however many of its columns are missing; the weights have mean 1. So the loss is
 * the weighted mean of `errors`.
 */
function weighCells(vectors: Matrix, scaler: RobustScaler, weights: Float64Array): Matrix {
  const { rows, columns } = vectors;
  const meanWeight = weights.reduce((sum, weight) => sum + weight / rows, 0);
  const values = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    const raw = vectors.values.subarray(start, start + columns);
    const held = raw.reduce(
      (sum, value, column) => sum + (counts(value, scaler, column) ? 1 : 0),
      0,
    );
    for (let column = 0; column < columns; column++) {
      if (counts(raw[column]!, scaler, column)) {
        values[start + column] = weights[row]! / meanWeight / held;
      }
    }
  }
  return { rows, columns, values };
}

/** A column that no fitted row held says nothing about a later one that does. */
function counts(value: number, scaler: RobustScaler, column: number): boolean {
  return !Number.isNaN(value) && scaler.wasSeen(column);
}

function reconstructionErrors(
  vectors: Matrix,
  scaler: RobustScaler,
  network: DenseNetwork,
): Float64Array {
  const errors = new Float64Array(vectors.rows);
  for (let row = 0; row < vectors.rows; row++) {
    const start = row * vectors.columns;
    const raw = vectors.values.subarray(start, start + vectors.columns);
    let sum = 0;
    let held = 0;
    for (const error of squaredErrors(raw, scaler, network)) {
      if (Number.isNaN(error)) continue;
      sum += error;
      held++;
    }
    errors[row] = sum / held; // 0 / 0 is NaN
  }
  return errors;
}

function squaredErrors(
  row: ArrayLike<number>,
  scaler: RobustScaler,
  network: DenseNetwork,
): Float64Array {
  const scaled = scaler.transformRow(row);
  return network
    .forward(scaled)
    .map((restored, column) =>
      counts(row[column]!, scaler, column) ? (restored - scaled[column]!) ** 2 : Number.NaN,
    );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RangeError('autoencoder: expected a scaler as JSON', { cause });
  }
}

function isAscending(values: Float64Array): boolean {
  if (values.every(Number.isNaN)) return true; // no training row held anything
  return values.every((value, index) => value >= (values[index - 1] ?? 0) && value < Infinity);
}
