import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AppEvent } from '../../../src/flow/event.ts';
import { ja4 } from '../../../src/flow/messages/ja4.ts';
import { MessageReader } from '../../../src/flow/messages/message-reader.ts';
import { Collector, makePacket, reply, type PacketWish } from '../make-packet.ts';
import * as bytes from './message-bytes.ts';

interface Read {
  readonly service: string;
  readonly events: readonly AppEvent[];
  readonly reasons: ReadonlyMap<string, number>;
}

function read(wish: PacketWish): Read {
  const sink = new Collector();
  const reader = new MessageReader();
  const service = reader.read(makePacket(wish), sink);
  reader.end(sink);
  return { service, events: sink.events, reasons: sink.reasons };
}

/** What the server says on a port. */
function answer(port: number, payload: string | Uint8Array): Read {
  return read({ ...reply({ toPort: port }), payload });
}

const ends = { originator: '10.0.0.1', originatorPort: 40000, responder: '10.0.0.2' };

describe('DNS', () => {
  const port = { protocol: 17, toPort: 53 };

  test('a query', () => {
    const { service, events } = read({ ...port, payload: bytes.dnsQuery('WwW.Example.com', 16) });
    expect(service).toBe('dns');
    expect(events).toMatchObject([
      { kind: 'dns-query', name: 'www.example.com', queryType: 16, ...ends, responderPort: 53 },
    ]);
  });

  test('a response with compressed names, whose originator is the one who asked', () => {
    const payload = bytes.dnsResponse('a.example', 1, 0, [
      bytes.answer(5, 70000, bytes.dnsName('b.example')),
      bytes.answer(1, 60, [192, 0, 2, 7]),
      bytes.answer(28, 300, [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
    ]);
    expect(read({ ...reply(port), payload }).events).toMatchObject([
      {
        kind: 'dns-response',
        name: 'a.example',
        queryType: 1,
        responseCode: 0,
        answers: 3,
        messageBytes: payload.length,
        addresses: ['192.0.2.7', '2001:db8::1'],
        minTtl: 60,
        ...ends,
      },
    ]);
  });

  test('NXDOMAIN has no TTL', () => {
    const payload = bytes.dnsResponse('x.example', 1, 3);
    expect(read({ ...reply(port), payload }).events).toMatchObject([
      { responseCode: 3, answers: 0, addresses: [], minTtl: NaN },
    ]);
  });

  test('over TCP behind its length', () => {
    const message = bytes.dnsQuery('a.example');
    const payload = Uint8Array.from([...bytes.u16(message.length), ...message]);
    expect(read({ toPort: 53, payload }).events).toMatchObject([{ name: 'a.example' }]);
  });

  test('a compression pointer that points at itself or outside is malformed and ends', () => {
    for (const target of [12, 200]) {
      const payload = Uint8Array.from([
        0,
        1,
        1,
        0,
        0,
        1,
        0,
        0,
        0,
        0,
        0,
        0,
        0xc0,
        target,
        0,
        1,
        0,
        1,
      ]);
      const { service, events, reasons } = read({ ...port, payload });
      expect([service, events, [...reasons]]).toEqual(['', [], [['malformed:dns', 1]]]);
    }
  });

  test('bytes of a name that are not printable become question marks', () => {
    const payload = bytes.dnsQuery('a\u0000\u00ffb.example');
    expect(read({ ...port, payload }).events).toMatchObject([{ name: 'a??b.example' }]);
  });

  test('multicast DNS announcements give no response of a multicast client', () => {
    const payload = bytes.dnsResponse('printer.local', 12, 0);
    const wish = { protocol: 17, fromPort: 5353, toPort: 5353, to: '224.0.0.251', payload };
    expect(read(wish)).toMatchObject({ service: 'mdns', events: [] });
  });
});

describe('HTTP', () => {
  test('a request on any port', () => {
    const payload =
      'PROPFIND /a?b=c HTTP/1.1\r\nHost: example.com:8080 \r\nUser-Agent: curl/8\r\n\r\nhost: body';
    expect(read({ toPort: 31337, payload })).toMatchObject({
      service: 'http',
      events: [
        {
          kind: 'http-request',
          method: 'PROPFIND',
          uri: '/a?b=c',
          host: 'example.com:8080',
          userAgent: 'curl/8',
          responderPort: 31337,
          ...ends,
        },
      ],
    });
  });

  test('a request cut before its end, with a URI of any length', () => {
    const payload = `GET /${'x'.repeat(5000)}`;
    expect(read({ payload }).events).toMatchObject([{ uri: `/${'x'.repeat(2047)}`, host: '' }]);
  });

  test('a status line', () => {
    expect(answer(80, 'HTTP/1.1 404 Not Found\r\n\r\n').events).toMatchObject([
      { kind: 'http-response', status: 404, ...ends },
    ]);
  });

  test.each(['GET lost\r\n', 'Get / HTTP/1.1\r\n', 'GETX / HTTP/1.1\r\n', 'HTTP/2 200'])(
    'is not %j',
    (payload) => {
      expect(read({ payload })).toMatchObject({ service: '', events: [] });
    },
  );

  test('is not SIP, RTSP or SSDP', () => {
    expect(read({ payload: 'OPTIONS rtsp://a/ RTSP/1.0\r\n\r\n' }).service).toBe('rtsp');
    const invite = 'REGISTER sip:a SIP/2.0\r\n\r\n';
    expect(read({ protocol: 17, toPort: 5060, payload: invite }).service).toBe('sip');
    const search = 'M-SEARCH * HTTP/1.1\r\n\r\n';
    expect(read({ protocol: 17, toPort: 1900, payload: search })).toMatchObject({
      service: 'ssdp',
      events: [{ kind: 'command', verb: 'M-SEARCH' }],
    });
  });
});

describe('TLS', () => {
  test('a client hello: server name and JA4, as FoxIO works it out', () => {
    expect(read({ toPort: 443, payload: bytes.chromeHello() })).toMatchObject({
      service: 'ssl',
      events: [
        {
          kind: 'tls-client-hello',
          serverName: 'clients.example',
          fingerprint: 't13d1516h2_8daaf6152771_e5627efa2ab1',
          ...ends,
        },
      ],
    });
  });

  test('a hello that goes on in the next packet has a name but no fingerprint', () => {
    const payload = bytes.chromeHello().slice(0, 140);
    expect(read({ payload }).events).toMatchObject([
      { serverName: 'clients.example', fingerprint: '' },
    ]);
  });

  test('a hello without extensions', () => {
    const payload = bytes.hello(1, [
      3,
      1,
      ...new Array<number>(32).fill(0),
      0,
      0,
      2,
      0,
      0x35,
      1,
      0,
    ]);
    const event = read({ payload }).events[0];
    expect(event).toMatchObject({ serverName: '' });
    expect(event).toHaveProperty(
      'fingerprint',
      expect.stringMatching(/^t10i010000_[0-9a-f]{12}_0{12}$/),
    );
  });

  test('a server hello: the version of supported_versions before its own', () => {
    const start = [3, 3, ...new Array<number>(32).fill(0), 0, 0x13, 1, 0];
    const versions = bytes.extension(0x2b, [3, 4]);
    const tls13 = bytes.hello(2, [...start, ...bytes.u16(versions.length), ...versions]);
    expect(answer(443, tls13).events).toMatchObject([
      { kind: 'tls-server-hello', version: 0x304, ...ends },
    ]);
    expect(answer(443, bytes.hello(2, start)).events).toMatchObject([{ version: 0x303 }]);
  });

  test('JA4 writes an ALPN value that is no text in hexadecimal', () => {
    const shape = {
      transport: 't',
      version: 0x0303,
      hasServerName: false,
      cipherSuites: [],
      extensions: [],
      signatureAlgorithms: [],
    } as const;
    expect(ja4({ ...shape, alpn: Uint8Array.of(0xab, 0xcd) })).toBe(
      't12i0000ad_000000000000_000000000000',
    );
    expect(ja4({ ...shape, alpn: new Uint8Array(0) })).toMatch(/^t12i000000_/);
  });
});

describe('SSH', () => {
  test('the banner says which side it is', () => {
    const payload = 'SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n';
    expect(read({ toPort: 22, payload })).toMatchObject({
      service: 'ssh',
      events: [{ kind: 'ssh-banner', fromClient: true, software: 'OpenSSH_9.2p1', ...ends }],
    });
    expect(answer(22, payload).events).toMatchObject([{ fromClient: false, ...ends }]);
    expect(answer(8022, payload).events).toMatchObject([{ fromClient: false, ...ends }]);
  });
});

describe('logins', () => {
  test.each([
    [21, '230 Login successful.\r\n', 'ftp', 'success'],
    [21, '530 Login incorrect.\r\n', 'ftp', 'failure'],
    [2100, '530 User cannot log in.\r\n', 'ftp', 'failure'],
    [2100, '530 Login incorrect.\r\n', 'ftp', 'failure'],
    [21, '530 Please login with USER and PASS.\r\n', 'ftp', undefined],
    [25, '235 2.7.0 Authentication successful\r\n', 'smtp', 'success'],
    [587, '535 5.7.8 Error\r\n', 'smtp', 'failure'],
    [110, '-ERR [AUTH] Authentication failed.\r\n', 'pop3', 'failure'],
    [110, '+OK Logged in.\r\n', 'pop3', 'success'],
    [110, '+OK 3 messages\r\n', 'pop3', undefined],
    [143, 'a1 NO [AUTHENTICATIONFAILED] Authentication failed.\r\n', 'imap', 'failure'],
    [143, 'a1 OK [CAPABILITY IMAP4rev1] Logged in\r\n', 'imap', 'success'],
    [143, '* OK Dovecot ready.\r\n', 'imap', undefined],
    [23, '\r\nLogin incorrect\r\nlogin: ', 'telnet', 'failure'],
    [23, 'Last login: Mon Jan 1\r\n', 'telnet', 'success'],
    [23, 'Password: ', 'telnet', undefined],
    [3306, '\x07\0\0\x02\0\0\0\x02\0\0\0', 'mysql', 'success'],
    [3306, '\x17\0\0\x02\xff\x15\x04#28000Access denied ', 'mysql', 'failure'],
    [3306, '\x0e\0\0\0\x0a8.0.36\0aaaaaaaa', 'mysql', undefined],
    [3306, '\x07\0\0\x01\0\0\0\x02\0\0\0', '', undefined],
    [5432, 'R\0\0\0\x08\0\0\0\0', 'postgresql', 'success'],
    [5432, 'E\0\0\0\x20SFATAL\0C28P01\0Mpassword\0\0', 'postgresql', 'failure'],
    [445, smb2(0xc000006d), 'smb', 'failure'],
    [445, smb2(0), 'smb', 'success'],
    [445, smb2(0xc0000016), 'smb', undefined],
  ] as const)('on port %i, %j', (port, payload, service, outcome) => {
    const seen = answer(port, payload);
    expect(seen.service).toBe(service);
    const logins = outcome === undefined ? [] : [{ kind: 'login', service, outcome, ...ends }];
    expect(seen.events.filter((event) => event.kind === 'login')).toMatchObject(logins);
  });

  test('an RDP connection request is an attempt by somebody', () => {
    const cookie = 'Cookie: mstshash=admin\r\n';
    const length = 11 + cookie.length;
    const payload = `\x03\0\0${String.fromCharCode(length, length - 5)}\xe0\0\0\0\0\0${cookie}`;
    expect(read({ toPort: 3390, payload })).toMatchObject({
      service: 'rdp',
      events: [{ kind: 'login', service: 'rdp', outcome: 'unknown', userName: 'admin', ...ends }],
    });
  });

  test('a SIP registrar refuses', () => {
    const payload =
      'SIP/2.0 403 Forbidden\r\nTo: "x" <sip:100@pbx>;tag=1\r\nCSeq: 2 REGISTER\r\n\r\n';
    expect(read({ ...reply({ protocol: 17, toPort: 5060 }), payload }).events).toMatchObject([
      { service: 'sip', outcome: 'failure', userName: '100', ...ends },
    ]);
  });
});

function smb2(status: number): string {
  const word = String.fromCharCode(
    status & 255,
    (status >>> 8) & 255,
    (status >>> 16) & 255,
    status >>> 24,
  );
  return `\0\0\0\x40\xfeSMB\x40\0\0\0${word}\x01\0\x01\0\x01\0\0\0${'\0'.repeat(44)}`;
}

describe('commands', () => {
  test('of pipelined mail', () => {
    const payload = 'MAIL FROM:<a@b>\r\nrcpt TO:<c@d>\r\nDATA\r\n';
    const { events } = read({ toPort: 25, payload });
    expect(events.map((e) => (e.kind === 'command' ? e.verb : ''))).toEqual([
      'MAIL',
      'RCPT',
      'DATA',
    ]);
  });

  test('of IRC on any port, and none of what a server relays', () => {
    const { service, events } = read({ toPort: 8080, payload: 'NICK bot\r\nUSER a 0 * :b\r\n' });
    expect(service).toBe('irc');
    expect(events).toMatchObject([
      { service: 'irc', verb: 'NICK', ...ends },
      { service: 'irc', verb: 'USER' },
    ]);
    expect(answer(6667, ':srv 001 bot :Welcome\r\n')).toMatchObject({ service: 'irc', events: [] });
  });

  test.each([
    ['{"id":1,"method":"mining.subscribe","params":[]}\n', 'mining.subscribe'],
    ['{"id":1,"jsonrpc":"2.0","method":"login","params":{"login":"4A","pass":"x"}}\n', 'login'],
    [
      '{"worker":"w","jsonrpc":"2.0","params":["0x1"],"id":2,"method":"eth_submitLogin"}\n',
      'eth_submitLogin',
    ],
  ])('of a miner: %s', (payload, verb) => {
    expect(read({ toPort: 3333, payload })).toMatchObject({
      service: 'stratum',
      events: [{ kind: 'command', service: 'stratum', verb, ...ends }],
    });
  });

  test('of a pool name the miner as originator; a web service of the same words is no pool', () => {
    const notify = '{"id":null,"method":"mining.notify","params":[]}\n';
    expect(answer(3333, notify).events).toMatchObject([{ verb: 'mining.notify', ...ends }]);
    expect(read({ payload: '{"method":"login","params":{"user":"a"}}' }).service).toBe('');
  });
});

describe('services told by their bytes alone', () => {
  const dhcp = new Uint8Array(300);
  dhcp.set([1], 0);
  dhcp.set([0x63, 0x82, 0x53, 0x63], 236);
  test.each([
    [6, 50001, '\x13BitTorrent protocol', 'bittorrent'],
    [6, 5900, 'RFB 003.008\n', 'vnc'],
    [6, 1883, '\x10\x0c\0\x04MQTT\x04\x02\0\x3c', 'mqtt'],
    [6, 102, '\x03\0\0\x07\x02\xf0\x80', 's7comm'],
    [6, 2100, '220 ready, FTP here\r\n', 'ftp'],
    [6, 50001, '\xff\xfd\x18\xff\xfb\x01', 'telnet'],
    [6, 443, '\x17\x03\x03\0\x05abcde', 'ssl'],
    [17, 67, dhcp, 'dhcp'],
    [17, 123, Uint8Array.from([0x23, ...new Array<number>(47).fill(0)]), 'ntp'],
    [17, 69, '\0\x01boot.bin\0octet\0', 'tftp'],
    [17, 443, '\xc3\0\0\0\x01\x08abcdefgh', 'quic'],
    [17, 3478, '\0\x01\0\0\x21\x12\xa4\x42abcdefgh', 'stun'],
    [17, 50001, 'd1:ad2:id20:', 'bittorrent'],
    [6, 80, 'hello', ''],
    [17, 9999, 'hello', ''],
  ] as const)('protocol %i port %i %j is %j', (protocol, port, payload, service) => {
    expect(read({ protocol, toPort: port, payload }).service).toBe(service);
  });
});

describe('bytes nobody vouches for', () => {
  const seeds: readonly (readonly [number, number, Uint8Array | string])[] = [
    [17, 53, bytes.dnsQuery('www.example.com')],
    [17, 53, bytes.dnsResponse('a.b', 1, 0, [bytes.answer(1, 5, [1, 2, 3, 4])])],
    [6, 53, Uint8Array.from([0, 29, ...bytes.dnsQuery('a.example.co')])],
    [6, 443, bytes.chromeHello()],
    [
      6,
      443,
      bytes.hello(2, [
        3,
        3,
        ...new Array<number>(32).fill(0),
        0,
        0x13,
        1,
        0,
        0,
        6,
        0,
        0x2b,
        0,
        2,
        3,
        4,
      ]),
    ],
    [6, 80, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'],
    [6, 445, smb2(0)],
    [6, 3389, '\x03\0\0\x13\x0e\xe0\0\0\0\0\0\x01\0\x08\0\x03\0\0\0'],
    [6, 3306, '\x17\0\0\x02\xff\x15\x04#28000Access denied '],
    [6, 25, 'EHLO a\r\n'],
    [6, 3333, '{"method":"mining.submit"}'],
    [6, 6667, 'NICK a\r\n'],
    [17, 5060, 'SIP/2.0 200 OK\r\nCSeq: 1 REGISTER\r\n\r\n'],
  ];
  const mutated = fc.record({
    seed: fc.constantFrom(...seeds),
    cut: fc.nat(400),
    changes: fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 6 }),
    back: fc.boolean(),
    missing: fc.nat(2000),
  });

  test('never throw, and the slice of a larger buffer is never left', () => {
    fc.assert(
      fc.property(mutated, ({ seed: [protocol, port, original], cut, changes, back, missing }) => {
        const whole = typeof original === 'string' ? Buffer.from(original, 'latin1') : original;
        const payload = Uint8Array.from(whole.subarray(0, cut));
        for (const [at, byte] of changes) if (at < payload.length) payload[at] = byte;
        const wish = { protocol, toPort: port };
        const results = [0x00, 0xff].map((filler) => {
          const packet = makePacket(back ? reply(wish) : wish);
          packet.data = new Uint8Array(payload.length + 64).fill(filler);
          packet.data.set(payload, 32);
          packet.payloadOffset = 32;
          packet.payloadCaptured = payload.length;
          packet.payloadLength = payload.length + missing;
          const sink = new Collector();
          const reader = new MessageReader();
          const service = reader.read(packet, sink);
          reader.end(sink);
          return { service, events: sink.events, reasons: sink.reasons };
        });
        expect(results[0]).toEqual(results[1]);
      }),
      { numRuns: 3000 },
    );
  });
});
