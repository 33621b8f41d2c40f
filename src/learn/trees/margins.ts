import type { Matrix } from '../matrix.ts';
import { walkRows } from './batch-walk.ts';
import type { TreeEnsemble } from './tree-ensemble.ts';

/** rows × outputs: the base margins and what every tree adds, tree `t` to the output `t % outputs`. */
export function marginsOf(trees: TreeEnsemble, base: Float64Array, vectors: Matrix): Float64Array {
  const outputs = base.length;
  const margins = new Float64Array(vectors.rows * outputs);
  for (let row = 0; row < vectors.rows; row++) margins.set(base, row * outputs);
  const { value } = trees;
  walkRows(trees, vectors, (tree, first, rows, leaves) => {
    let at = first * outputs + (tree % outputs);
    for (let i = 0; i < rows; i++, at += outputs) margins[at] = margins[at]! + value[leaves[i]!]!;
  });
  return margins;
}
