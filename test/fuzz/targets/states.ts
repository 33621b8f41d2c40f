import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ByteReader } from '../../../src/bytes/byte-reader.ts';
import { ByteWriter } from '../../../src/bytes/byte-writer.ts';
import { featureNames, schemaHash } from '../../../src/host/feature-schema.ts';
import { HostTable } from '../../../src/host/host-table.ts';
import { DenseNetwork } from '../../../src/learn/dense-network.ts';
import { GradientBoostedTrees } from '../../../src/learn/gradient-boosted-trees.ts';
import { matrixFromRows } from '../../../src/learn/matrix.ts';
import { FAMILY_NAMES } from '../../../src/score/family.ts';
import { ModelBundle, ModelError } from '../../../src/score/model-bundle.ts';
import { CaptureSequence } from '../../../src/flow/read-capture.ts';
import { mustHold, type FuzzTarget } from '../fuzz-target.ts';
import { syntheticCaptures } from '../synthetic-traffic.ts';

interface Encoded {
  encode(): Uint8Array;
}

/** Bytes that were encoded are read again, or refused with the one error that says so; nothing else happens. */
function stateTarget(
  name: string,
  maxLength: number,
  seeds: () => Uint8Array[],
  decode: (bytes: Uint8Array) => Encoded,
): FuzzTarget {
  return {
    name,
    maxLength,
    seeds,
    run: (input) => {
      const state = orRefused(() => decode(input));
      if (state === undefined) return 0;
      const bytes = state.encode();
      const again = decode(bytes).encode();
      mustHold(Buffer.compare(bytes, again) === 0, 'a state that changes when written and read');
      return 1 + (32 - Math.clz32(bytes.length));
    },
  };
}

function orRefused<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch (error) {
    if (error instanceof RangeError && !error.message.includes('call stack')) return undefined;
    if (error instanceof ModelError) return undefined;
    throw error;
  }
}

export const hostTable = stateTarget(
  'host-table',
  20_000,
  () => syntheticCaptures(24).map(({ bytes }) => profilesOf(bytes).encode()),
  (bytes) => HostTable.decode(bytes),
);

export const trees = stateTarget('trees', 3000, () => [smallTrees(2), smallTrees(3)], (bytes) =>
  GradientBoostedTrees.decode(bytes),
); // prettier-ignore

export const network = stateTarget('network', 1000, () => [smallNetwork()], (bytes) =>
  DenseNetwork.decode(bytes),
); // prettier-ignore

/** The words at the head of a model file, between parts that are as they should be; the checksum is made to fit. */
export const modelHead: FuzzTarget = {
  name: 'model-head',
  maxLength: 30_000,
  seeds: () => [splitModel().head],
  run: (input) => {
    const { rest } = splitModel();
    const writer = new ByteWriter(rest.length + input.length + 64);
    writer.text('rapsheet model');
    writer.varint(1);
    writer.varint(input.length);
    writer.slice(input);
    writer.slice(rest);
    writer.slice(createHash('sha256').update(writer.toBytes()).digest());
    const bundle = orRefused(() => ModelBundle.decode(writer.toBytes()));
    return bundle === undefined ? 0 : 1 + bundle.encode().length;
  },
};

function profilesOf(capture: Uint8Array): HostTable {
  const table = new HostTable();
  const sequence = new CaptureSequence(table);
  const decoder = sequence.decoder();
  decoder.push(capture);
  sequence.endCapture(decoder);
  sequence.end();
  return table;
}

function smallTrees(classes: number, columns = 3): Uint8Array {
  const rows = Array.from({ length: 28 }, (_, i) =>
    Array.from({ length: columns }, (__, c) => (i * (c + 3)) % 7),
  );
  const labels = rows.map((_, i) => i % classes);
  return new GradientBoostedTrees({ rounds: 3, maxDepth: 3 }).fit(matrixFromRows(rows), labels).encode();
} // prettier-ignore

function smallNetwork(): Uint8Array {
  const layer = (inputs: number, outputs: number, activation: 'relu' | 'linear') => ({
    inputs,
    outputs,
    activation,
    weights: new Float32Array(inputs * outputs).fill(0.5),
    biases: new Float32Array(outputs).fill(1),
  });
  return new DenseNetwork([layer(4, 3, 'relu'), layer(3, 2, 'linear')]).encode();
}

let split: { head: Uint8Array; rest: Uint8Array } | undefined;

/** The bundled model made to fit the features of today, with its trees exchanged for small ones and no training rows. */
function splitModel(): { head: Uint8Array; rest: Uint8Array } {
  if (split !== undefined) return split;
  const reader = new ByteReader(new Uint8Array(readFileSync('models/default.rapsheet')));
  reader.text();
  reader.varint();
  const words = JSON.parse(reader.text()) as Record<string, unknown>;
  reader.slice(reader.varint()); // its trees
  const autoencoder = reader.slice(reader.varint());
  const few = smallTrees(FAMILY_NAMES.length, featureNames.length);
  const rest = new ByteWriter(few.length + autoencoder.length + 16);
  for (const part of [few, autoencoder]) {
    rest.varint(part.length);
    rest.slice(part);
  }
  rest.varint(0);
  const head = JSON.stringify({ ...words, schema: schemaHash, families: FAMILY_NAMES });
  split = { head: new Uint8Array(Buffer.from(head)), rest: rest.toBytes() };
  return split;
}
