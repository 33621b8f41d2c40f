import { describe, expect, test } from 'vitest';
import { answer, ask, logins, verbs } from './read-packet.ts';
import {
  ascii,
  ber,
  ldapBind,
  ldapBindAnswer,
  ldapMessage,
  ntlmAuthenticate,
} from './service-bytes.ts';

describe('LDAP', () => {
  test('a simple bind names who binds; an anonymous one nobody', () => {
    const name = 'cn=admin,dc=example';
    expect(logins(ask(389, ldapBind(name, ber(0x80, ascii('secret')))))).toEqual([`unknown ${name}`]); // prettier-ignore
    expect(ask(389, ldapBind('', ber(0x80)))).toMatchObject({ service: 'ldap', events: [] });
  });

  test('a bind with NTLM names its user', () => {
    const token = ber(0x04, [...ntlmAuthenticate('LAB', 'alice', 'PC1')]);
    const seen = ask(389, ldapBind('', ber(0xa3, ber(0x04, ascii('GSS-SPNEGO')), token)));
    expect(logins(seen)).toEqual(['unknown alice']);
    expect(seen.events).toContainEqual(
      expect.objectContaining({ kind: 'ntlm', domainName: 'LAB', hostName: 'PC1' }),
    );
  });

  test.each([
    [0, ['success']],
    [49, ['failure']],
    [14, []],
    [53, []],
  ])('the result %i tells %j', (code, outcomes) => {
    const seen = answer(3268, ldapBindAnswer(code));
    expect(seen.service).toBe('ldap');
    expect(logins(seen)).toEqual(outcomes);
  });

  test('several messages of one packet, and one without connection', () => {
    const search = ldapMessage(ber(0x63, ber(4, ascii('dc=example'))));
    expect(verbs(ask(389, Uint8Array.from([...search, ...search])))).toEqual(['SEARCH', 'SEARCH']);
    expect(ask(389, search, 17)).toMatchObject({ service: 'ldap', events: [{ verb: 'SEARCH' }] });
  });
});
