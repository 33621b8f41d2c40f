import { describe, expect, test } from 'vitest';
import { ja3, ja3s } from '../../../src/flow/messages/ja3.ts';
import { ja4 } from '../../../src/flow/messages/ja4.ts';
import { chromeHello, extension, hello, u16 } from './message-bytes.ts';
import { answer, ask, readAll, segments } from './read-stream.ts';
import { reply } from '../make-packet.ts';

const chrome = chromeHello();
const FINGERPRINT = 't13d1516h2_8daaf6152771_e5627efa2ab1';
const random = new Array<number>(32).fill(9);
const CHANGE_CIPHER_SPEC = [0x14, 3, 3, 0, 1, 1];

/** The handshake of a hello's one record in records of so many bytes. */
function inRecords(record: Uint8Array, bytes: number): Uint8Array {
  const handshake = record.subarray(5);
  const out: number[] = [];
  for (let at = 0; at < handshake.length; at += bytes) {
    const part = handshake.subarray(at, at + bytes);
    out.push(0x16, 3, 1, ...u16(part.length), ...part);
  }
  return Uint8Array.from(out);
}

describe('fingerprints', () => {
  // A browser's hello as browserleaks.com shows it, with its hashes.
  const ciphers = [
    4865, 4866, 4867, 49195, 49199, 49196, 49200, 52393, 52392, 49171, 49172, 156, 157, 47, 53,
  ];
  const extensions = [45, 51, 16, 65037, 23, 17613, 0, 11, 10, 43, 65281, 35, 18, 5, 13, 27];
  const shape = {
    legacyVersion: 771, cipherSuites: [0x0a0a, ...ciphers], extensions: [0xbaba, ...extensions, 0x1a1a],
    groups: [0x2a2a, 4588, 29, 23, 24], pointFormats: Uint8Array.of(0),
  }; // prettier-ignore

  test('JA3 leaves GREASE out', () => {
    expect(ja3(shape)).toBe('98487aa16281980e7d1120d399efb6a4');
  });

  test('JA4 of the same', () => {
    const text = ja4({
      transport: 't',
      version: 0x0304,
      hasServerName: true,
      cipherSuites: shape.cipherSuites,
      extensions: shape.extensions,
      signatureAlgorithms: [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601],
      alpn: Buffer.from('h2'),
    });
    expect(text).toBe('t13d1516h2_8daaf6152771_d8a2da3f94cd');
  });

  test.each([
    ['h', 'hh'],
    ['http/1.1', 'h1'],
    ['\x02h', '08'],
    ['h\xff', '6f'],
    ['\xab', 'ab'],
  ])('JA4 of the ALPN protocol %j says %s', (name, said) => {
    const none = { transport: 'q', version: 0x0303, hasServerName: false, cipherSuites: [], extensions: [], signatureAlgorithms: [] } as const; // prettier-ignore
    expect(ja4({ ...none, alpn: Buffer.from(name, 'latin1') }).slice(8, 10)).toBe(said);
  });

  test('JA3S is the MD5 of version, cipher suite and extensions', () => {
    // md5("769,47,65281-0-11-35-5-16")
    expect(ja3s(769, 47, [65281, 0, 11, 35, 5, 16])).toBe('836ce314215654b5b1f85f97c73e506f');
  });
});

