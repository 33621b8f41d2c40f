import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formattedWebLog } from '../../../src/flow/logs/web-format.ts';
import { webLog } from '../../../src/flow/logs/web-log.ts';
import { readText } from './recording-sink.ts';

const COMBINED = '%h %l %u %t \\"%r\\" %>s %b \\"%{Referer}i\\" \\"%{User-agent}i\\"';
const LINE =
  '192.0.2.7 - bob [10/Oct/2020:13:55:36 -0700] "GET /a?b=\\"1\\" HTTP/1.1" 404 326 "http://x/" "Mozilla/5.0 (a \\"b\\")"';

describe('an access log in a format of its own', () => {
  test('reads the combined format as the reader of it does', async () => {
    const [own, known] = [await readText(formattedWebLog(COMBINED), LINE), await readText(webLog, LINE)]; // prettier-ignore
    expect(own.flows).toEqual(known.flows);
    expect(own.events).toEqual(known.events);
  });

  test.each([
    [
      'of Apache, with the virtual host, microseconds and the parts of the request',
      '%v:%p %a %{usec}t "%m %U%q" %>s %O %D',
      'www.x.com:8443 2001:db8::1 1602363336123456 "POST /login?a=1" 401 512 830',
      { method: 'POST', uri: '/login?a=1', host: 'www.x.com', responderPort: 8443, originator: '2001:db8::1', timeUs: 1_602_363_336_123_456 }, // prettier-ignore
      [401, 512],
    ],
    [
      'of nginx, with the client behind a proxy',
      '$http_x_forwarded_for - $remote_user [$time_iso8601] "$request" $status $body_bytes_sent "$http_user_agent" rt=$request_time',
      '203.0.113.9, 10.0.0.1 - - [2024-05-01T10:00:00+02:00] "GET / HTTP/2.0" 200 77 "curl/8" rt=0.01',
      { method: 'GET', uri: '/', userAgent: 'curl/8', originator: '203.0.113.9', timeUs: 1_714_550_400_000_000 }, // prettier-ignore
      [200, 77],
    ],
    [
      'of nginx, in tabs and braces, milliseconds, nothing sent',
      '${msec}\\t${remote_addr}\\t${status}\\t${request_method}\\t${request_uri}\\t${host}\\t$body_bytes_sent',
      '1714550400.250\t192.0.2.1\t304\tHEAD\t/x y\tH\t-',
      { method: 'HEAD', uri: '/x y', host: 'h', timeUs: 1_714_550_400_250_000 },
      [304, 0],
    ],
  ])('%s', async (_, format, line, expected, [status, bytes]) => {
    const { flows, events, records } = await readText(formattedWebLog(format), `${line}\n`);
    expect(records).toBe(1);
    expect(events[0]).toMatchObject(expected);
    expect(events[1]).toMatchObject({ status });
    expect(flows[0]).toMatchObject({ responderBytes: bytes });
  });

  test.each([
    ['%h %t %>s', 'expected a request'],
    ['$time_local "$request" $status', 'expected a client'],
    ['%h "%r" %>s', 'expected a time'],
    ['%h%l %t "%r" %>s', 'expected something between %l'],
    ['nonsense', 'expected a client'],
  ])('of the format %s is refused', (format, message) => {
    expect(() => formattedWebLog(format)).toThrow(message);
  });

  test('a line of another shape is counted, whatever its bytes', async () => {
    const reader = formattedWebLog(COMBINED);
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.constant(LINE),
            fc.string(),
            fc.string().map((s) => LINE.slice(0, 60) + s),
          ),
        ),
        async (lines) => {
          // prettier-ignore
          const { records, lines: all, skips } = await readText(reader, lines.join('\n'));
          expect(records + (skips['malformedLine'] ?? 0)).toBeLessThanOrEqual(all);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('a long line of quotes and backslashes costs time linear in its length', async () => {
    const format = formattedWebLog('%h %t "%r" %>s "%{User-agent}i" x');
    const time = async (n: number): Promise<number> => {
      const from = process.cpuUsage();
      await readText(format, `192.0.2.1 [10/Oct/2020:13:55:36 +0000] "${'\\" '.repeat(n)}`);
      return process.cpuUsage(from).user;
    };
    await time(1000);
    const [short, long] = [await time(20_000), await time(160_000)];
    expect(long / Math.max(short, 2000)).toBeLessThan(40); // 8 × the input; 64 × if it were quadratic
  });
});
