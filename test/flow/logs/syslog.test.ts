import { describe, expect, test } from 'vitest';
import { syslog } from '../../../src/flow/logs/syslog.ts';
import { readText } from './recording-sink.ts';

const sshd = (message: string, pid = 7, time = 'Mar 27 13:06:56'): string =>
  `${time} web1 sshd[${pid}]: ${message}\n`;
const MARCH_27 = Date.UTC(1972, 2, 27, 13, 6, 56) * 1000;
const logins = (events: readonly object[]): unknown[] =>
  events.flatMap((e) => ('outcome' in e && 'userName' in e ? [[e.outcome, e.userName]] : []));

describe('sshd', () => {
  test('a connection is a flow with its logins', async () => {
    const { flows, events } = await readText(
      syslog,
      sshd('Invalid user bob from 192.0.2.1') +
        sshd('Failed password for invalid user bob from 192.0.2.1 port 4000 ssh2') +
        sshd('Accepted password for root from 192.0.2.1 port 4000 ssh2') +
        sshd('pam_unix(sshd:session): session opened for user root by (uid=0)') +
        sshd('Disconnected from 192.0.2.1 port 4000', 8) +
        sshd('pam_unix(sshd:session): session closed for user root', 7, 'Mar 27 13:07:56'),
    );
    expect(flows).toMatchObject([
      {
        startUs: MARCH_27,
        endUs: MARCH_27 + 60e6,
        originator: '192.0.2.1',
        originatorPort: 4000,
        responder: 'web1',
        responderPort: 22,
        protocol: 6,
        service: 'ssh',
        originatorPackets: NaN,
        connState: '',
        established: true,
      },
    ]);
    expect(logins(events)).toEqual([['failure', 'bob'], ['success', 'root']]); // prettier-ignore
  });

  test('repeated messages count as often', async () => {
    const { events } = await readText(
      syslog,
      sshd('message repeated 5 times: [ Failed password for root from 192.0.2.1 port 4000 ssh2]'),
    );
    expect(logins(events)).toEqual(new Array(5).fill(['failure', 'root']));
  });

  test('a user name cannot pass another address off', async () => {
    const { events } = await readText(
      syslog,
      sshd(
        'Failed password for invalid user x from 203.0.113.9 port 1 ssh2 from 192.0.2.1 port 4000 ssh2',
      ),
    );
    expect(events).toMatchObject([{ originator: '192.0.2.1', originatorPort: 4000 }]);
  });

  test.each([
    ['Connection closed by invalid user bob 192.0.2.1 port 4000 [preauth]', [['failure', 'bob']]],
    ['Disconnected from authenticating user root 192.0.2.1 port 4000 [preauth]', [['unknown', 'root']]],
    ['Connection reset by 192.0.2.1 port 4000 [preauth]', []],
    ['Failed publickey for root from 192.0.2.1 port 4000 ssh2: RSA SHA256:x', []],
    ['Did not receive identification string from 192.0.2.1 port 4000', []],
    ["Bad protocol version identification 'GET / HTTP/1.1' from 192.0.2.1 port 4000", []],
  ])('%s', async (message, expected) => {
    const { flows, events, skips } = await readText(syslog, sshd(message));
    expect(flows).toMatchObject([{ originator: '192.0.2.1', originatorPort: 4000 }]);
    expect(logins(events)).toEqual(expected);
    expect(skips).toEqual({});
  }); // prettier-ignore

  test('what a child says of an end is no second connection', async () => {
    const { flows, skips } = await readText(syslog, sshd('Disconnected from 192.0.2.1 port 4000'));
    expect([flows, skips]).toEqual([[], { unusedLine: 1 }]);
  });

  test('more connections than there is room for are all given, the oldest first', async () => {
    const lines = Array.from({ length: 5000 }, (_, i) =>
      sshd(`Failed password for root from 192.0.2.1 port ${i + 1} ssh2`, i),
    );
    const { flows } = await readText(syslog, lines.join(''));
    expect(flows.map((flow) => flow.originatorPort)).toEqual(lines.map((_, i) => i + 1));
  });
});

