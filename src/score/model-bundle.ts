import { createHash } from 'node:crypto';
import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { featureNames, schemaHash } from '../host/feature-schema.ts';
import { Autoencoder } from '../learn/autoencoder.ts';
import { GradientBoostedTrees } from '../learn/gradient-boosted-trees.ts';
import type { Matrix } from '../learn/matrix.ts';
import { FAMILY_NAMES } from './family.ts';
import { ModelCalibration } from './model-calibration.ts';
import type { ModelCard } from './model-card.ts';

/** Why a model file is refused. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly code: 'MODEL_CORRUPT' | 'SCHEMA_MISMATCH';

  constructor(code: 'MODEL_CORRUPT' | 'SCHEMA_MISMATCH', message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The training hosts kept inside a model: numbers and labels, no addresses. */
export interface TrainingSummary {
  readonly vectors: Matrix;
  /** Index into `FAMILY_NAMES`, one a row. */
  readonly families: Uint8Array;
  /** Group names, and each row's index among them. */
  readonly groups: readonly string[];
  readonly groupOf: Uint16Array;
}

export interface ModelParts {
  readonly name: string;
  readonly version: number;
  readonly trees: GradientBoostedTrees;
  readonly calibration: ModelCalibration;
  readonly autoencoder: Autoencoder;
  /** A larger reconstruction error is unlike anything learnt. */
  readonly noveltyThreshold: number;
  readonly training: TrainingSummary;
  readonly card: ModelCard;
}

const MAGIC = 'rapsheet model';
const FORMAT = 1;
const CHECKSUM_BYTES = 32;

/** Everything that scoring needs, in one file: `models/*.rapsheet`. */
export class ModelBundle {
  readonly parts: ModelParts;

  constructor(parts: ModelParts) {
    this.parts = parts;
  }

  /** `name@version`. */
  get id(): string {
    return `${this.parts.name}@${this.parts.version}`;
  }

  encode(): Uint8Array {
    const { name, version, trees, calibration, autoencoder, noveltyThreshold, training, card } =
      this.parts;
    const writer = new ByteWriter(1 << 20);
    writer.text(MAGIC);
    writer.varint(FORMAT);
    writer.text(
      JSON.stringify({
        name, version, schema: schemaHash, families: FAMILY_NAMES, calibration, noveltyThreshold, card, groups: training.groups,
      }), // prettier-ignore
    );
    for (const bytes of [trees.encode(), autoencoder.encode()]) {
      writer.varint(bytes.length);
      writer.slice(bytes);
    }
    const { vectors, families, groupOf } = training;
    writer.varint(vectors.rows);
    writer.slice(families);
    for (const group of groupOf) writer.varint(group);
    const floats = new ByteWriter(4 * vectors.values.length);
    const bits = new Uint32Array(Float32Array.from(vectors.values).buffer);
    for (const word of bits) floats.u32le(word);
    writer.slice(floats.toBytes());
    writer.slice(sha256(writer.toBytes()));
    return writer.toBytes();
  }

  /** Throws `ModelError` on anything but a whole model of this format and this feature schema. */
  static decode(bytes: Uint8Array): ModelBundle {
    const reader = new ByteReader(bytes, 0, Math.max(0, bytes.length - CHECKSUM_BYTES));
    if (reader.text() !== MAGIC)
      throw new ModelError('MODEL_CORRUPT', 'this is not a rapsheet model');
    const format = reader.varint();
    if (format !== FORMAT) {
      throw new ModelError(
        'SCHEMA_MISMATCH',
        `the model has format ${format}, this rapsheet reads ${FORMAT}`,
      );
    }
    const stated = bytes.subarray(bytes.length - CHECKSUM_BYTES);
    const actual = sha256(bytes.subarray(0, bytes.length - CHECKSUM_BYTES));
    if (!actual.every((byte, i) => byte === stated[i])) {
      throw new ModelError('MODEL_CORRUPT', 'the model is damaged: its checksum does not fit');
    }
    try {
      return new ModelBundle(decodeParts(reader));
    } catch (cause) {
      if (cause instanceof ModelError) throw cause;
      throw new ModelError('MODEL_CORRUPT', `the model is damaged: ${(cause as Error).message}`, {
        cause,
      });
    }
  }
}

function decodeParts(reader: ByteReader): ModelParts {
  const head = JSON.parse(reader.text()) as Record<string, unknown>;
  if (
    head['schema'] !== schemaHash ||
    JSON.stringify(head['families']) !== JSON.stringify(FAMILY_NAMES)
  ) {
    throw new ModelError(
      'SCHEMA_MISMATCH',
      `the model was trained on feature schema ${String(head['schema'])}, this rapsheet has ${schemaHash}: train it again`,
    );
  }
  const trees = GradientBoostedTrees.decode(reader.slice(reader.varint()));
  const autoencoder = Autoencoder.decode(reader.slice(reader.varint()));
  const rows = reader.varint();
  const families = reader.slice(rows).slice();
  if (reader.truncated) throw new RangeError('it ends early');
  const groupOf = Uint16Array.from({ length: rows }, () => reader.varint());
  const columns = featureNames.length;
  if (reader.left !== 4 * rows * columns)
    throw new RangeError('its training summary has another size');
  const words = Uint32Array.from({ length: rows * columns }, () => reader.u32le());
  const values = Float64Array.from(new Float32Array(words.buffer));
  return {
    name: String(head['name']),
    version: Number(head['version']),
    trees,
    calibration: ModelCalibration.fromJSON(head['calibration']),
    autoencoder,
    noveltyThreshold: Number(head['noveltyThreshold']),
    training: {
      vectors: { rows, columns, values },
      families,
      groups: head['groups'] as string[],
      groupOf,
    },
    card: head['card'] as ModelCard,
  };
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}
