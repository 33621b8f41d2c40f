import { describe, expect, test } from 'vitest';
import { isWebJson, mappedWebJson, webJson } from '../../../src/flow/logs/web-json.ts';
import { readText } from './recording-sink.ts';

test.each([
  ['nginx', '{"time_iso8601":"2024-05-01T10:00:00+02:00","remote_addr":"192.0.2.7","request":"GET /a?b=1 HTTP/1.1","status":"404","body_bytes_sent":"326","http_user_agent":"curl/8"}'],
  ['Apache', '{"time":"01/May/2024:08:00:00 +0000","clientip":"192.0.2.7","verb":"GET","url":"/a?b=1","response":404,"bytes":326,"agent":"curl/8"}'],
  ['Caddy', '{"ts":1714550400,"request":{"remote_ip":"192.0.2.7","method":"GET","uri":"/a?b=1","headers":{"User-Agent":["curl/8"]}},"size":326,"status":404}'],
  ['Traefik', '{"StartUTC":"2024-05-01T08:00:00.000000000Z","ClientHost":"192.0.2.7","RequestMethod":"GET","RequestPath":"/a?b=1","DownstreamStatus":404,"DownstreamContentSize":326,"request_User-Agent":"curl/8"}'],
])('the JSON of %s is a request and its answer', async (_, line) => {
  const { flows, events } = await readText(webJson, line);
  const timeUs = Date.UTC(2024, 4, 1, 8) * 1000;
  expect(flows).toMatchObject([{ startUs: timeUs, originator: '192.0.2.7', responder: 'web-server', responderBytes: 326 }]);
  expect(events).toMatchObject([
    { kind: 'http-request', timeUs, method: 'GET', uri: '/a?b=1', userAgent: 'curl/8', host: '' },
    { kind: 'http-response', status: 404 },
  ]);
}); // prettier-ignore

test.each([
  '{"remote_addr":"192.0.2.7","status":200}',
  '{"time":"2024-05-01T10:00:00Z","ip":"192.0.2.7","method":"GET"}',
  '{"time":"2024-05-01T10:00:00Z","method":"GET","status":200}',
])('%s is none', async (line) => {
  expect((await readText(webJson, line)).skips).toEqual({ malformedLine: 1 });
});

describe('JSON access logs under other names', () => {
  test.each([
    [
      'Envoy',
      '{"start_time":"2024-05-01T08:00:00.5Z","downstream_remote_address":"192.0.2.1:5000","method":"GET","path":"/a","authority":"H","response_code":404,"bytes_sent":9,"user_agent":"x"}',
    ],
    [
      'Cloudflare Logpush',
      '{"EdgeStartTimestamp":1714550400500000000,"ClientIP":"192.0.2.1","ClientRequestMethod":"GET","ClientRequestURI":"/a","ClientRequestHost":"h","EdgeResponseStatus":404,"EdgeResponseBytes":9,"ClientRequestUserAgent":"x"}',
    ],
    [
      'a load balancer of Google',
      '{"timestamp":"2024-05-01T08:00:00.5Z","httpRequest":{"requestMethod":"GET","requestUrl":"/a","status":404,"responseSize":"9","userAgent":"x","remoteIp":"192.0.2.1"},"host":"h"}',
    ],
    [
      'Elastic Common Schema',
      '{"@timestamp":"2024-05-01T08:00:00.5Z","source":{"ip":"192.0.2.1"},"http":{"request":{"method":"GET"},"response":{"status_code":404,"body":{"bytes":9}}},"url":{"original":"/a","domain":"h"},"user_agent":{"original":"x"}}',
    ],
  ])('of %s are read', async (_, line) => {
    expect(isWebJson(line)).toBe(true);
    const { flows, events } = await readText(webJson, line);
    expect(flows).toMatchObject([{ originator: '192.0.2.1', startUs: 1_714_550_400_500_000, responderBytes: 9 }]); // prettier-ignore
    expect(events).toMatchObject([{ method: 'GET', uri: '/a', host: 'h', userAgent: 'x' }, { status: 404 }]); // prettier-ignore
  });

  test('of your own are named by a map, which may lead into objects', async () => {
    const line = '{"when":"2024-05-01T08:00:00Z","who":{"addr":"192.0.2.1"},"verb":"PUT","what":"/b","status":201}'; // prettier-ignore
    expect(isWebJson(line)).toBe(false);
    const reader = mappedWebJson({ when: 'time', 'who.addr': 'client', what: 'uri' });
    const { events } = await readText(reader, line);
    expect(events).toMatchObject([{ originator: '192.0.2.1', method: 'PUT', uri: '/b' }, { status: 201 }]); // prettier-ignore
    expect(() => mappedWebJson({ x: 'originator' })).toThrow('map: expected one of client');
  });
});
