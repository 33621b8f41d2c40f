import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseWebLogLine, webLog } from '../../../src/flow/logs/web-log.ts';
import { readText } from './recording-sink.ts';

const COMMON = '192.0.2.7 - - [10/Oct/2020:13:55:36 -0700] "GET /a?b=c HTTP/1.1" 404 326';
const COMBINED = `${COMMON} "https://www.example/" "Mozilla/5.0 (X11) \\"q\\""`;
const TIME_US = Date.UTC(2020, 9, 10, 20, 55, 36) * 1000;

describe('access logs', () => {
  test('give a flow, a request and a response', async () => {
    const { flows, events, shown } = await readText(webLog, COMBINED + '\n');
    const ends = {
      originator: '192.0.2.7',
      originatorPort: 0,
      responder: 'web-server',
      responderPort: 80,
      protocol: 6,
    };
    expect(flows).toEqual([
      {
        ...ends,
        startUs: TIME_US,
        endUs: TIME_US,
        service: 'http',
        originatorPackets: NaN,
        responderPackets: NaN,
        originatorIpBytes: NaN,
        responderIpBytes: NaN,
        originatorBytes: NaN,
        responderBytes: 326,
        connState: 'SF',
        history: '',
        established: true,
      },
    ]);
    expect(events).toEqual([
      {
        ...ends,
        timeUs: TIME_US,
        kind: 'http-request',
        method: 'GET',
        host: '',
        uri: '/a?b=c',
        userAgent: 'Mozilla/5.0 (X11) "q"',
      },
      { ...ends, timeUs: TIME_US, kind: 'http-response', status: 404 },
    ]);
    expect(shown).toMatchObject([{ http: true, packets: false, connState: false }]);
  });

  test('are the same inside another pair of quotes', () => {
    const plain = COMBINED.replace(' \\"q\\"', '');
    expect(parseWebLogLine(`"${plain}"`)).toEqual(parseWebLogLine(plain));
    expect(parseWebLogLine(plain)!.userAgent).toBe('Mozilla/5.0 (X11)');
  });

  test.each([
    ['-0700', 20],
    ['+0300', 10],
    ['+03', 10],
    ['+03:00', 10],
    ['+0000', 13],
  ])('a time in zone %s is %i UTC', (zone, hour) => {
    const request = parseWebLogLine(COMMON.replace('-0700', zone));
    expect(request!.timeUs).toBe(Date.UTC(2020, 9, 10, hour, 55, 36) * 1000);
  });

  test.each([
    ['Unicomp6.Unicomp.net', 'unicomp6.unicomp.net'],
    ['2001:DB8:0::1', '2001:db8::1'],
    ['piweba3y.prodigy.com', 'piweba3y.prodigy.com'],
  ])('the client %s is %s', (client, host) => {
    expect(parseWebLogLine(COMMON.replace('192.0.2.7', client))!.client).toBe(host);
  });

  test('a virtual host before the client is whom the request was for', () => {
    expect(parseWebLogLine('Shop.example:8443 ' + COMMON)).toMatchObject({
      client: '192.0.2.7',
      host: 'shop.example',
      port: 8443,
    });
  });

  test.each([
    ['"-" 408 -', '', '', 408, 0],
    ['"\\x16\\x03\\x01" 400 226', '', '\\x16\\x03\\x01', 400, 226],
    ['"GET /old" 200 12', 'GET', '/old', 200, 12],
    ['"GET /a b.html HTTP/1.0" 200 12', 'GET', '/a b.html', 200, 12],
    ['"GET /x?q=\\"y\\" HTTP/1.1" 200 1', 'GET', '/x?q=\\"y\\"', 200, 1],
    ['"GET /x"y" HTTP/1.1" 200 1', 'GET', '/x"y"', 200, 1],
    ['"OPTIONS * HTTP/1.1" 200 -', 'OPTIONS', '*', 200, 0],
  ])('the request %s is %s %s', (text, method, uri, status, bytes) => {
    const line = `192.0.2.7 - bob smith [10/Oct/2020:13:55:36 -0700] ${text} "-" "-"`;
    expect(parseWebLogLine(line)).toMatchObject({ method, uri, status, bytes, userAgent: '' });
  });

  test('lines that are none are counted', async () => {
    const { records, skips } = await readText(
      webLog,
      [COMMON, 'Mar 27 13:06:56 ip sshd[1291]: x', COMMON.slice(0, 50), ''].join('\n'),
    );
    expect([records, skips]).toEqual([1, { malformedLine: 2 }]);
  });

  test('a long line of traps takes no longer than it is long', () => {
    for (const trap of [' [', '"\\"', '] "', '" 200 ', ' HTTP/1.1', '\\']) {
      const text = `192.0.2.7 - - [10/Oct/2020:13:55:36 -0700] "GET /${trap.repeat(100_000)}`;
      const lines = [text, trap.repeat(100_000), `${COMMON} ${trap.repeat(100_000)}`];
      for (const line of lines) expect(() => parseWebLogLine(line)).not.toThrow();
    }
  }, 2_000);

  test('any text is read or counted', async () => {
    const piece = fc.oneof(fc.string(), fc.constantFrom(COMMON, COMBINED, '"', '[', ']', '\n'));
    await fc.assert(
      fc.asyncProperty(fc.array(piece), async (pieces) => {
        const { flows, events } = await readText(webLog, pieces.join(''));
        expect(events).toHaveLength(flows.length * 2);
      }),
    );
  });
});
