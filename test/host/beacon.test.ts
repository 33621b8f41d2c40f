import { describe, expect, test } from 'vitest';
import { beaconScore, type BeaconScore } from '../../src/host/beacon.ts';
import { Channel } from '../../src/host/channel.ts';
import { seededRandom } from '../../src/learn/random.ts';
import { makeFlow } from './any-traffic.ts';

const START = 1_700_000_000e6;

/** The score of a channel with contacts at these seconds, seen by a host that was active for so many. */
function scoreOf(
  seconds: readonly number[],
  activeS: number,
  bytes: (index: number) => number = () => 100,
): BeaconScore | undefined {
  const channel = new Channel();
  for (const [index, at] of seconds.entries()) {
    const startUs = START + Math.round(at * 1e6);
    const flow = makeFlow({ startUs, endUs: startUs, originatorBytes: bytes(index) });
    channel.add(flow, 'succeeded');
  }
  return beaconScore(channel, START, START + activeS * 1e6);
}

const every = (stepS: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => i * stepS);

describe('beaconScore', () => {
  test('of equal contacts at equal intervals over the whole time is 1 in every part', () => {
    // 48 contacts, two in each of 24 bins of 120 s; the last comes 60 s before the end.
    expect(scoreOf(every(60, 48), 2880)).toEqual({
      score: 0.995,
      timing: 1,
      sizes: 1,
      histogram: 1,
      duration: 0.979, // 2820 / 2880
      intervalS: 60,
      contacts: 48,
    });
  });

  test('takes skewness and deviation of intervals by hand', () => {
    // Intervals 10, 20, 30, 100, 200: quartiles 20, 30, 100; Bowley (20 + 100 − 60) / 80 = 0.75;
    // deviations from 30: 20, 10, 0, 70, 170, their median 20; (1 − 0.75 + (30 − 20) / 30) / 2 = 0.2917
    const score = scoreOf([0, 10, 30, 60, 160, 360], 360)!;
    expect(score.timing).toBe(0.292);
    expect(score.intervalS).toBe(30);
    expect(score.duration).toBe(1);
    // Bins of 15 s: 0, 10 → 0; 30 → 2; 60 → 4; 160 → 10; 360 → 23 (the end belongs to the last bin). Six contacts in 24 bins, mean 0.25:
    // squares (2 − ¼)² + 4 (1 − ¼)² + 19 (¼)² = 6.5, deviation √(6.5 / 24) = 0.52 > mean
    expect(score.histogram).toBe(0);
    expect(score.sizes).toBe(1);
    expect(score.score).toBe(0.573); // (0.292 + 1 + 0 + 1) / 4
  });

  test('does not hold skewness against spreads below ten seconds, or where the median is a quartile', () => {
    // Intervals 1, 2, 3, 7, 8: spread 5 s. Deviations from 3: 2, 1, 0, 4, 5, median 2: (1 + 1/3) / 2
    expect(scoreOf([0, 1, 3, 6, 13, 21], 21)!.timing).toBe(0.667);
    // Intervals 60, 60, 60, 100, 200: Q1 = Q2 = 60; deviations 0, 0, 0, 40, 140: (1 + 1) / 2
    expect(scoreOf([0, 60, 120, 180, 280, 480], 480)!.timing).toBe(1);
  });

  test('judges sizes by the same formula', () => {
    // Sizes 10, 20, 30, 40, 50: no skew, median deviation 10: (1 + (30 − 10) / 30) / 2; the sketch is exact below 50
    const sizes = [10, 20, 30, 40, 49];
    expect(scoreOf(every(60, 5), 240, (i) => sizes[i]!)!.sizes).toBe(0.833);
    expect(scoreOf(every(60, 5), 240, () => 0)!.sizes).toBe(0.5); // nothing sent: alike, but a median of 0 shows nothing
  });

  test('falls with jitter, and further for contacts by chance', () => {
    const random = seededRandom(7);
    const jittered = scoreOf(
      every(60, 96).map((at) => at + 20 * random()),
      5760,
    )!;
    let at = 0;
    const chance = Array.from({ length: 96 }, () => (at += -60 * Math.log(1 - random())));
    const byChance = scoreOf(chance, Math.ceil(at))!;
    expect(jittered.timing).toBeGreaterThan(0.8);
    expect(jittered.timing).toBeLessThan(1);
    expect(jittered.histogram).toBeGreaterThan(0.8);
    expect(byChance.timing).toBeLessThan(0.7);
    expect(byChance.histogram).toBeLessThan(0.7);
  });

  test('covers only the share of the time that the channel was there', () => {
    const score = scoreOf(every(10, 13), 1200)!;
    expect(score.duration).toBe(0.1);
    expect(score.histogram).toBe(0);
  });

  test('sees a period still when there are too many contacts to keep each', () => {
    const score = scoreOf(every(60, 240), 14_400)!; // over 128 contacts: buckets
    expect(score.contacts).toBe(240);
    expect(score.timing).toBeGreaterThan(0.9);
    expect(score.histogram).toBeGreaterThan(0.9);
    expect(score.score).toBeGreaterThan(0.95);
  });

  test('of contacts beyond those kept does not depend on where buckets end', () => {
    for (const count of [130, 200, 333, 500, 1000, 5000]) {
      const score = scoreOf(every(7, count), 7 * count)!;
      expect(score.histogram, `${count} contacts`).toBeGreaterThan(0.93);
      expect(score.timing, `${count} contacts`).toBeGreaterThan(0.85);
    }
  });

  test('does not take a busy channel for a regular one because all its buckets are full', () => {
    const random = seededRandom(11);
    let at = 0;
    const chance = Array.from({ length: 1000 }, () => (at += -30 * Math.log(1 - random())));
    expect(scoreOf(chance, Math.ceil(at))!.timing).toBeLessThan(0.9);
    expect(scoreOf(every(30, 1000), 30_000)!.timing).toBeGreaterThan(0.9);
  });

  test('is not given below four contacts, or without three intervals', () => {
    expect(scoreOf(every(60, 3), 180)).toBeUndefined();
    expect(scoreOf([0, 0, 0, 60, 60, 120], 180)).toBeUndefined();
    expect(scoreOf([0, 60, 120, 180], 180)).toBeDefined();
    expect(scoreOf([], 0)).toBeUndefined();
  });

  test('does not depend on how long somebody recorded, only on how long the host was active', () => {
    expect(scoreOf(every(60, 24), 1380)).toEqual(scoreOf(every(60, 24), 1380));
    expect(scoreOf(every(60, 24), 1380)!.duration).toBe(1);
  });
});
