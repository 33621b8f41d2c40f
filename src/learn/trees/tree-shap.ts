import { DEEPEST, LEAF, goesLeft } from './tree-ensemble.ts';
import type { TreeEnsemble } from './tree-ensemble.ts';
import { quadrature } from './quadrature.ts';
import type { Quadrature } from './quadrature.ts';

/**
 * Adds one tree's exact path-dependent SHAP values (Lundberg, Erion & Lee 2018) to `into`: one place a column, the
 * expected value last, with the training weight as cover. `values` holds what each node says, in place of the trees'
 * own values.
 *
 * Of a leaf of value v whose way asks m columns, column i is due `v (oᵢ − zᵢ) ∫₀¹ ∏_{j≠i} (t oⱼ + (1 − t) zⱼ) dt`,
 * where oⱼ is 1 if the row passes all questions to column j and zⱼ the share of the weight that does: Shapley's
 * weights are Beta integrals. The integrand is a polynomial of degree m − 1, so ⌈m / 2⌉ points of Gauss and Legendre
 * give it exactly, and each edge costs as many steps: Lundberg's own algorithm, which keeps the weights of subsets by
 * size, takes m² a leaf and three times as long (1,000 trees of 31 leaves).
 */
export function addTreeContributions(
  trees: TreeEnsemble,
  root: number,
  vector: ArrayLike<number>,
  into: Float64Array,
  values = trees.value,
): void {
  const expected = into.length - 1;
  if (trees.column[root] === LEAF) {
    into[expected] = into[expected]! + values[root]!;
    return;
  }
  const rule = quadrature(Math.ceil(askedColumns(trees, root) / 2));
  walk.start(rule, expected);
  walk.descend({ trees, vector, into, values }, root, 0, 1);
  into[expected] = into[expected]! + walk.expected;
}

/** Whether a column was asked on the way to a node, and whether the row passed (`o`). */
const UNASKED = 0;
const PASSED = 1;
const FAILED = 2;

/** Places for one level of a tree: as many as a rule has points. */
const STRIDE = DEEPEST / 2 + 1;

/** One walk over one tree: down go the products at every point of the rule, up come the sums over the leaves. */
class Walk {
  /** What the tree says on average over its training weight, leaf by leaf. */
  expected = 0;
  /** By level and point. */
  readonly #products = new Float64Array((DEEPEST + 2) * STRIDE);
  readonly #sums = new Float64Array((DEEPEST + 2) * STRIDE);
  /** By column: what became of the questions to it so far, and the share of the weight that passes them all (`z`). */
  #state = new Uint8Array();
  #share = new Float64Array();
  #rule: Quadrature = quadrature(1);

