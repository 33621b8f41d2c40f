import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../bytes/byte-writer.ts';
import { DEEPEST, LEAF, TreeEnsembleBuilder } from './tree-ensemble.ts';
import type { TreeEnsemble } from './tree-ensemble.ts';

/** How leaves are written and read; the tag that says "a leaf" is not theirs. */
export interface LeafCodec {
  readonly write: (writer: ByteWriter, trees: TreeEnsemble, node: number) => void;
  /** Adds the leaf to the builder; `RangeError` on bytes that are none. */
  readonly read: (reader: ByteReader, builder: TreeEnsembleBuilder) => void;
}

const MARGIN_LEAF: LeafCodec = {
  write: (writer, trees, node) => {
    writer.u32le(float32Bits(trees.value[node]!));
    writer.u32le(float32Bits(trees.cover[node]!));
  },
  read: (reader, builder) => {
    const value = float32OfBits(reader.u32le());
    const cover = float32OfBits(reader.u32le());
    if (reader.truncated) throw corruptTrees('the end came early');
    if (!Number.isFinite(value) || !(cover > 0 && cover <= 2)) {
      throw corruptTrees('a leaf of no value');
    }
    builder.leaf(value, cover);
  },
};

/**
 * Writes trees: first, per column, its distinct thresholds (float32 where all of them are, else float64); then
 * every tree in preorder. A leaf is 0 and what `write` makes of it (value and cover, float32 both, if not told); a
 * branch is `1 + 2 · column + missingLeft` and the place of its threshold.
 */
export function encodeTrees(
  writer: ByteWriter,
  trees: TreeEnsemble,
  columns: number,
  writeLeaf = MARGIN_LEAF.write,
): void {
  const places = thresholdPlaces(trees, columns);
  for (const ofColumn of places) writeThresholds(writer, [...ofColumn.keys()]);
  writer.varint(trees.roots.length);
  for (let node = 0; node < trees.column.length; node++) {
    const column = trees.column[node]!;
    if (column === LEAF) {
      writer.varint(0);
      writeLeaf(writer, trees, node);
    } else {
      writer.varint(1 + 2 * column + trees.missingLeft[node]!);
      writer.varint(places[column]!.get(trees.threshold[node]!)!);
    }
  }
}

/** Reads what `encodeTrees` wrote; `RangeError` on anything else. Work and memory are bounded by the bytes left. */
export function decodeTrees(
  reader: ByteReader,
  columns: number,
  readLeaf = MARGIN_LEAF.read,
): TreeEnsemble {
  if (columns > reader.left) throw corruptTrees('more columns than bytes');
  const thresholds: Float64Array[] = [];
  for (let column = 0; column < columns; column++) thresholds.push(readThresholds(reader));
  const trees = reader.varint();
  if (reader.truncated || trees > reader.left) throw corruptTrees('more trees than bytes');
  const builder = new TreeEnsembleBuilder();
  for (let tree = 0; tree < trees; tree++) {
    builder.startTree();
    readNode({ reader, thresholds, builder, readLeaf }, 0);
  }
  return builder.build();
}

interface Reading {
  readonly reader: ByteReader;
  readonly thresholds: readonly Float64Array[];
  readonly builder: TreeEnsembleBuilder;
  readonly readLeaf: LeafCodec['read'];
}

function readNode(reading: Reading, depth: number): void {
  const { reader, thresholds, builder } = reading;
  if (depth > DEEPEST) throw corruptTrees('a tree too deep');
  const tag = reader.varint();
  if (tag === 0) {
    reading.readLeaf(reader, builder);
    return;
  }
  const column = Math.floor((tag - 1) / 2);
  const threshold = thresholds[column]?.[reader.varint()];
  if (reader.truncated) throw corruptTrees('the end came early');
  if (threshold === undefined) throw corruptTrees('a branch on nothing');
  const branch = builder.branch(column, threshold, (tag - 1) % 2 === 1);
  readNode(reading, depth + 1);
  builder.otherSide(branch);
  readNode(reading, depth + 1);
  builder.close(branch);
}

/** Per column: its thresholds, ascending, and the place of each. */
function thresholdPlaces(trees: TreeEnsemble, columns: number): Map<number, number>[] {
  const sets = Array.from({ length: columns }, () => new Set<number>());
  for (let node = 0; node < trees.column.length; node++) {
    if (trees.column[node] !== LEAF) sets[trees.column[node]!]!.add(trees.threshold[node]!);
  }
  return sets.map((set) => {
    const ascending = Float64Array.from(set).sort();
    return new Map(Array.from(ascending, (threshold, place) => [threshold, place]));
  });
}

/** `2 · count + 1` if they are float64, `2 · count` if float32 says the same. */
function writeThresholds(writer: ByteWriter, thresholds: readonly number[]): void {
  const wide = thresholds.some((threshold) => Math.fround(threshold) !== threshold);
  writer.varint(2 * thresholds.length + (wide ? 1 : 0));
  for (const threshold of thresholds) {
    if (wide) writer.f64le(threshold);
    else writer.u32le(float32Bits(threshold));
  }
}

function readThresholds(reader: ByteReader): Float64Array {
  const tag = reader.varint();
  const wide = tag % 2 === 1;
  const count = Math.floor(tag / 2);
  if (reader.truncated || count > reader.left / (wide ? 8 : 4)) {
    throw corruptTrees('more thresholds than bytes');
  }
  const thresholds = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    thresholds[i] = wide ? reader.f64le() : float32OfBits(reader.u32le());
    if (Number.isNaN(thresholds[i])) throw corruptTrees('a threshold that is no number');
  }
  return thresholds;
}

const word = new DataView(new ArrayBuffer(4));

/** The bits of a float32. */
export function float32Bits(value: number): number {
  word.setFloat32(0, value);
  return word.getUint32(0);
}

/** The float32 of those bits. */
export function float32OfBits(bits: number): number {
  word.setUint32(0, bits);
  return word.getFloat32(0);
}

/** What decoding throws. */
export function corruptTrees(what: string): RangeError {
  return new RangeError(`trees: expected bytes that encode wrote, got ${what}`);
}
