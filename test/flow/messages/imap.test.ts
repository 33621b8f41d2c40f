import { describe, expect, test } from 'vitest';
import { answer, ask, logins, verbs } from './read-packet.ts';

describe('IMAP', () => {
  test.each([
    ['a1 NO [AUTHENTICATIONFAILED] Authentication failed.\r\n', ['failure']],
    ['a1 NO Login failed.\r\n', ['failure']],
    ['a1 OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] Logged in\r\n', ['success']],
    ['* CAPABILITY IMAP4rev1 IDLE\r\na1 OK LOGIN completed\r\n', ['success']],
    ['a1 OK [CAPABILITY IMAP4rev1 LOGIN-REFERRALS AUTH=LOGIN] Begin TLS negotiation now\r\n', []],
    ['a3 OK LOGOUT completed\r\n', []],
    ['a1 OK Pre-login capabilities listed, post-login capabilities have more.\r\n', []],
    ['a2 NO Mailbox does not exist\r\n', []],
    ['a1 NO [UNAVAILABLE] Temporary authentication failure.\r\n', []],
    ['a1 BAD Plaintext authentication disallowed\r\n', []],
    ['* OK Dovecot ready.\r\n', []],
    ['* BYE Logging out\r\n', []],
  ])('the answer %j tells %j', (payload, outcomes) => {
    const seen = answer(143, payload);
    expect(seen.service).toBe('imap');
    expect(logins(seen)).toEqual(outcomes);
  });

  test.each([
    ['a1 LOGIN alice secret\r\n', ['unknown alice']],
    ['a1 login "al \\"x\\" ice" "secret"\r\n', ['unknown al "x" ice']],
    ['a1 LOGIN {5}\r\n', []],
    ['a1 AUTHENTICATE PLAIN AGJvYgBwdw==\r\n', ['unknown bob']],
    ['a1 SELECT INBOX\r\n', []],
  ])('the client says %j: %j', (payload, names) => {
    const seen = ask(143, payload);
    expect(seen.service).toBe('imap');
    expect(verbs(seen)).toHaveLength(1);
    expect(logins(seen)).toEqual(names);
  });
});
