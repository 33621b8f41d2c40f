/**
 * Quantiles of weighted values. A value stands at the middle of its share of the total weight (Hazen; type 5 of
 * Hyndman and Fan 1996 when all weights are equal), between two it is linear, outside them it is flat. `NaN`
 * values and weights of 0 are left out; `NaN` if nothing is left.
 */
export function weightedQuantiles(
  values: ArrayLike<number>,
  weights: ArrayLike<number> | undefined,
  probabilities: ArrayLike<number>,
): Float64Array {
  const { sorted, middles, total } =
    weights === undefined ? sortEqual(values) : sortWeighted(values, weights);
  const last = sorted.length - 1;
  return Float64Array.from(probabilities, (probability) => {
    if (last < 0) return Number.NaN;
    const target = probability * total;
    const above = firstAtLeast(middles, target);
    if (above === 0 || above > last) return sorted[Math.min(above, last)]!;
    const start = middles[above - 1]!;
    const share = (target - start) / (middles[above]! - start);
    const low = sorted[above - 1]!;
    const high = sorted[above]!;
    // Not low + (high - low) × share: that can overflow. Rounding may leave the interval by a bit: not here.
    return Math.min(high, Math.max(low, low * (1 - share) + high * share));
  });
}

interface Sorted {
  readonly sorted: Float64Array;
  /** The weight below each value, and half its own. */
  readonly middles: Float64Array;
  readonly total: number;
}

/** The native sort of a typed array is several times faster than one with a comparator. */
function sortEqual(values: ArrayLike<number>): Sorted {
  const sorted = Float64Array.from(values)
    .filter((value) => !Number.isNaN(value))
    .sort();
  return { sorted, middles: sorted.map((_, index) => index + 0.5), total: sorted.length };
}

function sortWeighted(values: ArrayLike<number>, weights: ArrayLike<number>): Sorted {
  const counted: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (!Number.isNaN(values[i]!) && weights[i]! > 0) counted.push(i);
  }
  counted.sort((a, b) => values[a]! - values[b]!);
  const middles = new Float64Array(counted.length);
  let total = 0;
  for (const [rank, index] of counted.entries()) {
    middles[rank] = total + weights[index]! / 2;
    total += weights[index]!;
  }
  return { sorted: Float64Array.from(counted, (index) => values[index]!), middles, total };
}

function firstAtLeast(ascending: Float64Array, target: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < target) low = middle + 1;
    else high = middle;
  }
  return low;
}