describe('lines of system logs', () => {
  const FAILED = 'Failed password for root from 192.0.2.1 port 4000 ssh2';

  test.each([
    ['RFC 3164', `Mar 27 13:06:56 web1 sshd[7]: ${FAILED}`, MARCH_27],
    ['with a priority', `<86>Mar  7 13:06:56 web1 sshd[7]: ${FAILED}`, MARCH_27 - 20 * 864e8],
    ['rsyslog with ISO times', `2024-05-01T12:00:00.5+02:00 web1 sshd-session[7]: ${FAILED}`, 1714557600500000],
    ['RFC 5424', `<86>1 2024-05-01T10:00:00.5Z web1 sshd 7 - [a b="\\]"] ${FAILED}`, 1714557600500000],
    ['journald', JSON.stringify({ __REALTIME_TIMESTAMP: '1714557600500000', _HOSTNAME: 'web1', SYSLOG_IDENTIFIER: 'sshd', _PID: '7', MESSAGE: FAILED }), 1714557600500000],
  ])('%s', async (_, line, timeUs) => {
    const { events, skips } = await readText(syslog, line);
    expect(events).toMatchObject([{ kind: 'login', timeUs, originator: '192.0.2.1', responder: 'web1' }]);
    expect(skips).toEqual({});
  }); // prettier-ignore

  test('the year goes on when the months begin again', async () => {
    const { events } = await readText(
      syslog,
      sshd(FAILED, 7, 'Dec 31 23:59:59') + sshd(FAILED, 8, 'Jan  1 00:00:01'),
    );
    expect(events[1]!.timeUs - events[0]!.timeUs).toBe(2e6);
  });

  test("PAM's failures of other services are theirs", async () => {
    const pam = 'authentication failure; logname= uid=0 euid=0 tty=ftp ruser=bob';
    const { events, flows, skips } = await readText(
      syslog,
      `Mar 27 13:06:56 web1 vsftpd[3]: pam_unix(vsftpd:auth): ${pam} rhost=::ffff:192.0.2.1  user=bob\n` +
        `Mar 27 13:06:57 web1 su[4]: pam_unix(su:auth): ${pam} rhost=  user=root\n` +
        'Mar 27 13:06:58 web1 kernel: up\n',
    );
    expect(events).toMatchObject([{ kind: 'login', service: 'ftp', outcome: 'failure', userName: 'bob', originator: '192.0.2.1' }]); // prettier-ignore
    expect(flows).toMatchObject([{ service: 'ftp', responderPort: 21 }]);
    expect(skips).toEqual({ unusedLine: 2 });
  });

  test('queries of DNS servers are lookups of their clients', async () => {
    const { events, shown } = await readText(
      syslog,
      'Mar 27 13:06:56 ns1 dnsmasq[9]: query[AAAA] Example.com from 10.0.0.7\n' +
        'Mar 27 13:06:56 ns1 unbound: [9:0] info: 10.0.0.7 example.com. A IN NXDOMAIN 0.01 0 58\n' +
        'Mar 27 13:06:56 ns1 named[9]: client @0x7f 10.0.0.7#5123 (x.com): query: x.com IN TXT + (10.0.0.1)\n',
    );
    expect(events).toMatchObject([
      { kind: 'dns-query', name: 'example.com', queryType: 28, originator: '10.0.0.7', responder: 'ns1' },
      { kind: 'dns-response', name: 'example.com', responseCode: 3, messageBytes: 58 },
      { kind: 'dns-query', name: 'x.com', queryType: 16, originatorPort: 5123, responder: '10.0.0.1' },
    ]); // prettier-ignore
    expect(shown.some(({ dns }) => dns)).toBe(true);
  });

  test('adversarial lines take time that grows with their length alone', async () => {
    const time = async (n: number): Promise<number> => {
      const from = performance.now();
      await readText(syslog, sshd(`Failed password for ${' from a port '.repeat(n)}`));
      await readText(syslog, `<1>1 2024-05-01T10:00:00Z a b c d ${'[a b="]"]'.repeat(n)}`);
      return performance.now() - from;
    };
    await time(1000);
    expect(await time(20_000)).toBeLessThan(500);
  });
});
