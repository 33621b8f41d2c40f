import type { TreeEnsemble } from './tree-ensemble.ts';

/**
 * The trees of several ensembles as one whose margins are the mean of theirs. All have the same outputs, and each a
 * whole number of rounds, so that tree `t` still belongs to the output `t % outputs`.
 */
export function averageTrees(ensembles: readonly TreeEnsemble[]): TreeEnsemble {
  const offsets: number[] = [];
  let nodes = 0;
  for (const { column } of ensembles) {
    offsets.push(nodes);
    nodes += column.length;
  }
  const trees = ensembles.reduce((sum, { roots }) => sum + roots.length, 0);
  const joined: TreeEnsemble = {
    roots: new Int32Array(trees),
    column: new Int32Array(nodes),
    threshold: new Float64Array(nodes),
    missingLeft: new Uint8Array(nodes),
    right: new Int32Array(nodes),
    value: new Float64Array(nodes),
    cover: new Float64Array(nodes),
  };
  let tree = 0;
  for (const [i, ensemble] of ensembles.entries()) {
    const offset = offsets[i]!;
    joined.roots.set(
      ensemble.roots.map((root) => root + offset),
      tree,
    );
    tree += ensemble.roots.length;
    joined.column.set(ensemble.column, offset);
    joined.threshold.set(ensemble.threshold, offset);
    joined.missingLeft.set(ensemble.missingLeft, offset);
    joined.cover.set(ensemble.cover, offset);
    for (let node = 0; node < ensemble.column.length; node++) {
      if (ensemble.column[node]! >= 0) joined.right[offset + node] = ensemble.right[node]! + offset;
      joined.value[offset + node] = Math.fround(ensemble.value[node]! / ensembles.length);
    }
  }
  return joined;
}
