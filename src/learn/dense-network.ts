import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import type { Matrix } from './matrix.ts';

const activations = ['linear', 'relu', 'tanh', 'sigmoid'] as const; // the index is the wire's number

export type Activation = (typeof activations)[number];

/** One fully connected layer: activation(weights · input + biases). */
export interface DenseLayer {
  readonly inputs: number;
  readonly outputs: number;
  readonly activation: Activation;
  /** outputs × inputs, the weights of one output side by side (TensorFlow's kernel transposed). */
  readonly weights: Float32Array;
  readonly biases: Float32Array;
}

const MAGIC = 0x52534e4e; // 'RSNN'
const VERSION = 1;
/** No network of ours comes near these; a file that claims more is not one of ours. */
const MAX_LAYERS = 64;
const MAX_UNITS = 1 << 16;

/**
 * A trained multi-layer perceptron as plain arrays, run without TensorFlow: one row at a time that is 8–22 × as
 * fast as its WebAssembly `predict`.
 */
export class DenseNetwork {
  readonly layers: readonly DenseLayer[];
  readonly inputs: number;
  readonly outputs: number;
  readonly #buffers: Float64Array[];

  constructor(layers: readonly DenseLayer[]) {
    checkLayers(layers);
    this.layers = [...layers];
    this.inputs = layers[0]!.inputs;
    this.outputs = layers.at(-1)!.outputs;
    this.#buffers = [this.inputs, ...layers.map((layer) => layer.outputs)].map(
      (units) => new Float64Array(units),
    );
  }

  /** The outputs for one row of inputs. */
  forward(row: ArrayLike<number>): Float64Array {
    if (row.length !== this.inputs) {
      throw new RangeError(`row: expected ${this.inputs} values, got ${row.length}`);
    }
    return this.#run(row).slice();
  }

  /** rows × outputs. */
  forwardBatch(vectors: Matrix): Matrix {
    const { rows, columns } = vectors;
    if (columns !== this.inputs) {
      throw new RangeError(`vectors: expected ${this.inputs} columns, got ${columns}`);
    }
    const values = new Float64Array(rows * this.outputs);
    for (let row = 0; row < rows; row++) {
      const input = vectors.values.subarray(row * columns, (row + 1) * columns);
      values.set(this.#run(input), row * this.outputs);
    }
    return { rows, columns: this.outputs, values };
  }

  encode(): Uint8Array {
    const writer = new ByteWriter();
    writer.u32(MAGIC);
    writer.u8(VERSION);
    writer.u8(this.layers.length);
    for (const layer of this.layers) {
      writer.u32le(layer.inputs);
      writer.u32le(layer.outputs);
      writer.u8(activations.indexOf(layer.activation));
      writer.slice(float32Bytes(layer.weights));
      writer.slice(float32Bytes(layer.biases));
    }
    return writer.toBytes();
  }

  /** Throws `RangeError` on anything that `encode` cannot have given; allocates no more than the bytes hold. */
  static decode(bytes: Uint8Array): DenseNetwork {
    const reader = new ByteReader(bytes);
    if (reader.u32() !== MAGIC) throw new RangeError('network: expected an encoded network');
    const version = reader.u8();
    if (version !== VERSION) {
      throw new RangeError(`network: expected version ${VERSION}, got ${version}`);
    }
    const layers: DenseLayer[] = [];
    for (let left = reader.u8(); left > 0; left--) layers.push(decodeLayer(reader));
    if (reader.left > 0)
      throw new RangeError(`network: expected its end, got ${reader.left} more bytes`);
    return new DenseNetwork(layers);
  }

  #run(row: ArrayLike<number>): Float64Array {
    this.#buffers[0]!.set(row);
    for (const [index, layer] of this.layers.entries()) {
      applyLayer(layer, this.#buffers[index]!, this.#buffers[index + 1]!);
    }
    return this.#buffers.at(-1)!;
  }
}

/** Four accumulators, so that one addition need not wait for the one before it. */
function applyLayer(layer: DenseLayer, input: Float64Array, output: Float64Array): void {
  const { inputs, outputs, weights, biases } = layer;
  const fours = inputs - (inputs % 4);
  for (let unit = 0, at = 0; unit < outputs; unit++) {
    let a = biases[unit]!;
    let b = 0;
    let c = 0;
    let d = 0;
    let i = 0;
    for (; i < fours; i += 4, at += 4) {
      a += weights[at]! * input[i]!;
      b += weights[at + 1]! * input[i + 1]!;
      c += weights[at + 2]! * input[i + 2]!;
      d += weights[at + 3]! * input[i + 3]!;
    }
    for (; i < inputs; i++, at++) a += weights[at]! * input[i]!;
    output[unit] = a + b + (c + d);
  }
  activate(layer.activation, output);
}

function activate(activation: Activation, values: Float64Array): void {
  switch (activation) {
    case 'linear':
      return;
    case 'relu':
      for (let i = 0; i < values.length; i++) values[i] = Math.max(0, values[i]!);
      return;
    case 'tanh':
      for (let i = 0; i < values.length; i++) values[i] = Math.tanh(values[i]!);
      return;
    case 'sigmoid':
      for (let i = 0; i < values.length; i++) values[i] = 1 / (1 + Math.exp(-values[i]!));
  }
}

function checkLayers(layers: readonly DenseLayer[]): void {
  if (layers.length < 1 || layers.length > MAX_LAYERS) {
    throw new RangeError(`layers: expected 1 … ${MAX_LAYERS}, got ${layers.length}`);
  }
  for (const [index, layer] of layers.entries()) {
    const { inputs, outputs, weights, biases } = layer;
    const expected = layers[index - 1]?.outputs ?? inputs;
    if (inputs !== expected) {
      throw new RangeError(`layer ${index}: expected ${expected} inputs, got ${inputs}`);
    }
    if (!isUnitCount(inputs) || !isUnitCount(outputs)) {
      throw new RangeError(
        `layer ${index}: expected 1 … ${MAX_UNITS} inputs and outputs, got ${inputs} and ${outputs}`,
      );
    }
    if (weights.length !== inputs * outputs || biases.length !== outputs) {
      throw new RangeError(
        `layer ${index}: expected ${inputs * outputs} weights and ${outputs} biases, got ${weights.length} and ${biases.length}`,
      );
    }
    if (!weights.every(Number.isFinite) || !biases.every(Number.isFinite)) {
      throw new RangeError(`layer ${index}: expected finite weights, got others`);
    }
  }
}

function isUnitCount(units: number): boolean {
  return Number.isInteger(units) && units >= 1 && units <= MAX_UNITS;
}

function decodeLayer(reader: ByteReader): DenseLayer {
  const inputs = reader.u32le();
  const outputs = reader.u32le();
  const activation = activations[reader.u8()];
  const bytes = 4 * (inputs * outputs + outputs);
  if (activation === undefined || bytes > reader.left || reader.truncated) {
    throw new RangeError('network: expected a whole layer, got a damaged or cut one');
  }
  const weights = readFloat32(reader, inputs * outputs);
  return { inputs, outputs, activation, weights, biases: readFloat32(reader, outputs) };
}

/** Little-endian whatever the machine. */
function float32Bytes(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setFloat32(index * 4, value, true);
  return bytes;
}

function readFloat32(reader: ByteReader, count: number): Float32Array {
  const bytes = reader.slice(count * 4);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = view.getFloat32(i * 4, true);
  return values;
}
