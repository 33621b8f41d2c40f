import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../src/bytes/byte-reader.ts';
import { Activity } from '../../src/stats/activity.ts';
import { mergeableLaws } from '../laws/mergeable-laws.ts';
import { countsToAdd, times } from './arbitraries.ts';

for (const [minWidthLog2, maxBuckets] of [
  [20, 128],
  [0, 1],
  [10, 5],
] as const) {
  mergeableLaws({
    name: `Activity(${minWidthLog2}, ${maxBuckets})`,
    empty: () => new Activity(minWidthLog2, maxBuckets),
    value: fc.tuple(times, countsToAdd),
    add: (state, [time, count]) => state.add(time, count),
    decode: (reader) => Activity.decode(reader, minWidthLog2, maxBuckets),
    read: (s) => [s.total, s.firstUs, s.lastUs, s.widthUs, s.counts(), s.peak, s.activeBuckets],
  });
}

describe('Activity', () => {
  test('counts in buckets aligned to the epoch', () => {
    const activity = new Activity(10, 8);
    activity.add(1023);
    activity.add(1024, 2);
    activity.add(4096);
    expect([...activity.counts()]).toEqual([1, 2, 0, 0, 1]);
    expect(activity).toMatchObject({ firstUs: 1023, lastUs: 4096, widthUs: 1024, total: 4 });
    expect(activity).toMatchObject({ activeBuckets: 3, peak: 2 });
  });

  test('doubles the width only when there would be too many buckets', () => {
    const activity = new Activity(10, 4);
    activity.add(0);
    activity.add(4095);
    expect(activity.widthUs).toBe(1024);
    activity.add(4096);
    expect(activity.widthUs).toBe(2048);
    expect([...activity.counts()]).toEqual([1, 1, 1]);
    activity.add(2 ** 53 - 1);
    expect(activity.widthUs).toBe(2 ** 51);
    expect([...activity.counts()]).toEqual([3, 0, 0, 1]);
  });

  test('is what recounting all times at its width gives', () => {
    fc.assert(
      fc.property(fc.array(times, { minLength: 1, maxLength: 60 }), (all) => {
        const activity = new Activity(4, 16);
        for (const time of all) activity.add(time);
        const first = Math.floor(Math.min(...all) / activity.widthUs);
        const last = Math.floor(Math.max(...all) / activity.widthUs);
        const truth = new Float64Array(last - first + 1);
        for (const time of all) truth[Math.floor(time / activity.widthUs) - first]!++;
        expect(activity.counts()).toEqual(truth);
        expect(truth.length).toBeLessThanOrEqual(16);
      }),
    );
  });

  test('hands out a copy of its counts', () => {
    const activity = new Activity();
    activity.add(5);
    activity.counts()[0] = 99;
    expect(activity.peak).toBe(1);
  });

  test('knows nothing, not zero, of times when empty', () => {
    const activity = new Activity();
    expect([activity.firstUs, activity.lastUs]).toEqual([NaN, NaN]);
    expect([activity.total, activity.peak, activity.activeBuckets]).toEqual([0, 0, 0]);
    expect(activity.counts()).toHaveLength(0);
  });

  test('refuses other shapes and times that are none', () => {
    expect(() => new Activity(20, 128).merge(new Activity(20, 256))).toThrow(RangeError);
    expect(() => new Activity(53)).toThrow(RangeError);
    expect(() => new Activity(20, 0)).toThrow(RangeError);
    expect(() => new Activity().add(-1)).toThrow(RangeError);
    expect(() => new Activity().add(NaN)).toThrow(RangeError);
  });

  test.each([
    ['an empty first bucket', [1, 0, 0x80, 0x40, 0, 0, 1, 0, 4, 1]],
    ['two times and one count', [1, 0, 5, 1]],
    ['an unknown presence', [2, 0, 0, 1]],
  ])('marks %s', (_, bytes) => {
    const reader = new ByteReader(Uint8Array.from(bytes));
    expect(Activity.decode(reader, 10, 8).total).toBe(0);
    expect(reader.truncated).toBe(true);
  });
});
