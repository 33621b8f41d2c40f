import type { Channel } from './channel.ts';
import type { QuantileSketch } from '../stats/quantiles.ts';

/**
 * How much one channel looks like a beacon, after RITA v5 (activecm/rita, `analysis/beacons.go`): timestamps and
 * data sizes by Bowley skewness and median absolute deviation, a histogram over the observed time by its
 * coefficient of variation, and the share of the time it was there. Each part and the score lie in 0 … 1.
 *
 * Ours differs where a profile that merges must: quartiles of sizes come from a sketch (1 %); contacts beyond
 * 128 from activity buckets; the observed time is the host's own, so that a long recording changes nothing.
 */
export interface BeaconScore {
  readonly score: number;
  readonly timing: number;
  readonly sizes: number;
  readonly histogram: number;
  readonly duration: number;
  /** Median interval between contacts, seconds. */
  readonly intervalS: number;
  readonly contacts: number;
}

const BEACON_CONTACTS = 4;
const BINS = 24;

/** `undefined` below four contacts or three intervals: there is no rhythm to judge. */
export function beaconScore(
  channel: Channel,
  startUs: number,
  endUs: number,
): BeaconScore | undefined {
  const contacts = channel.contacts.count;
  if (contacts < BEACON_CONTACTS) return undefined;
  const intervals = contactIntervals(channel);
  if (intervals.length < 3) return undefined;
  const timing = round(
    statisticalScore(quartilesOf(intervals), medianDeviation(intervals), 1e6, 1),
  );
  const sizes = sizeScore(channel.originatorSizes);
  const { variation, coverage } = histogramScores(channel, startUs, endUs);
  const score = round(0.25 * (timing + sizes + variation + coverage));
  const intervalS = quartilesOf(intervals)[1] / 1e6;
  return { score, timing, sizes, histogram: variation, duration: coverage, intervalS, contacts };
}

/** Sorted, non-zero times between contacts, µs. */
function contactIntervals(channel: Channel): Float64Array {
  const times = channel.contacts.exact ? channel.contacts.times() : bucketTimes(channel);
  const intervals: number[] = [];
  for (let i = 1; i < times.length; i++) {
    const gap = times[i]! - times[i - 1]!;
    if (gap > 0) intervals.push(gap);
  }
  return Float64Array.from(intervals).sort();
}

/** Where single contacts are no longer kept: the instants of the buckets that had any. */
function bucketTimes(channel: Channel): Float64Array {
  const activity = channel.contacts.activity();
  const times: number[] = [];
  for (const [index, count] of activity.counts().entries())
    if (count > 0) times.push(index * activity.widthUs);
  return Float64Array.from(times);
}

type Quartiles = readonly [number, number, number];

/** Skewness is not held against spreads below ten units, nor where the median meets a quartile (as RITA does). */
function statisticalScore(
  [q1, q2, q3]: Quartiles,
  deviation: number,
  unit: number,
  fallback: number,
): number {
  const spread = q3 - q1;
  const skewed = spread >= 10 * unit && q2 !== q1 && q2 !== q3;
  const skewness = skewed ? (q1 + q3 - 2 * q2) / spread : 0;
  const steadiness = q2 >= unit ? Math.max(0, (q2 - deviation) / q2) : fallback;
  return (1 - Math.abs(skewness) + steadiness) / 2;
}

function sizeScore(sizes: QuantileSketch): number {
  if (sizes.count < 3) return 0;
  const at = (q: number): number => sizes.quantile(q);
  const median = at(0.5);
  const deviations = Float64Array.from({ length: 99 }, (_, i) =>
    Math.abs(at((i + 1) / 100) - median),
  ).sort();
  return round(statisticalScore([at(0.25), median, at(0.75)], deviations[49]!, 1, 0));
}

/** 1 − the coefficient of variation over 24 bins, and the share of the time between first and last contact. */
function histogramScores(
  channel: Channel,
  startUs: number,
  endUs: number,
): { variation: number; coverage: number } {
  const span = Math.max(1, endUs - startUs);
  const bins = new Float64Array(BINS);
  const add = (timeUs: number, count: number): void => {
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor((BINS * (timeUs - startUs)) / span)));
    bins[bin]! += count;
  };
  let firstUs: number;
  let lastUs: number;
  if (channel.contacts.exact) {
    const times = channel.contacts.times();
    for (const time of times) add(time, 1);
    firstUs = times[0]!;
    lastUs = times.at(-1)!;
  } else {
    const activity = channel.contacts.activity();
    firstUs = activity.firstUs;
    lastUs = activity.lastUs;
    const base = Math.floor(activity.firstUs / activity.widthUs) * activity.widthUs;
    for (const [i, count] of activity.counts().entries())
      if (count > 0) add(base + i * activity.widthUs, count);
  }
  const mean = bins.reduce((a, b) => a + b, 0) / BINS;
  const deviation = Math.sqrt(bins.reduce((sum, x) => sum + (x - mean) ** 2, 0) / BINS);
  return {
    variation: round(Math.max(0, 1 - deviation / mean)),
    coverage: round(Math.min(1, (lastUs - firstUs) / span)),
  };
}

function quartilesOf(sorted: Float64Array): Quartiles {
  return [quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)];
}

function medianDeviation(sorted: Float64Array): number {
  const median = quantile(sorted, 0.5);
  return quantile(sorted.map((x) => Math.abs(x - median)).sort(), 0.5);
}

/** Linear between order statistics (type 7). */
function quantile(sorted: Float64Array, q: number): number {
  const position = q * (sorted.length - 1);
  const low = Math.floor(position);
  const high = Math.min(sorted.length - 1, low + 1);
  return sorted[low]! + (position - low) * (sorted[high]! - sorted[low]!);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
