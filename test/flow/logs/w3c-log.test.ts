import { describe, expect, test } from 'vitest';
import { recogniseInput } from '../../../src/flow/recognise-input.ts';
import { w3cLog } from '../../../src/flow/logs/w3c-log.ts';
import { readText } from './recording-sink.ts';

const HEADING = '#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: 2024-05-01 08:00:00\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken\n'; // prettier-ignore
const AT = Date.UTC(2024, 4, 1, 8) * 1000;

describe('W3C logs', () => {
  test('of IIS are requests and answers at the server’s address', async () => {
    const text = `${HEADING}2024-05-01 08:00:00 10.0.0.8 GET /a.aspx id=1 443 - 192.0.2.9 Mozilla/5.0+(Windows+NT+10.0) - 404 0 2 15\n`;
    expect(recogniseInput(new TextEncoder().encode(text))).toBe('w3c-log');
    const { flows, events, shown } = await readText(w3cLog, text);
    const ends = { originator: '192.0.2.9', responder: '10.0.0.8', responderPort: 443 };
    expect(events).toMatchObject([
      { kind: 'http-request', timeUs: AT, method: 'GET', uri: '/a.aspx?id=1', userAgent: 'Mozilla/5.0 (Windows NT 10.0)', ...ends }, // prettier-ignore
      { kind: 'http-response', status: 404, ...ends },
    ]);
    expect(flows).toMatchObject([{ startUs: AT, established: true, responderBytes: Number.NaN, originatorPackets: Number.NaN, ...ends }]); // prettier-ignore
    expect(shown).toMatchObject([{ http: true, packets: false, connState: false }]);
  });

  test('follow a heading that changes', async () => {
    const { events } = await readText(
      w3cLog,
      `${HEADING}2024-05-01 08:00:00 10.0.0.8 GET /a - 443 - 192.0.2.9 - - 200 0 0 1\n` +
        '#Fields: date time c-ip cs-method cs-uri-stem sc-status sc-bytes\n2024-05-01 08:00:01 192.0.2.9 GET /b 200 77\n',
    );
    const [, , second] = events;
    expect(second).toMatchObject({ uri: '/b', responder: 'web-server', responderPort: 80 });
  });

  test('of CloudFront have tabs', async () => {
    const fields = 'date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query'; // prettier-ignore
    const cells = ['2024-05-01', '08:00:00', 'FRA2', '1045', '192.0.2.9', 'GET', 'd1.cloudfront.net', '/x', '200', '-', 'curl/8%20(x)', '-']; // prettier-ignore
    const { flows, events } = await readText(w3cLog, `#Version: 1.0\n#Fields: ${fields}\n${cells.join('\t')}\n`); // prettier-ignore
    expect(events).toMatchObject([
      { host: 'd1.cloudfront.net', uri: '/x', userAgent: 'curl/8 (x)' },
      { status: 200 },
    ]);
    expect(flows).toMatchObject([{ responderBytes: 1045 }]);
  });

  test('of FTP tell of logins', async () => {
    const heading = '#Fields: date time c-ip c-port cs-username s-ip s-port cs-method cs-uri-stem sc-status\n'; // prettier-ignore
    const line = (rest: string): string => `2024-05-01 08:00:00 192.0.2.9 50123 - 10.0.0.8 21 ${rest}\n`; // prettier-ignore
    const { events, flows, skips } = await readText(w3cLog, heading + line('USER admin 331') + line('PASS *** 530') + line('PASS *** 230') + line('RETR /x 226')); // prettier-ignore
    const login = { kind: 'login', service: 'ftp', originator: '192.0.2.9', originatorPort: 50123, responder: '10.0.0.8', responderPort: 21 }; // prettier-ignore
    expect(events).toMatchObject([{ ...login, outcome: 'failure' }, { ...login, outcome: 'success' }]); // prettier-ignore
    expect(flows).toHaveLength(2);
    expect(skips).toEqual({ unusedLine: 2 });
  });

  test('without a heading, of another service, or broken are counted', async () => {
    const heading = '#Fields: date time c-ip s-port cs-method cs-uri-stem sc-status\n';
    const { skips } = await readText(w3cLog, `2024-05-01 a\n${heading}2024-05-01 08:00:00 192.0.2.9 25 EHLO x 250\n2024-05-01 08:00\n2024-05-01 08:00:00 192.0.2.9 80 GET /a x\n`); // prettier-ignore
    expect(skips).toEqual({ lineBeforeHeading: 1, unusedLine: 1, malformedLine: 2 });
  });
});
