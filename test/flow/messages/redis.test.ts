import { describe, expect, test } from 'vitest';
import { answer, ask, logins, verbs } from './read-packet.ts';

const array = (...words: string[]): string =>
  `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;

describe('Redis', () => {
  test('commands on any port, pipelined', () => {
    const seen = ask(16379, array('config', 'set', 'dir', '/root/.ssh') + array('SAVE'));
    expect(seen.service).toBe('redis');
    expect(verbs(seen)).toEqual(['CONFIG', 'SAVE']);
  });

  test('AUTH is an attempt; the password is kept nowhere', () => {
    expect(logins(ask(6379, array('AUTH', 'secret')))).toEqual(['unknown default']);
    expect(logins(ask(6379, array('auth', 'alice', 'secret')))).toEqual(['unknown alice']);
    expect(logins(ask(6379, array('HELLO', '3', 'AUTH', 'bob', 'secret')))).toEqual(['unknown bob']); // prettier-ignore
    const inline = ask(6379, 'AUTH secret\r\n');
    expect(logins(inline)).toEqual(['unknown default']);
    expect(JSON.stringify(inline)).not.toContain('secret');
  });

  test.each([
    ['-WRONGPASS invalid username-password pair or user is disabled.\r\n', ['failure']],
    ['-ERR invalid password\r\n', ['failure']],
    ['-NOAUTH Authentication required.\r\n', []],
    ['-ERR unknown command\r\n', []],
    ['+OK\r\n', []],
    ['$-1\r\n', []],
  ])('the answer %j tells %j', (payload, outcomes) => {
    const seen = answer(6379, payload);
    expect(seen.service).toBe('redis');
    expect(logins(seen)).toEqual(outcomes);
  });

  test('a list in a text is no command', () => {
    expect(ask(80, '*1\r\n$3\r\n<a>\r\n').service).toBe('');
    expect(ask(80, '* item\r\n').service).toBe('');
  });
});
