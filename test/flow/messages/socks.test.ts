import { describe, expect, test } from 'vitest';
import { answer, ask, logins, verbs } from './read-packet.ts';

describe('SOCKS', () => {
  test.each([
    ['\x05\x01\0\x01\x0a\0\0\x02\0\x50', ['CONNECT']],
    ['\x05\x02\0\x03\x0bexample.com\0\x50', ['BIND']],
    ['\x05\x03\0\x04' + '\x01'.repeat(16) + '\0\x50', ['UDP_ASSOCIATE']],
    ['\x05\x02\0\x02', []],
    ['\x04\x01\0\x50\x0a\0\0\x02user\0', ['CONNECT']],
    ['\x04\x01\0\x50\0\0\0\x01\0example.com\0', ['CONNECT']],
  ])('%j asks for %j, on any port', (payload, expected) => {
    const seen = ask(9050, payload);
    expect(seen.service).toBe('socks');
    expect(verbs(seen)).toEqual(expected);
  });

  test.each(['\x05\x01\0\x01\x0a\0\0\x02\0', '\x05\x01\0\x07\x0a\0\0\x02\0\x50', '\x04\x01\0\x50\x0a\0\0\x02user'])(
    '%j is none',
    (payload) => {
      expect(ask(9050, payload)).toMatchObject({ service: '', events: [] });
    },
  ); // prettier-ignore

  test('name and password, and their answer, on its port', () => {
    const seen = ask(1080, '\x01\x05alice\x06secret');
    expect(logins(seen)).toEqual(['unknown alice']);
    expect(logins(answer(1080, '\x01\0'))).toEqual(['success']);
    expect(logins(answer(1080, '\x01\x01'))).toEqual(['failure']);
    expect(answer(9050, '\x01\x01').events).toEqual([]);
    expect(answer(1080, '\x05\0\0\x01\x0a\0\0\x02\0\x50').events).toEqual([]);
  });
});
