import { describe, expect, test } from 'vitest';
import { reply } from '../make-packet.ts';
import { dnsName, dnsQuery, dnsResponse, answer as record, u16 } from './message-bytes.ts';
import { answer, ask, readAll, segments } from './read-stream.ts';

const udp = { protocol: 17 };

/** Messages behind their lengths. */
function overTcp(...messages: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(messages.flatMap((message) => [...u16(message.length), ...message]));
}

describe('DNS over TCP', () => {
  test('several messages to a segment, a length by itself, and what follows one that waits', () => {
    const stream = overTcp(
      dnsQuery('a.example'),
      dnsQuery('b.example', 28),
      dnsQuery('c.example', 65),
    );
    for (const sizes of [[stream.length], [2, 100], [2, 11, 2, 50], [31, 3]]) {
      const { events, services } = readAll(segments(stream, sizes, { toPort: 53 }));
      expect(events).toMatchObject([
        { name: 'a.example', queryType: 1 },
        { name: 'b.example', queryType: 28 },
        { name: 'c.example', queryType: 65 },
      ]);
      expect(services).not.toContain('ssl');
    }
  });

  test('a response of more than one segment has all its answers', () => {
    const answers = Array.from({ length: 300 }, (_, i) =>
      record(1, 900 - i, [10, 0, i >>> 8, i & 255]),
    );
    const stream = overTcp(dnsResponse('big.example', 1, 0, answers));
    expect(readAll(segments(stream, [1400], reply({ toPort: 53 })))).toMatchObject({
      events: [{ answers: 300, minTtl: 601, messageBytes: stream.length - 2 }],
      reasons: {},
    });
  });

  test('the rest of a message whose beginning was not seen is no message', () => {
    const { events, services } = ask(53, 'x'.repeat(1400));
    expect([events, services]).toEqual([[], ['']]);
  });
});

describe('a response', () => {
  test('has the code that EDNS extends', () => {
    const message = dnsResponse('a.example', 1, 0, [record(1, 5, [192, 0, 2, 1])]);
    const badVersion = [0, ...u16(41), ...u16(1232), 1, 0, 0, 0, 0, 0];
    message[11] = 1;
    const payload = Uint8Array.from([...message, ...badVersion]);
    expect(answer(53, payload, udp).events).toMatchObject([
      { responseCode: 16, addresses: ['192.0.2.1'] },
    ]);
  });

  test('whose answers are cut by the snap length keeps what was there', () => {
    const answers = [record(1, 5, [192, 0, 2, 1]), record(1, 5, [192, 0, 2, 2])];
    const payload = dnsResponse('a.example', 1, 0, answers);
    const { events, reasons } = answer(53, overTcp(payload).subarray(0, payload.length - 3));
    expect(events).toMatchObject([{ answers: 2, addresses: ['192.0.2.1'] }]);
    expect(reasons).toEqual({ messageIncomplete: 1 });
  });
});

describe('names', () => {
  test('forward compression pointers are followed, as masscan writes them', () => {
    const head = [0x0a, 0xb1, 1, 0x20, 0, 1, 0, 0, 0, 0, 0, 0];
    const question = [...dnsName('version.bind').slice(0, -1), 0xc0, 0x1b, 0, 0x10, 0, 3];
    expect(ask(53, Uint8Array.from([...head, ...question]), udp).events).toMatchObject([
      { name: 'version.bind', queryType: 16 },
    ]);
  });

  test('of more than 255 bytes are malformed', () => {
    const label = 'x'.repeat(60);
    const fits = [label, label, label, label].join('.');
    expect(ask(53, dnsQuery(fits), udp).events).toMatchObject([{ name: fits }]);
    expect(ask(53, dnsQuery(`${fits}.${label}`), udp).reasons).toEqual({ 'malformed:dns': 1 });
  });
});

describe('which service it is', () => {
  test('several questions of multicast DNS are several look-ups', () => {
    const one = dnsQuery('a.local', 12);
    const second = [...dnsName('b.local'), 0, 33, 0x80, 1];
    const payload = Uint8Array.from([...one, ...second]);
    payload[5] = 2;
    const wish = { ...udp, to: '224.0.0.251', fromPort: 5353 };
    expect(ask(5353, payload, wish)).toMatchObject({
      services: ['mdns'],
      events: [{ name: 'a.local' }, { name: 'b.local', queryType: 33 }],
    });
  });

  test('LLMNR', () => {
    expect(ask(5355, dnsQuery('host'), udp)).toMatchObject({
      services: ['llmnr'],
      events: [{ name: 'host' }],
    });
  });

  test('the NetBIOS name service looks like it, and is not', () => {
    const payload = dnsQuery('CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', 33);
    expect(ask(137, payload, udp)).toMatchObject({ services: ['netbios-ns'], events: [] });
    expect(ask(137, dnsQuery('short'), udp)).toMatchObject({ services: [''], events: [] });
  });

  test('on any port, when it is DNS to the last byte', () => {
    const query = dnsQuery('tunnel.example', 16);
    const response = dnsResponse('tunnel.example', 16, 0, [record(16, 0, [1, 0x61])]);
    expect(ask(5300, query, udp)).toMatchObject({
      services: ['dns'],
      events: [{ kind: 'dns-query' }],
    });
    expect(answer(443, response, udp)).toMatchObject({
      services: ['dns'],
      events: [{ answers: 1 }],
    });
    const longer = Uint8Array.from([...query, 0]);
    expect(ask(5300, longer, udp)).toMatchObject({ services: [''], events: [], reasons: {} });
  });
});