describe('a ClientHello', () => {
  test.each([1, 4, 7, 100])('in records of %i bytes is the same', (bytes) => {
    const records = inRecords(chrome, bytes);
    expect(ask(443, records).events).toMatchObject([{ fingerprint: FINGERPRINT }]);
    const cut = segments(records, [10, 33], { toPort: 443 });
    expect(readAll(cut)).toMatchObject({ events: [{ fingerprint: FINGERPRINT }], reasons: {} });
  });

  test('behind the ChangeCipherSpec that answers a HelloRetryRequest', () => {
    const payload = Uint8Array.from([...CHANGE_CIPHER_SPEC, ...chrome]);
    expect(ask(443, payload).events).toMatchObject([{ fingerprint: FINGERPRINT }]);
  });

  test('says what it offers', () => {
    expect(ask(443, chrome).events).toMatchObject([
      {
        version: 0x0304,
        alpn: ['h2', 'http/1.1'],
        ja3: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      },
    ]);
  });

  test('whose length leaves its extensions out is malformed, and its fingerprint is not given', () => {
    const broken = Uint8Array.from(chrome);
    broken[8]! -= 4;
    broken[4]! -= 4;
    expect(ask(443, broken.subarray(0, broken.length - 4)).events).toMatchObject([
      { fingerprint: '' },
    ]);
  });

  test('of SSL 2', () => {
    const payload = Uint8Array.from([
      0x80,
      28,
      1,
      3,
      1,
      0,
      3,
      0,
      0,
      0,
      16,
      0,
      0,
      0x2f,
      ...random.slice(16),
    ]);
    expect(ask(443, payload)).toMatchObject({
      services: ['ssl'],
      events: [{ kind: 'tls-client-hello', version: 0x0301, serverName: '', fingerprint: '' }],
    });
    payload[1] = 29;
    expect(ask(443, payload)).toMatchObject({ services: [''], events: [] });
  });

  test('of DTLS, whose versions count downwards', () => {
    const versions = extension(0x2b, [4, 0xfe, 0xfd, 0xfe, 0xfc]);
    const body = [
      0xfe,
      0xfd,
      ...random,
      0,
      2,
      7,
      7,
      0,
      2,
      0xc0,
      0x2b,
      1,
      0,
      ...u16(versions.length),
      ...versions,
    ];
    const handshake = [1, 0, ...u16(body.length), 0, 0, 0, 0, 0, 0, ...u16(body.length), ...body];
    const payload = Uint8Array.from([
      0x16,
      0xfe,
      0xff,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      ...u16(handshake.length),
      ...handshake,
    ]);
    const { services, events } = ask(4433, payload, { protocol: 17 });
    expect(services).toEqual(['dtls']);
    expect(events).toMatchObject([
      {
        version: 0xfefc,
        protocol: 17,
        fingerprint: expect.stringMatching(/^dd3i010100_/) as string,
      },
    ]);
  });
});

const der = (tag: number, ...content: readonly number[]): number[] => {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, ...u16(length)];
  return [tag, ...size, ...content];
};
const text = (tag: number, value: string) => der(tag, ...Buffer.from(value, 'latin1'));
const name = (...commonNames: readonly number[][]) =>
  der(0x30, ...commonNames.flatMap((cn) => der(0x31, ...der(0x30, ...der(6, 0x55, 4, 3), ...cn))));

function certificate(
  subject: readonly number[],
  issuer: readonly number[],
  names: readonly string[] = [],
): number[] {
  const alternatives = der(
    0x30,
    ...names.flatMap((n) => text(0x82, n)),
    ...der(0x87, 127, 0, 0, 1),
  );
  const san = der(0x30, ...der(6, 0x55, 0x1d, 0x11), ...der(1, 255), ...der(4, ...alternatives));
  const usage = der(0x30, ...der(6, 0x55, 0x1d, 0x0f), ...der(4, 3, 2, 5, 160));
  const validity = der(0x30, ...text(0x17, '240102030405Z'), ...text(0x18, '20500102030405Z'));
  return der(0x30, ...der(0x30,
    ...der(0xa0, 2, 1, 2), ...der(2, 1), ...der(0x30), ...issuer, ...validity, ...subject, ...der(0x30),
    ...der(0xa3, ...der(0x30, ...usage, ...san)),
  ), ...der(0x30), ...der(3, 0)); // prettier-ignore
}

const u24 = (value: number) => [0, ...u16(value)];

