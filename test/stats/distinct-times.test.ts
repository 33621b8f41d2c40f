import { describe, expect, test } from 'vitest';
import { DistinctTimes } from '../../src/stats/distinct-times.ts';
import { mergeableLaws } from '../laws/mergeable-laws.ts';
import { times } from './arbitraries.ts';

mergeableLaws({
  name: 'DistinctTimes',
  empty: () => new DistinctTimes(1e6),
  value: times,
  add: (state, timeUs) => {
    state.add(timeUs);
  },
  decode: (reader) => DistinctTimes.decode(reader, 1e6),
  read: (state) => [state.estimate()],
  threshold: 64,
});

describe('DistinctTimes', () => {
  test('counts the seconds that had anything, in whatever order they come', () => {
    const seconds = new DistinctTimes(1e6);
    for (const at of [0, 999_999, 1_000_000, 0, 5e6, 1_700_000_000e6, 5_999_999]) seconds.add(at);
    expect(seconds.estimate()).toBe(4);
  });

  test('stays within a tenth of the truth however long the whole lasts', () => {
    for (const everyUs of [1e6, 60e6, 3600e6]) {
      const seconds = new DistinctTimes(1e6);
      for (let i = 0; i < 5000; i++) seconds.add(1_700_000_000e6 + i * everyUs);
      expect(Math.abs(seconds.estimate() / 5000 - 1)).toBeLessThan(0.1);
    }
  });

  test('refuses widths that are none, and merges only what has the same', () => {
    expect(() => new DistinctTimes(0)).toThrow('widthUs: expected an integer of at least 1, got 0');
    expect(() => {
      new DistinctTimes(1e6).merge(new DistinctTimes(60e6));
    }).toThrow('other: expected widthUs = 1000000, got 60000000');
  });
});
