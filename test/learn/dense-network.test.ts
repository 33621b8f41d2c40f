import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { type Activation, DenseNetwork, type DenseLayer } from '../../src/learn/dense-network.ts';
import { matrixFromRows } from '../../src/learn/matrix.ts';
import { seededRandom } from '../../src/learn/random.ts';

const layer = (
  inputs: number,
  outputs: number,
  activation: Activation,
  weights: number[],
  biases: number[],
): DenseLayer => ({
  inputs,
  outputs,
  activation,
  weights: Float32Array.from(weights),
  biases: Float32Array.from(biases),
});

function randomNetwork(units: number[], activation: Activation, seed = 1): DenseNetwork {
  const random = seededRandom(seed);
  const draw = (count: number) => Array.from({ length: count }, () => random() * 2 - 1);
  return new DenseNetwork(
    units
      .slice(1)
      .map((outputs, index) =>
        layer(units[index]!, outputs, activation, draw(units[index]! * outputs), draw(outputs)),
      ),
  );
}

describe('DenseNetwork', () => {
  it('computes exclusive or with the two-layer network of the textbooks', () => {
    const xor = new DenseNetwork([
      layer(2, 2, 'relu', [1, 1, 1, 1], [0, -1]),
      layer(2, 1, 'linear', [1, -2], [0]),
    ]);
    const inputs = matrixFromRows([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    expect([...xor.forwardBatch(inputs).values]).toEqual([0, 1, 1, 0]);
  });

  it.each([
    ['linear', -2],
    ['relu', 0],
    ['tanh', Math.tanh(-2)],
    ['sigmoid', 1 / (1 + Math.E ** 2)],
  ] as const)('applies %s', (activation, expected) => {
    const network = new DenseNetwork([layer(1, 1, activation, [1], [0])]);
    expect(network.forward([-2])[0]).toBeCloseTo(expected, 12);
  });

  it.each([1, 2, 3, 4, 5, 7, 8, 13])(
    'adds up a row of %i inputs as a plain loop does',
    (inputs) => {
      const network = randomNetwork([inputs, 3], 'linear', inputs);
      const row = Array.from({ length: inputs }, (_, i) => i - 2.5);
      const { weights, biases } = network.layers[0]!;
      const expected = Array.from(biases, (bias, unit) =>
        row.reduce((sum, value, i) => sum + value * weights[unit * inputs + i]!, bias),
      );
      for (const [unit, value] of network.forward(row).entries()) {
        expect(value).toBeCloseTo(expected[unit]!, 10);
      }
    },
  );

  it('keeps the answer of an earlier call when called again', () => {
    const network = randomNetwork([2, 2], 'tanh');
    const first = network.forward([1, 2]);
    const copy = [...first];
    network.forward([-3, 4]);
    expect([...first]).toEqual(copy);
  });

  it('is the same network after encoding and decoding', () => {
    for (const activation of ['linear', 'relu', 'tanh', 'sigmoid'] as const) {
      const network = randomNetwork([5, 9, 2], activation);
      const decoded = DenseNetwork.decode(network.encode());
      expect(decoded.layers).toEqual(network.layers);
      expect(decoded.forward([1, 2, 3, 4, 5])).toEqual(network.forward([1, 2, 3, 4, 5]));
    }
  });

  it('reads its first version as it was written', () => {
    const bytes = Uint8Array.from([
      ...[0x52, 0x53, 0x4e, 0x4e, 1, 1], // RSNN, version, layers
      ...[2, 0, 0, 0, 1, 0, 0, 0, 1], // 2 inputs, 1 output, relu
      ...[0, 0, 0x80, 0x3f, 0, 0, 0, 0x40, 0, 0, 0, 0xbf], // 1, 2, bias -0.5
    ]);
    const network = DenseNetwork.decode(bytes);
    expect([...network.forward([3, 4])]).toEqual([10.5]);
    expect(network.encode()).toEqual(bytes);
  });

  it('refuses every cut, every added byte, and another version of an encoding', () => {
    const bytes = randomNetwork([3, 2, 3], 'relu').encode();
    for (let length = 0; length < bytes.length; length++) {
      expect(() => DenseNetwork.decode(bytes.subarray(0, length))).toThrow(RangeError);
    }
    expect(() => DenseNetwork.decode(Uint8Array.of(...bytes, 0))).toThrow('1 more bytes');
    expect(() => DenseNetwork.decode(bytes.with(4, 2))).toThrow('expected version 1, got 2');
  });

  it('refuses sizes that the bytes do not hold before it allocates for them', () => {
    const bytes = randomNetwork([3, 2], 'relu').encode();
    const huge = bytes.slice();
    huge.set([255, 255, 255, 255, 255, 255, 255, 255], 6);
    expect(() => DenseNetwork.decode(huge)).toThrow('whole layer');
    const none = bytes.slice();
    none.set([0, 0, 0, 0, 0, 0, 0, 0], 6);
    expect(() => DenseNetwork.decode(none)).toThrow(RangeError);
  });

  it('gives a network or a RangeError for any bytes', () => {
    const bytes = randomNetwork([3, 4, 3], 'tanh').encode();
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (changes) => {
          const changed = bytes.slice();
          for (const [offset, value] of changes) changed[offset] = value;
          try {
            expect(DenseNetwork.decode(changed).encode()).toEqual(changed);
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('refuses layers that do not fit together and rows of the wrong length', () => {
    const one = layer(2, 1, 'linear', [1, 1], [0]);
    expect(() => new DenseNetwork([])).toThrow(RangeError);
    expect(() => new DenseNetwork([one, one])).toThrow('layer 1: expected 1 inputs, got 2');
    expect(() => new DenseNetwork([layer(2, 1, 'linear', [1], [0])])).toThrow('expected 2 weights');
    expect(() => new DenseNetwork([layer(1, 1, 'linear', [NaN], [0])])).toThrow('finite');
    const network = new DenseNetwork([one]);
    expect(() => network.forward([1])).toThrow('row: expected 2 values, got 1');
    expect(() => network.forwardBatch(matrixFromRows([[1, 2, 3]]))).toThrow(RangeError);
  });
});
