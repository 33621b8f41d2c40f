import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../bytes/byte-writer.ts';
import { corruptTrees, float32Bits, float32OfBits } from './tree-encoding.ts';
import type { LeafCodec } from './tree-encoding.ts';
import type { TreeEnsemble, TreeEnsembleBuilder } from './tree-ensemble.ts';

/** How the training weight in the leaves of a forest is dealt out among classes: most leaves know one class only. */
export interface LeafShares {
  /** Leaf `l` has the entries `starts[l] … starts[l + 1]`. */
  readonly starts: Uint32Array;
  readonly labels: Uint16Array;
  readonly weights: Float32Array;
  /** The weights over those of all classes in the leaf. */
  readonly shares: Float64Array;
}

/** Gathers the leaves of a forest. A leaf of the trees has its number here for its value, and its weight for cover. */
export class LeafSharesBuilder {
  readonly #starts: number[] = [0];
  readonly #labels: number[] = [];
  readonly #weights: number[] = [];
  readonly #shares: number[] = [];

  /** Adds a leaf to both; `weights` is one number a class, some of it above 0. */
  leaf(trees: TreeEnsembleBuilder, weights: ArrayLike<number>): void {
    const first = this.#labels.length;
    let total = 0;
    for (let label = 0; label < weights.length; label++) {
      const weight = Math.fround(weights[label]!);
      if (!(weight > 0)) continue;
      this.#labels.push(label);
      this.#weights.push(weight);
      total += weight;
    }
    for (let at = first; at < this.#labels.length; at++) {
      this.#shares.push(this.#weights[at]! / total);
    }
    trees.leaf(this.#starts.length - 1, total);
    this.#starts.push(this.#labels.length);
  }

  build(): LeafShares {
    return {
      starts: Uint32Array.from(this.#starts),
      labels: Uint16Array.from(this.#labels),
      weights: Float32Array.from(this.#weights),
      shares: Float64Array.from(this.#shares),
    };
  }
}

/** What every node says for one class: `scale` times the class's share in leaves, 0 elsewhere. */
export function sharesByNode(
  trees: TreeEnsemble,
  leaves: LeafShares,
  label: number,
  scale: number,
): Float64Array {
  const values = new Float64Array(trees.column.length);
  for (let node = 0; node < values.length; node++) {
    if (trees.column[node]! >= 0) continue;
    const leaf = trees.value[node]!;
    for (let at = leaves.starts[leaf]!; at < leaves.starts[leaf + 1]!; at++) {
      if (leaves.labels[at] === label) values[node] = scale * leaves.shares[at]!;
    }
  }
  return values;
}

/**
 * A leaf as bytes: `2 · classes + 1` and pairs of class and float32 weight, or `2 · classes` where all weights are
 * whole numbers, as they are of rows without weights.
 */
export function writeLeafShares(leaves: LeafShares): LeafCodec['write'] {
  return (writer: ByteWriter, trees: TreeEnsemble, node: number) => {
    const leaf = trees.value[node]!;
    const [start, end] = [leaves.starts[leaf]!, leaves.starts[leaf + 1]!];
    const weights = leaves.weights.subarray(start, end);
    const whole = weights.every((weight) => Number.isInteger(weight) && weight < 2 ** 24);
    writer.varint(2 * weights.length + (whole ? 0 : 1));
    for (let at = start; at < end; at++) {
      writer.varint(leaves.labels[at]!);
      if (whole) writer.varint(leaves.weights[at]!);
      else writer.u32le(float32Bits(leaves.weights[at]!));
    }
  };
}

/** Reads what that wrote into `leaves`; `RangeError` on anything else. */
export function readLeafShares(leaves: LeafSharesBuilder, classes: number): LeafCodec['read'] {
  const weights = new Float64Array(classes);
  return (reader: ByteReader, builder: TreeEnsembleBuilder) => {
    const tag = reader.varint();
    const count = Math.floor(tag / 2);
    if (count < 1 || count > classes) throw corruptTrees('a leaf of no class');
    weights.fill(0);
    let before = -1;
    for (let i = 0; i < count; i++) {
      const label = reader.varint();
      const weight = tag % 2 === 0 ? reader.varint() : float32OfBits(reader.u32le());
      if (reader.truncated) throw corruptTrees('the end came early');
      if (label <= before || label >= classes) throw corruptTrees('a leaf of no class');
      if (!(weight > 0 && weight < 1e30)) throw corruptTrees('a leaf of no weight');
      weights[label] = weight;
      before = label;
    }
    leaves.leaf(builder, weights);
  };
}
