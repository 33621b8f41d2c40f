import { describe, expect, test } from 'vitest';
import { dnsQueryLog } from '../../../src/flow/logs/dns-query-log.ts';
import { readText } from './recording-sink.ts';

describe('DNS query logs', () => {
  test('passivedns: a query and its answer', async () => {
    const { events } = await readText(
      dnsQueryLog,
      '1322849924.408856||10.1.1.1||192.0.2.53||IN||Upload.example.com.||A||192.0.2.117||46587||5\n' +
        '1322849925||10.1.1.1||192.0.2.53||IN||no.example.com.||A||NXDOMAIN||0||1\n',
    );
    expect(events).toMatchObject([
      { kind: 'dns-query', name: 'upload.example.com', queryType: 1, timeUs: 1322849924408856, originator: '10.1.1.1', responder: '192.0.2.53', responderPort: 53 },
      { kind: 'dns-response', responseCode: 0, answers: 1, addresses: ['192.0.2.117'], minTtl: 46587 },
      { kind: 'dns-query', name: 'no.example.com' },
      { kind: 'dns-response', responseCode: 3, answers: 0, addresses: [] },
    ]); // prettier-ignore
  });

  test("BIND's and Unbound's own logs carry their time", async () => {
    const { events } = await readText(
      dnsQueryLog,
      '27-Mar-2024 12:00:00.123 queries: info: client @0x7f00 10.0.0.5#51234 (www.x.com): query: www.x.com IN AAAA +E(0)K (10.0.0.1)\n' +
        '[1711540800] unbound[12:0] info: 10.0.0.5 www.x.com. A IN\n',
    );
    expect(events).toMatchObject([
      { name: 'www.x.com', queryType: 28, timeUs: Date.UTC(2024, 2, 27, 12) * 1000 + 123_000, responder: '10.0.0.1' },
      { name: 'www.x.com', queryType: 1, timeUs: 1711540800e6, responder: 'dns-server' },
    ]); // prettier-ignore
  });

  test.each(['\t', '|', ';', ',', ' '])('fields of tshark may be %j apart', async (separator) => {
    const row = (a: string, b: string, second: string): string => [a, b, `Mar 27, 2024 12:00:0${second}.5 CET`, 'Www.y.com'].join(separator); // prettier-ignore
    const { events, skips } = await readText(
      dnsQueryLog,
      `${row('10.0.0.6', '10.0.0.1', '1')}\n${row('10.0.0.1', '10.0.0.6', '2')}\n${row('10.0.0.6', '10.0.0.1', '3')}\n`,
    );
    expect(events).toMatchObject([
      { originator: '10.0.0.6', responder: '10.0.0.1', name: 'www.y.com', timeUs: Date.UTC(2024, 2, 27, 11, 0, 1) * 1000 + 500_000 },
      { originator: '10.0.0.6', responder: '10.0.0.1', name: 'www.y.com' },
    ]); // prettier-ignore
    expect(skips).toEqual({ unusedLine: 1 }); // the answer
  });
});
