import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import { Autoencoder } from '../../src/learn/autoencoder.ts';
import { matrixFromRows, matrixRow, selectRows, type Matrix } from '../../src/learn/matrix.ts';
import { seededRandom } from '../../src/learn/random.ts';
import { loadTensorFlow } from '../../src/learn/tensorflow-backend.ts';

const COLUMNS = 12;

/** Rows on a curved two-dimensional sheet in twelve dimensions, every eighth value missing. */
function sheet(rows: number, seed: number, missing = 0.125): Matrix {
  const random = seededRandom(seed);
  return matrixFromRows(
    Array.from({ length: rows }, () => {
      const [a, b] = [random() * 2 - 1, random() * 2 - 1];
      return Array.from({ length: COLUMNS }, (_, column) => {
        const value = Math.cos(column) * a + Math.sin(column) * b + 0.2 * a * b + 10 * column;
        return random() < missing ? NaN : value;
      });
    }),
  );
}

/** The same range column by column, but off the sheet: columns drawn independently. */
function scattered(rows: number, seed: number): Matrix {
  const source = sheet(rows, seed, 0);
  const random = seededRandom(seed + 1);
  const values = source.values.map(
    (_, at) => source.values[Math.floor(random() * rows) * COLUMNS + (at % COLUMNS)]!,
  );
  return { ...source, values };
}

const options = { seed: 7, epochs: 25, hidden: [16, 4, 16], batchSize: 32 };
const training = sheet(600, 1);

