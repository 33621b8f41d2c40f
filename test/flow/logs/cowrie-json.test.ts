import { describe, expect, test } from 'vitest';
import { cowrieJson } from '../../../src/flow/logs/cowrie-json.ts';
import { readText } from './recording-sink.ts';

const line = (id: string, second: number, rest = '', session = 'a1'): string =>
  `{"eventid":"cowrie.${id}","session":"${session}","src_ip":"192.0.2.1"${rest},"timestamp":"2025-02-01T00:00:0${second}.000000Z"}\n`;
const CONNECT = ',"src_port":4000,"dst_ip":"10.0.0.5","dst_port":2223,"protocol":"telnet"';
const AT = Date.UTC(2025, 1, 1) * 1000;

describe("Cowrie's JSON", () => {
  test('a session is a flow with its logins', async () => {
    const { flows, events, skips } = await readText(
      cowrieJson,
      line('session.connect', 0, CONNECT) +
        line('login.failed', 1, ',"username":"root","password":"x"') +
        line('login.success', 2, ',"username":"admin","password":"x"') +
        line('command.input', 3, ',"input":"uname -a"') +
        line('session.closed', 9, ',"duration":9.1'),
    );
    expect(flows).toMatchObject([
      {
        startUs: AT,
        endUs: AT + 9e6,
        originator: '192.0.2.1',
        originatorPort: 4000,
        responder: '10.0.0.5',
        responderPort: 2223,
        service: 'telnet',
        established: true,
      },
    ]);
    expect(events).toMatchObject([
      { kind: 'login', outcome: 'failure', userName: 'root', timeUs: AT + 1e6, service: 'telnet' },
      { kind: 'login', outcome: 'success', userName: 'admin', timeUs: AT + 2e6 },
    ]);
    expect(skips).toEqual({});
  });

  test('sessions may interleave, and one that does not end ends with its last event', async () => {
    const { flows } = await readText(
      cowrieJson,
      line('session.connect', 0, CONNECT) +
        line('session.connect', 1, CONNECT.replace('4000', '4001'), 'b2') +
        line('login.failed', 4, ',"username":"root"') +
        line('session.closed', 5, '', 'b2'),
    );
    expect(flows.map((f) => [f.originatorPort, (f.endUs - AT) / 1e6])).toEqual([[4001, 5], [4000, 4]]); // prettier-ignore
  });

  test('a log that begins in a session keeps what it still says', async () => {
    const { flows, events } = await readText(
      cowrieJson,
      line('login.failed', 1, ',"username":"r"'),
    );
    expect(flows).toMatchObject([{ responder: 'honeypot', responderPort: 2222, service: 'ssh' }]);
    expect(events).toMatchObject([{ responder: 'honeypot', outcome: 'failure' }]);
  });

  test.each(["b'SSH-2.0-Go'", 'SSH-2.0-Go'])('version %s is a banner', async (version) => {
    const { events } = await readText(cowrieJson, line('client.version', 1, `,"version":"${version}"`)); // prettier-ignore
    expect(events).toMatchObject([{ kind: 'ssh-banner', fromClient: true, software: 'Go' }]);
    expect(Object.keys(events[0]!)).not.toContain('service');
  });
});
