import { DEEPEST, LEAF, goesLeft } from './tree-ensemble.ts';
import type { TreeEnsemble } from './tree-ensemble.ts';

/**
 * The unique features on the way to a node: for each, the share of the ways through it that take this path with
 * the feature unknown (`zero`) and known (`one`), and the permutation weights.
 */
interface Path {
  readonly column: Int32Array;
  readonly zero: Float64Array;
  readonly one: Float64Array;
  readonly weight: Float64Array;
}

/**
 * Adds one tree's exact path-dependent SHAP values to `into` (one place a column, the expected value last):
 * Lundberg, Erion & Lee 2018, "Consistent individualized feature attribution for tree ensembles", algorithm 2,
 * with the training weight as cover.
 */
export function addTreeContributions(
  trees: TreeEnsemble,
  root: number,
  vector: ArrayLike<number>,
  into: Float64Array,
): void {
  const expected = into.length - 1;
  into[expected] = into[expected]! + expectedValue(trees, root);
  if (trees.column[root] === LEAF) return;
  descend({ trees, vector, into }, root, 0, 0, { zero: 1, one: 1, column: -1 });
}

/** What a tree says on average over its training weight. */
function expectedValue(trees: TreeEnsemble, node: number): number {
  if (trees.column[node] === LEAF) return trees.value[node]!;
  const left = node + 1;
  const right = trees.right[node]!;
  return (
    (trees.cover[left]! * expectedValue(trees, left) +
      trees.cover[right]! * expectedValue(trees, right)) /
    trees.cover[node]!
  );
}

interface Task {
  readonly trees: TreeEnsemble;
  readonly vector: ArrayLike<number>;
  readonly into: Float64Array;
}

interface Step {
  readonly zero: number;
  readonly one: number;
  readonly column: number;
}

function descend(task: Task, node: number, level: number, length: number, step: Step): void {
  const { trees, vector, into } = task;
  const path = pathAt(level);
  if (level > 0) copyPath(pathAt(level - 1), path, length);
  extend(path, length, step);
  let last = length; // the place of the last feature on the path
  const column = trees.column[node]!;
  if (column === LEAF) {
    for (let place = 1; place <= last; place++) {
      const weight = unwoundSum(path, last, place);
      const at = path.column[place]!;
      into[at] = into[at]! + weight * (path.one[place]! - path.zero[place]!) * trees.value[node]!;
    }
    return;
  }
  const left = node + 1;
  const right = trees.right[node]!;
  const [hot, cold] = goesLeft(trees, node, vector[column]!) ? [left, right] : [right, left];
  let zero = 1;
  let one = 1;
  const seen = placeOf(path, last, column);
  if (seen >= 0) {
    zero = path.zero[seen]!;
    one = path.one[seen]!;
    unwind(path, last, seen);
    last--;
  }
  const whole = trees.cover[node]!;
  descend(task, hot, level + 1, last + 1, {
    zero: (zero * trees.cover[hot]!) / whole,
    one,
    column,
  });
  descend(task, cold, level + 1, last + 1, {
    zero: (zero * trees.cover[cold]!) / whole,
    one: 0,
    column,
  });
}

/** Puts a feature at `length` and grows the weights of all subsets by it. */
function extend(path: Path, length: number, { zero, one, column }: Step): void {
  const { weight } = path;
  path.column[length] = column;
  path.zero[length] = zero;
  path.one[length] = one;
  weight[length] = length === 0 ? 1 : 0;
  for (let i = length - 1; i >= 0; i--) {
    weight[i + 1] = weight[i + 1]! + (one * weight[i]! * (i + 1)) / (length + 1);
    weight[i] = (zero * weight[i]! * (length - i)) / (length + 1);
  }
}

/** Undoes `extend` for the feature at `place`; the features after it move down. */
function unwind(path: Path, last: number, place: number): void {
  const { weight, column, zero, one } = path;
  const oneHere = one[place]!;
  const zeroHere = zero[place]!;
  let next = weight[last]!;
  for (let i = last - 1; i >= 0; i--) {
    if (oneHere !== 0) {
      const held = weight[i]!;
      weight[i] = (next * (last + 1)) / ((i + 1) * oneHere);
      next = held - (weight[i]! * zeroHere * (last - i)) / (last + 1);
    } else {
      weight[i] = (weight[i]! * (last + 1)) / (zeroHere * (last - i));
    }
  }
  for (let i = place; i < last; i++) {
    column[i] = column[i + 1]!;
    zero[i] = zero[i + 1]!;
    one[i] = one[i + 1]!;
  }
}

/** The sum of the weights `unwind` would leave, without unwinding. */
function unwoundSum(path: Path, last: number, place: number): number {
  const { weight } = path;
  const one = path.one[place]!;
  const zero = path.zero[place]!;
  let next = weight[last]!;
  let total = 0;
  for (let i = last - 1; i >= 0; i--) {
    if (one !== 0) {
      const unwound = (next * (last + 1)) / ((i + 1) * one);
      total += unwound;
      next = weight[i]! - (unwound * zero * (last - i)) / (last + 1);
    } else {
      total += (weight[i]! * (last + 1)) / (zero * (last - i));
    }
  }
  return total;
}

/**
 * One path for each level of a tree, used again by every tree: a new one at every node took most of the time. A
 * walk never stops half-way, and no two walks are at work at once.
 */
const paths: Path[] = [];

function pathAt(level: number): Path {
  const size = DEEPEST + 2;
  return (paths[level] ??= {
    column: new Int32Array(size),
    zero: new Float64Array(size),
    one: new Float64Array(size),
    weight: new Float64Array(size),
  });
}

function copyPath(from: Path, to: Path, length: number): void {
  for (let i = 0; i < length; i++) {
    to.column[i] = from.column[i]!;
    to.zero[i] = from.zero[i]!;
    to.one[i] = from.one[i]!;
    to.weight[i] = from.weight[i]!;
  }
}

/** Where a column stands among the features of the path, or -1. */
function placeOf(path: Path, last: number, column: number): number {
  for (let place = 1; place <= last; place++) if (path.column[place] === column) return place;
  return -1;
}
