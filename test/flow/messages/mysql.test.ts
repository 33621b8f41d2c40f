import { describe, expect, test } from 'vitest';
import { answer, ask, ends, logins } from './read-packet.ts';
import { ascii, MYSQL_OK, mysqlError, mysqlLogin, mysqlPacket, zeros } from './service-bytes.ts';

const packet = (sequence: number, body: readonly number[]): Uint8Array => Uint8Array.from(mysqlPacket(sequence, body)); // prettier-ignore
const greeting = packet(0, [10, ...ascii('8.0.36\0'), ...zeros(40)]);

describe('MySQL', () => {
  test('the client names the user', () => {
    expect(ask(3306, mysqlLogin('root'))).toMatchObject({
      service: 'mysql',
      events: [{ kind: 'login', service: 'mysql', outcome: 'unknown', userName: 'root', ...ends }],
    });
  });

  test('a request for TLS names nobody', () => {
    const request = packet(1, [...mysqlLogin('root').slice(4, 36)]);
    expect(ask(3306, request)).toMatchObject({ service: 'mysql', events: [] });
  });

  test('a refusal, which repeats the name', () => {
    const words = "#28000Access denied for user 'root'@'10.0.0.1' (using password: YES)";
    expect(logins(answer(3306, mysqlError(1045, words)))).toEqual(['failure root']);
    expect(logins(answer(33060, mysqlError(1045, words)))).toEqual(['failure root']);
    expect(logins(answer(3306, mysqlError(1698, words)))).toEqual(['failure root']);
  });

  test('no database for the user refuses a login, but a command too', () => {
    expect(logins(answer(3306, mysqlError(1044, '#42000Access denied', 2)))).toEqual(['failure']);
    expect(logins(answer(3306, mysqlError(1044, '#42000Access denied', 1)))).toEqual([]);
    expect(logins(answer(3306, mysqlError(1064, '#42000syntax', 1)))).toEqual([]);
    expect(logins(answer(3306, mysqlError(1130, 'Host is not allowed', 0)))).toEqual([]);
  });

  test('an OK after the login, behind the fast path of caching_sha2_password too', () => {
    expect(logins(answer(3306, packet(2, MYSQL_OK)))).toEqual(['success']);
    const fast = Uint8Array.from([...mysqlPacket(2, [1, 3]), ...mysqlPacket(3, MYSQL_OK)]);
    expect(logins(answer(3306, fast))).toEqual(['success']);
    expect(logins(answer(3306, packet(2, [1, 4])))).toEqual([]);
    expect(answer(3306, packet(2, [0xfe, ...ascii('mysql_native_password\0')]))).toMatchObject({
      service: 'mysql',
      events: [],
    });
  });

  test('an OK to a command, a result or a row is no login', () => {
    expect(answer(3306, packet(1, MYSQL_OK)).events).toEqual([]);
    const result = [...mysqlPacket(1, [1]), ...mysqlPacket(2, MYSQL_OK)];
    expect(answer(3306, Uint8Array.from(result)).events).toEqual([]);
    expect(answer(3306, packet(4, [0, 3, 97, 98, 99, 1, 65, 2])).events).toEqual([]);
  });

  test('a greeting on any port', () => {
    expect(answer(3307, greeting)).toMatchObject({ service: 'mysql', events: [] });
  });
});
