import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../src/bytes/byte-reader.ts';
import { ContactTimes } from '../../src/stats/contact-times.ts';
import { mergeableLaws } from '../laws/mergeable-laws.ts';
import { times } from './arbitraries.ts';

mergeableLaws({
  name: 'ContactTimes',
  empty: () => new ContactTimes(),
  value: times,
  add: (state, time) => state.add(time),
  decode: (reader) => ContactTimes.decode(reader),
  threshold: 128,
  read: (s) => [s.count, s.exact, s.times(), s.activity().counts(), s.activity().widthUs],
});

function every(periodUs: number, count: number): ContactTimes {
  const contacts = new ContactTimes();
  for (let i = count - 1; i >= 0; i--) contacts.add(1_700_000_000_000_000 + i * periodUs);
  return contacts;
}

describe('ContactTimes', () => {
  test('keeps 128 times, repeats included, and then their activity', () => {
    const contacts = every(0, 128);
    expect(contacts).toMatchObject({ exact: true, count: 128 });
    expect([...contacts.times()]).toEqual(new Array(128).fill(1_700_000_000_000_000));
    contacts.add(1_700_000_000_000_000);
    expect(contacts).toMatchObject({ exact: false, count: 129 });
    expect(contacts.times()).toHaveLength(0);
    expect(contacts.activity().peak).toBe(129);
  });

  test('gives times in order and the activity they make', () => {
    const contacts = every(60_000_000, 3);
    expect([...contacts.times()].map((t) => t - 1_700_000_000_000_000)).toEqual([
      0, 60_000_000, 120_000_000,
    ]);
    expect(contacts.activity()).toMatchObject({ total: 3, activeBuckets: 3, widthUs: 2 ** 20 });
  });

  test('still shows a beat of one a minute after four hours', () => {
    const activity = every(60_000_000, 240).activity();
    expect(activity.widthUs).toBe(2 ** 26); // 67 s
    expect(activity.activeBuckets).toBe(activity.counts().length);
    expect(activity.peak).toBe(2);
  });

  test('hands out an activity of its own', () => {
    const contacts = every(1_000_000, 200);
    contacts.activity().add(0);
    expect(contacts.count).toBe(200);
  });

  test('marks an activity of so few that it would be exact', () => {
    const reader = new ByteReader(Uint8Array.of(0x81, 1, 1, 5, 0, 9));
    expect(ContactTimes.decode(reader).count).toBe(0);
    expect(reader.truncated).toBe(true);
    expect(reader.offset).toBe(6);
  });
});
