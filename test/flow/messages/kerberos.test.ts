import { describe, expect, test } from 'vitest';
import { answer, ask, ends, logins, verbs } from './read-packet.ts';
import { be32, kerberosError, kerberosReply, kerberosRequest } from './service-bytes.ts';

const udp = (message: readonly number[]): Uint8Array => Uint8Array.from(message);
const tcp = (message: readonly number[]): Uint8Array => Uint8Array.from([...be32(message.length), ...message]); // prettier-ignore

describe('Kerberos', () => {
  test('AS-REQ names the principal, over UDP and TCP', () => {
    const message = kerberosRequest(0x6a, 'alice');
    const wanted = { kind: 'login', service: 'kerberos', outcome: 'unknown', userName: 'alice', ...ends }; // prettier-ignore
    for (const seen of [ask(88, udp(message), 17), ask(88, tcp(message))]) {
      expect(seen.service).toBe('kerberos');
      expect(verbs(seen)).toEqual(['AS-REQ']);
      expect(seen.events[1]).toMatchObject(wanted);
    }
  });

  test('a ticket given is a success; asking for a service is a command', () => {
    expect(logins(answer(88, udp(kerberosReply('alice', 'admin')), 17))).toEqual(['success alice/admin']); // prettier-ignore
    const asked = ask(88, udp(kerberosRequest(0x6c)), 17);
    expect(verbs(asked)).toEqual(['TGS-REQ']);
    expect(logins(asked)).toEqual([]);
  });

  test.each([
    [6, ['failure alice']],
    [18, ['failure alice']],
    [23, ['failure alice']],
    [24, ['failure alice']],
    [25, []],
    [7, []],
    [37, []],
  ])('the error %i tells %j', (code, outcomes) => {
    const seen = answer(88, tcp(kerberosError(code, 'alice')));
    expect(seen.service).toBe('kerberos');
    expect(logins(seen)).toEqual(outcomes);
  });

  test('another version is not Kerberos 5', () => {
    const message = kerberosError(24);
    message[message.indexOf(5)] = 4;
    expect(answer(88, udp(message), 17)).toMatchObject({ service: '', events: [] });
  });
});
