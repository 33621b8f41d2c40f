import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { Sequential } from '@tensorflow/tfjs-layers';

import { type DenseLayer, DenseNetwork } from './dense-network.ts';
import type { Matrix } from './matrix.ts';
import { seededRandom, shuffle } from './random.ts';
import type { TensorFlow } from './tensorflow-backend.ts';

export interface ReconstructionTraining {
  /** rows × inputs, no missing values. */
  readonly inputs: Matrix;
  /** How much each of the first `cellWeights.columns` inputs counts when reconstructed: rows × outputs. */
  readonly cellWeights: Matrix;
  readonly hidden: readonly number[];
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly onEpoch: ((epoch: number, loss: number) => void) | undefined;
}

/** The loss is flat when it has not fallen by this share within `PATIENCE` epochs. */
const LEAST_IMPROVEMENT = 0.005;
const PATIENCE = 5;

/**
 * Trains a network to give back its own inputs through a narrow middle (Adam; weighted squared error). Hidden
 * layers are tanh: rectified ones extend straight lines beyond what they saw and so reconstruct outliers too
 * well. All chance comes from `seed`: one back end gives the same network every time.
 */
export function trainReconstruction(
  tensorFlow: TensorFlow,
  training: ReconstructionTraining,
): DenseNetwork {
  const model = buildModel(tensorFlow, training);
  const optimizer = tensorFlow.core.train.adam(training.learningRate);
  try {
    const random = seededRandom(training.seed);
    const order = Uint32Array.from({ length: training.inputs.rows }, (_, row) => row);
    let best = Infinity;
    let flat = 0;
    for (let epoch = 0; epoch < training.epochs && flat < PATIENCE; epoch++) {
      shuffle(random, order);
      const loss = trainEpoch(tensorFlow, model, optimizer, { training, order });
      if (!Number.isFinite(loss)) break; // toNetwork says so
      flat = loss < best * (1 - LEAST_IMPROVEMENT) ? 0 : flat + 1;
      best = Math.min(best, loss);
      training.onEpoch?.(epoch + 1, loss);
    }
    return toNetwork(model, training.learningRate);
  } finally {
    optimizer.dispose();
    model.dispose();
  }
}

function buildModel({ layers }: TensorFlow, training: ReconstructionTraining): Sequential {
  const model = layers.sequential();
  const sizes = [...training.hidden, training.cellWeights.columns];
  for (const [index, units] of sizes.entries()) {
    model.add(
      layers.layers.dense({
        units,
        activation: index < training.hidden.length ? 'tanh' : 'linear',
        kernelInitializer: layers.initializers.glorotUniform({
          seed: (training.seed + index * 0x9e3779b1) >>> 0,
        }),
        ...(index === 0 ? { inputShape: [training.inputs.columns] } : {}),
      }),
    );
  }
  return model;
}

interface Epoch {
  readonly training: ReconstructionTraining;
  readonly order: Uint32Array;
}

/** Our own loop, not the model's `fit`: that shuffles by `Math.random` and takes no weight a cell. */
function trainEpoch(
  { core }: TensorFlow,
  model: Sequential,
  optimizer: ReturnType<TensorFlow['core']['train']['adam']>,
  { training, order }: Epoch,
): number {
  const variables = model.trainableWeights
    .map((weight) => weight.read())
    .filter((tensor) => tensor instanceof core.Variable);
  let total = 0;
  for (let start = 0; start < order.length; start += training.batchSize) {
    const rows = order.subarray(start, start + training.batchSize);
    const loss = core.tidy(() => {
      const inputs = gather(core, training.inputs, rows);
      const cellWeights = gather(core, training.cellWeights, rows);
      const targets = core.slice(inputs, [0, 0], cellWeights.shape);
      return optimizer
        .minimize(
          () => {
            const squares = core.squaredDifference(model.apply(inputs) as Tensor2D, targets);
            return core.div(core.sum(core.mul(squares, cellWeights)), rows.length);
          },
          true,
          variables,
        )!
        .dataSync()[0]!;
    });
    total += loss * rows.length;
  }
  return total / order.length;
}

function gather(core: TensorFlow['core'], matrix: Matrix, rows: Uint32Array): Tensor2D {
  const { columns, values } = matrix;
  const gathered = new Float32Array(rows.length * columns);
  for (const [index, row] of rows.entries()) {
    gathered.set(values.subarray(row * columns, (row + 1) * columns), index * columns);
  }
  return core.tensor2d(gathered, [rows.length, columns]);
}

function toNetwork(model: Sequential, learningRate: number): DenseNetwork {
  const layers = model.layers.map((layer, index): DenseLayer => {
    const [kernel, bias] = layer.getWeights();
    const [inputs, outputs] = kernel!.shape as [number, number];
    return {
      inputs,
      outputs,
      activation: index < model.layers.length - 1 ? 'tanh' : 'linear',
      weights: transpose(kernel!.dataSync() as Float32Array, inputs, outputs),
      biases: Float32Array.from(bias!.dataSync()),
    };
  });
  if (!layers.every((layer) => layer.weights.every(Number.isFinite))) {
    throw new RangeError(`learningRate: expected one that converges, got ${learningRate}`);
  }
  return new DenseNetwork(layers);
}

function transpose(kernel: Float32Array, inputs: number, outputs: number): Float32Array {
  const weights = new Float32Array(kernel.length);
  for (let input = 0; input < inputs; input++) {
    for (let output = 0; output < outputs; output++) {
      weights[output * inputs + input] = kernel[input * outputs + output]!;
    }
  }
  return weights;
}
