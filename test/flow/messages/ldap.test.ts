import { describe, expect, test } from 'vitest';
import { answer, ask, logins, verbs } from './read-packet.ts';
import {
  ascii,
  be32,
  ber,
  zeros,
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

  test('signed and not encrypted, with Kerberos or NTLM', () => {
    const search = [...ldapMessage(ber(0x63, ber(4, ascii('dc=example'))))];
    const framed = (...parts: number[][]): Uint8Array => Uint8Array.from([...be32(parts.flat().length), ...parts.flat()]); // prettier-ignore
    const token = (flags: number): number[] => [5, 4, flags, 0xff, 0, 12, 0, 12, ...zeros(8), ...zeros(12)]; // prettier-ignore
    expect(verbs(ask(389, framed(token(4), search)))).toEqual(['SEARCH']);
    expect(verbs(ask(389, framed(token(6), search)))).toEqual([]);
    expect(verbs(ask(389, framed([1, 0, 0, 0, ...zeros(12)], search)))).toEqual(['SEARCH']);
  });
});
