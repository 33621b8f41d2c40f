/** The sums over one node. */
export interface NodeSums {
  readonly gradient: number;
  readonly hessian: number;
  readonly rows: number;
}

/** Where the weights of the leaves below a node must lie (before the learning rate). */
export interface LeafBounds {
  readonly lower: number;
  readonly upper: number;
}

export const UNBOUNDED: LeafBounds = { lower: -Infinity, upper: Infinity };

/** The best weight of a leaf within its bounds. */
export function leafWeight(
  gradient: number,
  hessian: number,
  l2: number,
  { lower, upper }: LeafBounds,
): number {
  return Math.min(upper, Math.max(lower, -gradient / (hessian + l2)));
}

/**
 * The bounds of a node's children. Once a column with a direction has parted their values, no leaf on one side may
 * pass the middle between the two weights (as in XGBoost).
 */
export function boundsBelow(
  bounds: LeafBounds,
  left: NodeSums,
  right: NodeSums,
  l2: number,
  direction: number,
): { left: LeafBounds; right: LeafBounds } {
  if (direction === 0) return { left: bounds, right: bounds };
  const middle =
    leafWeight(left.gradient, left.hessian, l2, bounds) / 2 +
    leafWeight(right.gradient, right.hessian, l2, bounds) / 2;
  const below = { lower: bounds.lower, upper: middle };
  const above = { lower: middle, upper: bounds.upper };
  return direction > 0 ? { left: below, right: above } : { left: above, right: below };
}
