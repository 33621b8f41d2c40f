import type { Activity } from '../stats/activity.ts';
import type { QuantileSketch } from '../stats/quantiles.ts';
import type { Channel } from './channel.ts';

/**
 * How much one channel looks like a beacon, after RITA v5 (activecm/rita, `analysis/beacons.go`): timestamps and
 * data sizes by Bowley skewness and median absolute deviation, a histogram over the observed time by its
 * coefficient of variation, and the share of the time it was there. Each part and the score lie in 0 … 1.
 *
 * Ours differs where a profile that merges must: quartiles of sizes come from a sketch (1 %); contacts beyond
 * 128 are known by bucket only and taken as spread evenly over it; the observed time is the host's own, so that a long
 * recording changes nothing. Of the histogram only the first of RITA's two scores is made (not the bimodal fit), of
 * the duration only the coverage (not the run of consecutive hours, which asks for a day).
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
  const contacts = channel.contactCount;
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
  if (!channel.contacts.exact) return spreadIntervals(channel.contacts.activity());
  const times = channel.contacts.times();
  const intervals: number[] = [];
  for (let i = 1; i < times.length; i++) {
    const gap = times[i]! - times[i - 1]!;
    if (gap > 0) intervals.push(gap);
  }
  return Float64Array.from(intervals).sort();
}

const MOST_INTERVALS = 4096;

/**
 * Where single contacts are no longer kept: the intervals of contacts that lie evenly in their buckets (were a bucket
 * one instant, every busy channel would be as regular as its buckets are). Of very many contacts an even part of each
 * bucket's intervals, which moves no quartile by much.
 */
function spreadIntervals(activity: Activity): Float64Array {
  const { widthUs, total } = activity;
  const kept = Math.min(1, MOST_INTERVALS / total);
  const intervals: number[] = [];
  let before = NaN;
  for (const [index, count] of activity.counts().entries()) {
    if (count === 0) continue;
    const gap = widthUs / count;
    const from = index * widthUs;
    if (!Number.isNaN(before)) intervals.push(from + gap / 2 - before);
    const within = Math.round((count - 1) * kept);
    for (let i = 0; i < within; i++) intervals.push(gap);
    before = from + widthUs - gap / 2;
  }
  return Float64Array.from(intervals).sort();
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
  const placeOf = (timeUs: number): number =>
    Math.min(BINS, Math.max(0, (BINS * (timeUs - startUs)) / span));
  let firstUs: number;
  let lastUs: number;
  if (channel.contacts.exact) {
    const times = channel.contacts.times();
    for (const time of times) bins[Math.min(BINS - 1, Math.floor(placeOf(time)))]! += 1;
    firstUs = times[0]!;
    lastUs = times.at(-1)!;
  } else {
    const activity = channel.contacts.activity();
    firstUs = activity.firstUs;
    lastUs = activity.lastUs;
    const base = Math.floor(firstUs / activity.widthUs) * activity.widthUs;
    for (const [i, count] of activity.counts().entries()) {
      const from = base + i * activity.widthUs;
      const to = Math.min(lastUs, from + activity.widthUs);
      spread(bins, placeOf(Math.max(firstUs, from)), placeOf(to), count);
    }
  }
  const mean = bins.reduce((a, b) => a + b, 0) / BINS;
  const deviation = Math.sqrt(bins.reduce((sum, x) => sum + (x - mean) ** 2, 0) / BINS);
  return {
    variation: round(Math.max(0, 1 - deviation / mean)),
    coverage: round(Math.min(1, (lastUs - firstUs) / span)),
  };
}

/** Adds a count evenly over the bins from one place to another, both in bins: buckets do not end where bins do. */
function spread(bins: Float64Array, from: number, to: number, count: number): void {
  if (count === 0) return;
  const first = Math.min(BINS - 1, Math.floor(from));
  const last = Math.min(BINS - 1, Math.floor(to));
  if (first === last || to <= from) {
    bins[first]! += count;
    return;
  }
  for (let bin = first; bin <= last; bin++) {
    const overlap = Math.min(to, bin + 1) - Math.max(from, bin);
    bins[bin]! += (count * overlap) / (to - from);
  }
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
