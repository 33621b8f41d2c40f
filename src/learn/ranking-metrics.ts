import { checkLength, checkNumber, checkWeights } from './check-arguments.ts';

/** What lies at one score: the weight of true and of false rows. */
interface Step {
  readonly score: number;
  readonly hits: number;
  readonly misses: number;
}

/**
 * The share of true rows among the first `top` units of weight by falling score: precision at k. Rows of one score
 * that the limit cuts through count in part, as on average over their orders. NaN if there is less weight than that.
 */
export function precisionAtTop(
  scores: ArrayLike<number>,
  outcomes: ArrayLike<number | boolean>,
  top: number,
  weights?: ArrayLike<number>,
): number {
  checkNumber('top', top, { min: 0, above: true });
  let left = top;
  let hits = 0;
  for (const step of stepsOf(scores, outcomes, weights)) {
    const weight = step.hits + step.misses;
    const share = weight === 0 ? 0 : Math.min(1, left / weight);
    hits += share * step.hits;
    left -= share * weight;
    // A hair's breadth is what rounding leaves of weights that add up to the limit.
    if (left <= 1e-9 * top) return hits / top;
  }
  return NaN;
}

/** A point on the way down a ranking. */
export interface OperatingPoint {
  /** The share of true rows with a score of at least the threshold. */
  readonly recall: number;
  /** Scores from here on are called; `Infinity` if no score may be. */
  readonly threshold: number;
  /** Of a thousand false rows, so many are called. */
  readonly falsePerThousand: number;
}

/**
 * The most recall for at most so many of a thousand false rows. NaN recall without a true row or without a false
 * one. Of fewer than `1000 / perThousand` false rows none may be called: the point before the first mistake.
 */
export function recallAtFalseAlarms(
  scores: ArrayLike<number>,
  outcomes: ArrayLike<number | boolean>,
  perThousand: number,
  weights?: ArrayLike<number>,
): OperatingPoint {
  checkNumber('perThousand', perThousand, { min: 0, max: 1000 });
  const steps = stepsOf(scores, outcomes, weights);
  const allHits = steps.reduce((sum, { hits }) => sum + hits, 0);
  const allMisses = steps.reduce((sum, { misses }) => sum + misses, 0);
  let hits = 0;
  let misses = 0;
  let point = { recall: 0, threshold: Infinity, falsePerThousand: 0 };
  if (allHits === 0 || allMisses === 0) return { ...point, recall: NaN, falsePerThousand: NaN };
  for (const step of steps) {
    hits += step.hits;
    misses += step.misses;
    const falsePerThousand = (1000 * misses) / allMisses;
    if (falsePerThousand > perThousand * (1 + 1e-12)) break;
    point = { recall: hits / allHits, threshold: step.score, falsePerThousand };
  }
  return point;
}

/** By falling score, equal scores together. */
function stepsOf(
  scores: ArrayLike<number>,
  outcomes: ArrayLike<number | boolean>,
  weights: ArrayLike<number> | undefined,
): Step[] {
  checkLength('outcomes', outcomes, scores.length);
  const weight = checkWeights(weights, scores.length);
  const order = Uint32Array.from({ length: scores.length }, (_, row) => row);
  for (const row of order) {
    if (Number.isNaN(scores[row])) throw new RangeError('scores: expected numbers, got NaN');
  }
  order.sort((a, b) => scores[b]! - scores[a]! || a - b);
  const steps: { score: number; hits: number; misses: number }[] = [];
  for (const row of order) {
    let step = steps.at(-1);
    if (step?.score !== scores[row]) steps.push((step = { score: scores[row]!, hits: 0, misses: 0 })); // prettier-ignore
    if (outcomes[row] === true || outcomes[row] === 1) step!.hits += weight[row]!;
    else step!.misses += weight[row]!;
  }
  return steps;
}