  start(rule: Quadrature, columns: number): void {
    this.expected = 0;
    this.#rule = rule;
    this.#products.set(rule.weights);
    if (this.#state.length >= columns) return;
    this.#state = new Uint8Array(columns);
    this.#share = new Float64Array(columns);
  }

  descend(task: Task, node: number, level: number, reach: number): void {
    const { trees, vector } = task;
    const column = trees.column[node]!;
    const at = level * STRIDE;
    if (column === LEAF) {
      const value = task.values[node]!;
      const end = at + this.#rule.length;
      this.expected += reach * value;
      for (let k = at; k < end; k++) this.#sums[k] = value * this.#products[k]!;
      return;
    }
    const isLeft = goesLeft(trees, node, vector[column]!);
    const left = node + 1;
    const right = trees.right[node]!;
    const whole = trees.cover[node]!;
    this.#follow(
      task,
      { column, child: left, passes: isLeft, part: trees.cover[left]! / whole },
      level,
      reach,
    );
    this.#sums.copyWithin(at, at + STRIDE, at + STRIDE + this.#rule.length);
    this.#follow(
      task,
      { column, child: right, passes: !isLeft, part: trees.cover[right]! / whole },
      level,
      reach,
    );
    const end = at + this.#rule.length;
    for (let k = at; k < end; k++) this.#sums[k] = this.#sums[k]! + this.#sums[k + STRIDE]!;
  }

  /** Walks to a child; what its parent's column is due for that is added up on the way back. */
  #follow(task: Task, edge: Edge, level: number, reach: number): void {
    const { column, child, passes, part } = edge;
    const before = this.#state[column]!;
    if (before === FAILED) {
      // Settled where it first failed.
      this.#multiply(level, part);
      this.descend(task, child, level + 1, reach * part);
      return;
    }
    const oldShare = before === UNASKED ? 1 : this.#share[column]!;
    const newShare = oldShare * part;
    this.#multiplyOnce(level, newShare, passes ? 1 : 0, before === UNASKED ? 1 : oldShare);
    this.#state[column] = passes ? PASSED : FAILED;
    this.#share[column] = newShare;
    this.descend(task, child, level + 1, reach * part);
    this.#state[column] = before;
    this.#share[column] = oldShare;
    let due = passes ? this.#dueIfPassed(level + 1, newShare) : this.#dueIfFailed(level + 1);
    // The edge that asked before takes all leaves below it for its own: not these.
    if (before === PASSED) due -= this.#dueIfPassed(level + 1, oldShare);
    task.into[column] = task.into[column]! + due;
  }

  #multiply(level: number, factor: number): void {
    const products = this.#products;
    const end = level * STRIDE + this.#rule.length;
    for (let k = level * STRIDE; k < end; k++) products[k + STRIDE] = products[k]! * factor;
  }

  /** Puts the factor of a column into the products, in place of the one it had with all of `oldShare` passed. */
  #multiplyOnce(level: number, newShare: number, one: number, oldShare: number): void {
    const products = this.#products;
    const { points, length } = this.#rule;
    const at = level * STRIDE;
    if (oldShare === 1) {
      for (let k = 0; k < length; k++) {
        const t = points[k]!;
        products[at + STRIDE + k] = products[at + k]! * (newShare + t * (one - newShare));
      }
      return;
    }
    for (let k = 0; k < length; k++) {
      const t = points[k]!;
      const factor = newShare + t * (one - newShare);
      products[at + STRIDE + k] = (products[at + k]! * factor) / (oldShare + t * (1 - oldShare));
    }
  }

  /** `(o − z) Σₖ sₖ / (tₖ o + (1 − tₖ) z)` where o = 1. */
  #dueIfPassed(level: number, own: number): number {
    const { points, length } = this.#rule;
    const at = level * STRIDE;
    let due = 0;
    for (let k = 0; k < length; k++) due += this.#sums[at + k]! / (own + points[k]! * (1 - own));
    return due * (1 - own);
  }

  /** The same where o = 0: z, which may be 0, falls out. */
  #dueIfFailed(level: number): number {
    const { fromEnd, length } = this.#rule;
    const at = level * STRIDE;
    let due = 0;
    for (let k = 0; k < length; k++) due -= this.#sums[at + k]! * fromEnd[k]!;
    return due;
  }
}

interface Task {
  readonly trees: TreeEnsemble;
  readonly vector: ArrayLike<number>;
  readonly into: Float64Array;
  readonly values: Float64Array;
}

interface Edge {
  readonly column: number;
  readonly child: number;
  /** Whether the row goes there. */
  readonly passes: boolean;
  /** The share of the parent's weight that does. */
  readonly part: number;
}

/** Used again by every tree. A walk never stops half-way, and no two are at work at once. */
const walk = new Walk();

/** The most columns asked on one way to a leaf, at least 1: the depth, which counts repeated questions too. */
function askedColumns(trees: TreeEnsemble, root: number): number {
  const known = depths.get(trees);
  const ofTrees = known ?? new Map<number, number>();
  if (known === undefined) depths.set(trees, ofTrees);
  let depth = ofTrees.get(root);
  if (depth === undefined) {
    depth = Math.max(1, depthBelow(trees, root));
    ofTrees.set(root, depth);
  }
  return depth;
}

const depths = new WeakMap<TreeEnsemble, Map<number, number>>();

function depthBelow(trees: TreeEnsemble, node: number): number {
  if (trees.column[node] === LEAF) return 0;
  return 1 + Math.max(depthBelow(trees, node + 1), depthBelow(trees, trees.right[node]!));
}