describe('Autoencoder', () => {
  let autoencoder: Autoencoder;
  beforeAll(async () => {
    autoencoder = await new Autoencoder().fit(training, options);
  });

  it('finds rows that break the pattern though each of their values is ordinary', () => {
    const threshold = autoencoder.threshold(0.99);
    const share = (vectors: Matrix) =>
      autoencoder.errors(vectors).filter((error) => error > threshold).length / vectors.rows;
    expect(share(sheet(300, 2))).toBeLessThan(0.05);
    expect(share(scattered(300, 3))).toBeGreaterThan(0.9);
  });

  it('gives thresholds that the stated share of its training rows stayed below', () => {
    const errors = autoencoder.errors(training).sort();
    expect(autoencoder.threshold(0)).toBe(errors[0]);
    expect(autoencoder.threshold(1)).toBe(errors.at(-1));
    for (const quantile of [0.1, 0.5, 0.9, 0.995]) {
      const below = errors.filter((error) => error <= autoencoder.threshold(quantile)).length;
      expect(Math.abs(below / errors.length - quantile)).toBeLessThan(0.004);
    }
  });

  it('scores as the network of the same weights predicts in TensorFlow', async () => {
    const { core, layers } = await loadTensorFlow();
    const { network, scaler } = autoencoder;
    const scaled = scaler.transform(scattered(50, 5));
    const model = layers.sequential();
    for (const [index, { inputs, outputs, activation }] of network.layers.entries()) {
      const shape = index === 0 ? { inputShape: [inputs] } : {};
      model.add(layers.layers.dense({ units: outputs, activation, ...shape }));
    }
    for (const [index, layer] of network.layers.entries()) {
      const { weights, biases, inputs, outputs } = layer;
      const kernel = core.transpose(core.tensor2d(weights, [outputs, inputs]));
      model.layers[index]!.setWeights([kernel, core.tensor1d(biases)]);
    }
    const input = core.tensor2d(Float32Array.from(scaled.values), [scaled.rows, scaled.columns]);
    const predicted = (model.predict(input) as typeof input).dataSync();
    const ours = network.forwardBatch(scaled).values;
    expect(ours.length).toBe(50 * COLUMNS);
    for (const [at, value] of ours.entries()) {
      expect(Math.abs(value - predicted[at]!)).toBeLessThan(1e-4);
    }
  });

  it('is the same to the bit for the same seed, and another for another', async () => {
    const few = selectRows(
      training,
      Uint32Array.from({ length: 100 }, (_, i) => i),
    );
    const fit = async (seed: number) =>
      (await new Autoencoder().fit(few, { ...options, seed, epochs: 3 })).encode();
    const first = await fit(1);
    expect(await fit(1)).toEqual(first);
    expect(await fit(2)).not.toEqual(first);
  });

  it('comes out the same on plain JavaScript to rounding', async () => {
    const few = selectRows(
      training,
      Uint32Array.from({ length: 64 }, (_, i) => i),
    );
    const fit = async (backend: 'wasm' | 'cpu') =>
      (await new Autoencoder().fit(few, { ...options, epochs: 2, backend })).errors(few);
    const [wasm, cpu] = [await fit('wasm'), await fit('cpu')];
    for (const [row, error] of wasm.entries()) expect(cpu[row]).toBeCloseTo(error, 4);
  });

  it('leaves its arguments and no tensors behind', async () => {
    const { core } = await loadTensorFlow();
    const few = sheet(40, 9);
    const copy = few.values.slice();
    await new Autoencoder().fit(few, { ...options, epochs: 1 });
    const tensors = core.memory().numTensors;
    await new Autoencoder().fit(few, { ...options, epochs: 2 });
    expect(core.memory().numTensors).toBe(tensors);
    expect(few.values).toEqual(copy);
  });

  it('stops when the loss is flat and tells of every epoch', async () => {
    const losses: number[] = [];
    const constant = matrixFromRows(Array.from({ length: 20 }, () => [1, 2, 3]));
    await new Autoencoder().fit(constant, {
      ...{ seed: 1, epochs: 500 },
      onEpoch: (epoch, loss) => {
        expect(epoch).toBe(losses.length + 1);
        losses.push(loss);
      },
    });
    expect(losses.length).toBeLessThan(500);
  });

  it('learns the rows by their weights', async () => {
    const both = matrixFromRows([...rowsOf(sheet(200, 1)), ...rowsOf(scattered(200, 4))]);
    const weigh = async (sheetWeight: number, scatteredWeight: number) => {
      const weights = Array.from({ length: 400 }, (_, row) =>
        row < 200 ? sheetWeight : scatteredWeight,
      );
      const fitted = await new Autoencoder().fit(both, { ...options, epochs: 15, weights });
      const errors = fitted.errors(both);
      return mean(errors.subarray(200)) / mean(errors.subarray(0, 200));
    };
    expect(await weigh(1, 0)).toBeGreaterThan(1.5 * (await weigh(1, 1)));
  });

  it('names the column that is odd, and passes over those that are missing or were never seen', async () => {
    const row = [...matrixRow(sheet(1, 11, 0), 0)];
    row[4] = 40 + 30;
    row[9] = NaN;
    const errors = autoencoder.columnErrors(row);
    expect(errors.indexOf(Math.max(...errors.map((error) => (error > 0 ? error : 0))))).toBe(4);
    expect(errors[9]).toBeNaN();
    expect(autoencoder.errors(matrixFromRows([row]))[0]).toBeCloseTo(
      mean(errors.filter((error) => !Number.isNaN(error))),
      12,
    );

    const blind = await new Autoencoder().fit(
      matrixFromRows([
        [1, NaN],
        [2, NaN],
        [3, NaN],
      ]),
      { ...options, epochs: 2 },
    );
    expect(blind.columnErrors([2, 1e6])[1]).toBeNaN();
    expect([
      ...blind.errors(
        matrixFromRows([
          [NaN, 5],
          [NaN, NaN],
        ]),
      ),
    ]).toEqual([NaN, NaN]);
  });

  it('fits one row, and rows with nothing in them', async () => {
    const one = await new Autoencoder().fit(matrixFromRows([[1, 2]]), { seed: 1, epochs: 2 });
    expect(one.errors(matrixFromRows([[1, 2]]))[0]).toBe(one.threshold(0.5));
    const nothing = await new Autoencoder().fit(matrixFromRows([[NaN], [NaN]]), {
      ...{ seed: 1, epochs: 2 },
    });
    expect(nothing.threshold(0.5)).toBeNaN();
    expect(Autoencoder.decode(nothing.encode()).threshold(0.5)).toBeNaN();
  });

  it('is the same after encoding and decoding, scaler and thresholds included', () => {
    const bytes = autoencoder.encode();
    const decoded = Autoencoder.decode(bytes);
    expect(decoded.encode()).toEqual(bytes);
    expect(decoded.columns).toBe(COLUMNS);
    expect(decoded.errors(training)).toEqual(autoencoder.errors(training));
    expect(decoded.threshold(0.973)).toBe(autoencoder.threshold(0.973));
  });

  it('refuses any other bytes with a RangeError', () => {
    const bytes = autoencoder.encode();
    for (let length = 0; length < bytes.length; length += 7) {
      expect(() => Autoencoder.decode(bytes.subarray(0, length))).toThrow(RangeError);
    }
    expect(() => Autoencoder.decode(Uint8Array.of(...bytes, 0))).toThrow('a longer one');
    expect(() => Autoencoder.decode(bytes.with(4, 9))).toThrow('expected version 1, got 9');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (changes) => {
          const changed = bytes.slice();
          for (const [offset, value] of changes) changed[offset] = value;
          try {
            expect(Autoencoder.decode(changed).errors(training).length).toBe(training.rows);
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('refuses wrong calls', async () => {
    const fit = (vectors: Matrix, changes: object = {}) =>
      new Autoencoder().fit(vectors, { seed: 1, epochs: 1, ...changes });
    const two = matrixFromRows([[1], [2]]);
    await expect(fit({ rows: 0, columns: 3, values: new Float64Array(0) })).rejects.toThrow(
      'vectors: expected rows and columns, got 0 × 3',
    );
    await expect(fit(two, { weights: [1] })).rejects.toThrow(RangeError);
    await expect(fit(two, { weights: [0, 0] })).rejects.toThrow(RangeError);
    await expect(fit(two, { hidden: [] })).rejects.toThrow(RangeError);
    await expect(fit(two, { hidden: [2.5] })).rejects.toThrow(RangeError);
    await expect(fit(two, { epochs: 0 })).rejects.toThrow(RangeError);
    await expect(fit(two, { learningRate: -1 })).rejects.toThrow(RangeError);
    await expect(fit(two, { seed: 0.5 })).rejects.toThrow('seed: expected an integer');
    await expect(fit(matrixFromRows([[Infinity]]))).rejects.toThrow('expected finite values');
    expect(() => autoencoder.errors(two)).toThrow('expected 12 columns, got 1');
    expect(() => autoencoder.threshold(1.5)).toThrow(RangeError);
    expect(() => new Autoencoder().errors(two)).toThrow('expected a fitted one');
  });
});

function rowsOf(matrix: Matrix): Float64Array[] {
  return Array.from({ length: matrix.rows }, (_, row) => matrixRow(matrix, row));
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
