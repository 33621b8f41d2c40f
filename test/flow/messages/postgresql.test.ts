import { describe, expect, test } from 'vitest';
import { answer, ask, ends, logins } from './read-packet.ts';
import { ascii, be32 } from './service-bytes.ts';

const message = (type: string, body: readonly number[]): number[] => [type.charCodeAt(0), ...be32(body.length + 4), ...body]; // prettier-ignore
const startUp = (text: string, code = 196608): Uint8Array => Uint8Array.from([...be32(8 + text.length), ...be32(code), ...ascii(text)]); // prettier-ignore
const error = (state: string, words: string): Uint8Array =>
  Uint8Array.from(message('E', ascii(`SFATAL\0VFATAL\0C${state}\0M${words}\0\0`)));

describe('PostgreSQL', () => {
  test('a start-up names the user, on any port', () => {
    for (const port of [5432, 54321]) {
      expect(ask(port, startUp('database\0user\0user\0alice\0\0'))).toMatchObject({
        service: 'postgresql',
        events: [{ kind: 'login', outcome: 'unknown', userName: 'alice', ...ends }],
      });
    }
    expect(ask(5432, startUp('', 80877103))).toMatchObject({ service: 'postgresql', events: [] });
  });

  test('AuthenticationOk, alone or behind the end of SCRAM', () => {
    const ok = message('R', be32(0));
    expect(logins(answer(5432, Uint8Array.from(ok)))).toEqual(['success']);
    const final = message('R', [...be32(12), ...ascii('v=abc')]);
    expect(logins(answer(5432, Uint8Array.from([...final, ...ok])))).toEqual(['success']);
    expect(logins(answer(5432, Uint8Array.from(final)))).toEqual([]);
    const md5 = message('R', [...be32(5), 1, 2, 3, 4]);
    expect(answer(5432, Uint8Array.from(md5))).toMatchObject({ service: 'postgresql', events: [] });
  });

  test('an error of class 28 refuses; others do not', () => {
    const words = 'password authentication failed for user "alice"';
    expect(logins(answer(5432, error('28P01', words)))).toEqual(['failure alice']);
    expect(logins(answer(15432, error('28000', 'role "bob" does not exist')))).toEqual(['failure bob']); // prettier-ignore
    expect(answer(5432, error('42601', 'syntax error'))).toMatchObject({
      service: 'postgresql',
      events: [],
    });
  });
});
