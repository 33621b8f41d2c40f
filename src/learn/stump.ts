import { checkLength, checkWeights } from './check-arguments.ts';

/** The best question about one column: is it missing, and if not, is it above the threshold? */
export interface Stump {
  readonly threshold: number;
  /** The outcome that values above the threshold, values up to it, and missing ones (NaN) stand for. */
  readonly above: boolean;
  readonly below: boolean;
  readonly missing: boolean;
  /** The mean of the shares of true and of false outcomes it gets right, 0.5 … 1, on the rows it was fitted on. */
  readonly balancedAccuracy: number;
}

/**
 * Fits a tree of one split for the best balanced accuracy, which does not depend on how rare an outcome is. Rows of
 * one outcome alone have no such figure: NaN.
 */
export function fitStump(
  values: ArrayLike<number>,
  outcomes: ArrayLike<number | boolean>,
  weights?: ArrayLike<number>,
): Stump {
  checkLength('outcomes', outcomes, values.length);
  const parts = partsOf(outcomes, checkWeights(weights, values.length));
  let missing = 0;
  let present = 0; // by how much more of the true than of the false outcomes lies among values
  const order: number[] = [];
  for (let row = 0; row < values.length; row++) {
    if (Number.isNaN(values[row])) missing += parts[row]!;
    else {
      present += parts[row]!;
      order.push(row);
    }
  }
  order.sort((a, b) => values[a]! - values[b]!);
  const gainOf = (below: number): number => Math.max(0, below) + Math.max(0, present - below);
  let best = { threshold: -Infinity, below: 0, gain: gainOf(0) };
  let below = 0;
  for (let at = 0; at < order.length;) {
    const value = values[order[at]!]!;
    while (at < order.length && values[order[at]!] === value) below += parts[order[at++]!]!;
    if (at === order.length) break;
    // A hair more is no better threshold: sums of weights are not exact.
    if (gainOf(below) > best.gain + 1e-12) {
      best = { threshold: between(value, values[order[at]!]!), below, gain: gainOf(below) };
    }
  }
  return {
    threshold: best.threshold,
    above: present - best.below > 0,
    below: best.below > 0,
    missing: missing > 0,
    balancedAccuracy: (1 + best.gain + Math.max(0, missing)) / 2,
  };
}

/** What the stump says of a value. */
export function stumpSays(stump: Stump, value: number): boolean {
  if (Number.isNaN(value)) return stump.missing;
  return value > stump.threshold ? stump.above : stump.below;
}

/** The mean of the weighted shares of true and of false outcomes that were said so; NaN without one of either. */
export function balancedAccuracy(
  said: ArrayLike<boolean>,
  outcomes: ArrayLike<number | boolean>,
  weights?: ArrayLike<number>,
): number {
  checkLength('outcomes', outcomes, said.length);
  const parts = partsOf(outcomes, checkWeights(weights, said.length));
  let right = 0;
  for (let row = 0; row < said.length; row++) if (said[row] === parts[row]! > 0) right += Math.abs(parts[row]!); // prettier-ignore
  return right / 2;
}

/** A row's share of the true outcomes, or its share of the false ones below zero; all NaN if there is one kind alone. */
function partsOf(outcomes: ArrayLike<number | boolean>, weights: Float64Array): Float64Array {
  let yes = 0;
  let no = 0;
  for (let row = 0; row < weights.length; row++) {
    if (isTrue(outcomes[row]!)) yes += weights[row]!;
    else no += weights[row]!;
  }
  if (yes === 0 || no === 0) return weights.fill(NaN);
  return weights.map((weight, row) => (isTrue(outcomes[row]!) ? weight / yes : -weight / no));
}

function isTrue(outcome: number | boolean): boolean {
  return outcome === true || outcome === 1;
}

/** Between two neighbours, and never the upper one, which rounding of their mean might give. */
function between(low: number, high: number): number {
  if (low === -Infinity || high === Infinity) return low;
  const middle = low + (high - low) / 2;
  return middle < high ? middle : low;
}