function chain(...certificates: readonly number[][]): number[] {
  const list = certificates.flatMap((one) => [...u24(one.length), ...one]);
  return [11, ...u24(list.length + 3), ...u24(list.length), ...list];
}

const serverHello = hello(2, [
  3,
  3,
  ...random,
  0,
  0xc0,
  0x2f,
  0,
  0,
  9,
  ...extension(0x10, [0, 3, 2, 0x68, 0x32]),
]);
const record = (handshake: readonly number[]) => [
  0x16,
  3,
  3,
  ...u16(handshake.length),
  ...handshake,
];

describe('a server', () => {
  const leaf = certificate(
    name(text(0x13, 'x'), text(0x0c, 'www.example')),
    name(text(0x1e, '\0C\0A')),
    ['WWW.example', 'b.example'],
  );

  test('names itself in its certificate', () => {
    expect(
      answer(443, Uint8Array.from([...serverHello, ...record(chain(leaf, leaf))])).events,
    ).toMatchObject([
      { kind: 'tls-server-hello', version: 0x0303, cipherSuite: 0xc02f, alpn: 'h2' },
      {
        kind: 'tls-certificate',
        subject: 'www.example',
        issuer: 'CA',
        dnsNames: ['www.example', 'b.example'],
        notBeforeUs: Date.UTC(2024, 0, 2, 3, 4, 5) * 1000,
        notAfterUs: Date.UTC(2050, 0, 2, 3, 4, 5) * 1000,
        selfSigned: false,
        originator: '10.0.0.1',
        responderPort: 443,
      },
    ]);
  });

  test('in one record with its hello, over segments, and nothing is left waiting', () => {
    const both = [...serverHello.subarray(5), ...chain(leaf)];
    const wishes = segments(Uint8Array.from(record(both)), [60], reply({ toPort: 8883 }));
    const { events, reasons } = readAll(wishes);
    expect(events.map((event) => event.kind)).toEqual(['tls-server-hello', 'tls-certificate']);
    expect(reasons).toEqual({});
  });

  test('that signs itself', () => {
    const self = name(text(0x0c, 'router'));
    const payload = Uint8Array.from(record(chain(certificate(self, self))));
    expect(answer(443, payload).events).toMatchObject([
      { subject: 'router', selfSigned: true, dnsNames: [] },
    ]);
  });

  test('has a hello behind a warning', () => {
    const payload = Uint8Array.from([0x15, 3, 3, 0, 2, 1, 112, ...serverHello]);
    expect(answer(443, payload)).toMatchObject({
      events: [{ kind: 'tls-server-hello' }],
      reasons: {},
    });
  });

  test('that takes up a session again has no certificate, and none is waited for in vain', () => {
    const packets = [serverHello, Uint8Array.from(CHANGE_CIPHER_SPEC)].map((payload, i) => ({
      ...reply({ toPort: 443 }), payload, sequence: 1 + i * serverHello.length,
    })); // prettier-ignore
    expect(readAll(packets)).toMatchObject({ events: [{ kind: 'tls-server-hello' }], reasons: {} });
    expect(readAll(packets.slice(0, 1)).reasons).toEqual({});
  });

  test('whose certificate is none is counted; every prefix and flipped bit of one ends', () => {
    const payload = Uint8Array.from(record(chain([1, 2, 3])));
    expect(answer(443, payload).reasons).toEqual({ 'malformed:tls': 1 });
    const good = Uint8Array.from(record(chain(leaf)));
    for (let at = 0; at < good.length; at++) {
      const flipped = Uint8Array.from(good);
      flipped[at]! ^= 1 << (at & 7);
      expect(answer(443, flipped).events.length).toBeLessThanOrEqual(1);
      expect(answer(443, good.subarray(0, at)).events).toEqual([]);
    }
  });

  test('sends its certificate, the client its own, which is not the server’s', () => {
    expect(ask(443, Uint8Array.from(record(chain(leaf)))).events).toEqual([]);
  });
});
