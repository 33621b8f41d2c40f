import { describe, expect, test } from 'vitest';
import { albLog, isAlbLine } from '../../../src/flow/logs/alb-log.ts';
import { readText } from './recording-sink.ts';

const TAIL = 'ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:x "Root=1-5" "shop.example" "-" 0 2024-05-01T08:00:00Z "forward" "-" "-"'; // prettier-ignore
const line = (start: string, status: string, request: string, agent: string): string => `${start} 10.0.0.1:80 0.000 0.001 0.000 ${status} ${status} 34 366 "${request}" "${agent}" ${TAIL}\n`; // prettier-ignore

describe('logs of AWS load balancers', () => {
  test('of applications are requests with their host, port and client’s port', async () => {
    const text = line('https 2024-05-01T08:00:00.250000Z app/lb/1 192.0.2.9:2817', '200', 'GET https://Shop.example:8443/a?b=1 HTTP/1.1', 'curl/8 \\"x\\"'); // prettier-ignore
    const { flows, events } = await readText(albLog, text);
    const ends = { originator: '192.0.2.9', originatorPort: 2817, responderPort: 8443 };
    expect(events).toMatchObject([
      { kind: 'http-request', timeUs: Date.parse('2024-05-01T08:00:00.25Z') * 1000, method: 'GET', host: 'shop.example', uri: '/a?b=1', ...ends }, // prettier-ignore
      { kind: 'http-response', status: 200, ...ends },
    ]);
    expect(flows).toMatchObject([{ responderBytes: 366, established: true, ...ends }]);
  });

  test('of classic ones begin with the time', async () => {
    const text = line('2024-05-01T08:00:00.250000Z lb [2001:db8::9]:2817', '404', 'GET http://shop.example:80/ HTTP/1.1', '-'); // prettier-ignore
    expect(isAlbLine(text)).toBe(true);
    const { events } = await readText(albLog, text);
    expect(events).toMatchObject([{ originator: '2001:db8::9', uri: '/', userAgent: '' }, { status: 404 }]); // prettier-ignore
  });

  test('clients that asked nothing, or nonsense, are told', async () => {
    const { events, skips } = await readText(
      albLog,
      line('http 2024-05-01T08:00:00Z app/lb/1 192.0.2.9:2817', '400', '- http://shop.example:80- -', '-') +
        line('http 2024-05-01T08:00:00Z app/lb/1 192.0.2.9:2817', '-', '- - - ', '-') +
        'http 2024-05-01T08:00:00Z app/lb/1 nobody:2817 x\n',
    ); // prettier-ignore
    expect(events).toMatchObject([
      { method: '', uri: '', host: '' },
      { status: 400 },
      { method: '', uri: '', host: '' },
      { status: Number.NaN },
    ]);
    expect(skips).toEqual({ malformedLine: 1 });
  });
});
