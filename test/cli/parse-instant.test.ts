import { expect, test } from 'vitest';
import { parseInstant } from '../../src/cli/parse-instant.ts';

test('a time is read as people, reports and our own tables write it, in UTC unless it says otherwise', () => {
  const us = 1_609_941_802_000_000;
  for (const text of [
    '2021-01-06T14:03:22Z',
    '2021-01-06 14:03:22',
    '2021-01-06 14:03:22.000 UTC',
    '2021-01-06T15:03:22+01:00',
    '1609941802',
    '1609941802.0',
    '1609941802000000',
  ]) {
    expect([text, parseInstant(text)]).toEqual([text, us]);
  }
  expect(parseInstant('2021-01-06')).toBe(us - (14 * 3600 + 3 * 60 + 22) * 1e6);
  expect(parseInstant('2021-01-06T14:03')).toBe(us - 22e6);
  expect(parseInstant('2021-01-06T14:03+01:00')).toBe(us - 3622e6);
  expect(parseInstant('1609941802.123456')).toBe(us + 123_456);
  for (const text of ['', 'noon', '06.01.2021', '2021-13-01', '-5', '2021-01-06T14']) {
    expect([text, parseInstant(text)]).toEqual([text, NaN]);
  }
});
