import { describe, expect, test } from 'vitest';
import { answer, ask, ends, logins, verbs } from './read-packet.ts';

describe('FTP', () => {
  test.each([
    ['230 Login successful.\r\n', ['success']],
    ['230-Welcome\r\n', []],
    ['230-Welcome\r\nto 230 files\r\n230 Logged on\r\n', ['success']],
    ['232 Logged in by certificate\r\n', ['success']],
    ['530 Login incorrect.\r\n', ['failure']],
    ['530 Login or password incorrect!\r\n', ['failure']],
    ['530 Not logged in.\r\n', ['failure']],
    ['430 Invalid username or password\r\n', ['failure']],
    ['530 Please login with USER and PASS.\r\n', []],
    ['530 Please log in with USER and PASS first.\r\n', []],
    ["530 You aren't logged in\r\n", []],
    ['530 Non-anonymous sessions must use encryption.\r\n', []],
    ['530 Sorry, the maximum number of clients is connected\r\n', []],
    ['331 Please specify the password.\r\n', []],
    ['220 Welcome\r\n230 Logged in\r\n', ['success']],
  ])('the answer %j tells %j', (payload, outcomes) => {
    const seen = answer(21, payload);
    expect(seen.service).toBe('ftp');
    expect(logins(seen)).toEqual(outcomes);
  });

  test('on a port of its own the answer has to speak of a login', () => {
    expect(logins(answer(2100, '530 Login incorrect.\r\n'))).toEqual(['failure']);
    expect(answer(2100, '530 no such thing\r\n')).toMatchObject({ service: '', events: [] });
  });

  test('USER is an attempt, also when the password comes with it', () => {
    const seen = ask(21, 'user admin\r\nPASS secret\r\n');
    expect(verbs(seen)).toEqual(['USER', 'PASS']);
    expect(seen.events).toContainEqual(
      expect.objectContaining({ kind: 'login', outcome: 'unknown', userName: 'admin', ...ends }),
    );
    expect(JSON.stringify(seen.events)).not.toContain('secret');
  });

  test('a line that is not finished says nothing yet', () => {
    expect(answer(21, '530 Login incor').events).toEqual([]);
    expect(ask(21, 'USER adm').events).toEqual([]);
  });
});
