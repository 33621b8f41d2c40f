import { describe, expect, test } from 'vitest';
import { answer, ask, logins, verbs } from './read-packet.ts';

describe('POP3', () => {
  test.each([
    ['-ERR [AUTH] Authentication failed.\r\n', ['failure']],
    ['-ERR Logon failure: unknown user name or bad password.\r\n', ['failure']],
    ['-ERR Invalid user name or password.\r\n', ['failure']],
    ['-ERR Login failed.\r\n', ['failure']],
    ['-ERR authorization failed\r\n', ['failure']],
    ['-ERR permission denied\r\n', ['failure']],
    ['-ERR Unknown command.\r\n', []],
    ['-ERR Invalid command\r\n', []],
    ['-ERR [IN-USE] Mailbox locked, login failed\r\n', []],
    ['-ERR [SYS/TEMP] authentication error, temporary\r\n', []],
    ['-ERR Plaintext authentication disallowed on non-secure connections.\r\n', []],
    ['+OK Logged in.\r\n', ['success']],
    ["+OK mrose's maildrop has 2 messages (320 octets)\r\n", ['success']],
    ['+OK Mailbox open, 3 messages\r\n', ['success']],
    ['+OK User successfully logged on.\r\n', ['success']],
    ['+OK Welcome.\r\n', ['success']],
    ['+OK 3 messages\r\n', []],
    ['+OK\r\n', []],
    ['+OK Dovecot ready.\r\n', []],
  ])('the answer %j tells %j', (payload, outcomes) => {
    const seen = answer(110, payload);
    expect(seen.service).toBe('pop3');
    expect(logins(seen)).toEqual(outcomes);
  });

  test('names of USER, APOP and AUTH PLAIN', () => {
    const plain = Buffer.from('\0carol\0pw').toString('base64');
    expect(logins(ask(110, 'USER alice@example.com\r\n'))).toEqual(['unknown alice@example.com']);
    expect(logins(ask(110, 'APOP bob c4c9334bac560ecc979e58001b3e22fb\r\n'))).toEqual(['unknown bob']); // prettier-ignore
    expect(logins(ask(110, `AUTH PLAIN ${plain}\r\n`))).toEqual(['unknown carol']);
    expect(ask(110, 'PASS secret\r\n').events).toMatchObject([{ kind: 'command', verb: 'PASS' }]);
    expect(verbs(ask(110, 'stat\r\n'))).toEqual(['STAT']);
    expect(ask(110, 'hello\r\n').service).toBe('');
  });
});
