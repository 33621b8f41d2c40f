import { checkLength, checkMatrix } from './check-arguments.ts';
import type { Matrix } from './matrix.ts';
import { weightedQuantiles } from './weighted-quantile.ts';

/** A feature whose values inside a cluster differ from those outside. */
export interface DistinctiveFeature {
  readonly feature: string;
  readonly column: number;
  readonly direction: 'higher' | 'lower';
  /** The median in the cluster and that of all other rows, in the feature's own unit. */
  readonly median: number;
  readonly othersMedian: number;
  /** Their difference in spreads (signed); at most ±`FARTHEST`. */
  readonly difference: number;
}

export interface ClusterDescription {
  readonly cluster: number;
  readonly size: number;
  /** Of all rows. */
  readonly share: number;
  /** The most distinctive first, at most five. */
  readonly features: readonly DistinctiveFeature[];
}

const MOST_FEATURES = 5;
/** Medians closer than half a spread set nothing apart. */
const LEAST_DIFFERENCE = 0.5;
const FARTHEST = 10;
/** A feature that fewer of the cluster's rows hold does not speak for the cluster. */
const LEAST_HELD = 0.5;

/**
 * What sets each cluster apart, in raw values (`NaN` = missing, left out): the difference between its median and
 * that of the others, over the mean spread of both, where a spread is half the distance between the 5 % and 95 %
 * quantiles. Clusters in ascending number; any integers will do, so −1 may stand for noise.
 */
export function describeClusters(
  vectors: Matrix,
  assignments: ArrayLike<number>,
  featureNames: readonly string[],
): ClusterDescription[] {
  checkMatrix('vectors', vectors);
  checkLength('assignments', assignments, vectors.rows);
  if (featureNames.length !== vectors.columns) {
    throw new RangeError(
      `featureNames: expected ${vectors.columns}, one a column, got ${featureNames.length}`,
    );
  }
  const numbers = Array.from(assignments);
  const wrong = numbers.find((cluster) => !Number.isInteger(cluster));
  if (wrong !== undefined) throw new RangeError(`assignments: expected integers, got ${wrong}`);
  const clusters = [...new Set(numbers)].sort((a, b) => a - b);
  return clusters.map((cluster) => {
    const inside = numbers.map((number) => number === cluster);
    const size = inside.filter(Boolean).length;
    const features = featureNames
      .map((feature, column) => compare(feature, column, splitColumn(vectors, column, inside)))
      .filter((feature) => feature !== undefined)
      .sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference) || a.column - b.column)
      .slice(0, MOST_FEATURES);
    return { cluster, size, share: size / vectors.rows, features };
  });
}

interface SplitColumn {
  readonly inside: readonly number[];
  readonly outside: readonly number[];
}

function splitColumn(vectors: Matrix, column: number, isInside: readonly boolean[]): SplitColumn {
  const split = { inside: [] as number[], outside: [] as number[] };
  for (const [row, inside] of isInside.entries()) {
    split[inside ? 'inside' : 'outside'].push(vectors.values[row * vectors.columns + column]!);
  }
  return split;
}

function compare(
  feature: string,
  column: number,
  { inside, outside }: SplitColumn,
): DistinctiveFeature | undefined {
  const held = inside.filter((value) => !Number.isNaN(value)).length;
  if (held < LEAST_HELD * inside.length) return undefined;
  const [median, spread] = medianAndSpread(inside);
  const [othersMedian, othersSpread] = medianAndSpread(outside);
  const gap = median - othersMedian;
  const noise = 1e-9 * Math.max(Math.abs(median), Math.abs(othersMedian)); // rounding is no difference
  if (!(Math.abs(gap) > noise)) return undefined; // nor is NaN: nobody else holds the feature
  const ratio = gap / Math.max(spread / 2 + othersSpread / 2, noise);
  const difference = Math.max(-FARTHEST, Math.min(FARTHEST, ratio));
  if (Math.abs(difference) < LEAST_DIFFERENCE) return undefined;
  const direction = difference > 0 ? 'higher' : 'lower';
  return { feature, column, direction, median, othersMedian, difference };
}

function medianAndSpread(values: readonly number[]): [number, number] {
  const [low, median, high] = weightedQuantiles(values, undefined, [0.05, 0.5, 0.95]);
  return [median!, high! / 2 - low! / 2];
}
