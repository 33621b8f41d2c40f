import { describe, expect, test } from 'vitest';
import { answer, ask, verbs } from './read-packet.ts';

const message = (length: number, ...start: number[]): Uint8Array => {
  const bytes = new Uint8Array(length);
  bytes.set(start);
  return bytes;
};

describe('NTP', () => {
  test.each([
    [message(48, 0x23), ['CLIENT']],
    [message(48, 0x1b), ['CLIENT']],
    [message(8, 0x17, 0, 3, 42), ['MONLIST']],
    [message(192, 0x17, 0, 3, 20), ['MONLIST']],
    [message(8, 0x17, 0, 3, 16), ['PRIVATE']],
    [message(12, 0x16, 2), ['CONTROL']],
    [message(12, 0x16, 0x82), []],
    [message(48, 0x97, 0, 3, 42), []],
  ])('asked %j: %j', (payload, expected) => {
    const seen = ask(123, payload, 17);
    expect(seen.service).toBe('ntp');
    expect(verbs(seen)).toEqual(expected);
  });

  test('answers are no commands; versions that do not exist are not NTP', () => {
    expect(answer(123, message(48, 0x24), 17)).toMatchObject({ service: 'ntp', events: [] });
    expect(ask(123, message(48), 17).service).toBe('');
  });
});
