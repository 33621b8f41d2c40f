import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clientInitialKeys, quicVersion } from '../../../src/flow/messages/quic-protection.ts';
import { reply, type PacketWish } from '../make-packet.ts';
import { chromeHello } from './message-bytes.ts';
import { readAll } from './read-stream.ts';

/** RFC 9001 Appendix A. */
const connectionId = Buffer.from('8394c8f03e515708', 'hex');
const CRYPTO_FRAME = Buffer.from(
  '060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e86804fe3a47f06a2b69484c' +
    '00000413011302010000c000000010000e00000b6578616d706c652e636f6dff01000100000a00080006' +
    '001d0017001800100007000504616c706e000500050100000000003300260024001d00209370b2c9caa4' +
    '7fbabaf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b0003020304000d0010000e040305' +
    '0306030203080408050806002d00020101001c00024001003900320408ffffffffffffffff05048000ff' +
    'ff07048000ffff0801100104800075300901100f088394c8f03e51570806048000ffff',
  'hex',
);

function varint(value: number): number[] {
  return [0x40 | (value >>> 8), value & 255];
}

interface Wish {
  readonly version?: number;
  readonly type?: number;
  readonly number?: number;
  readonly size?: number;
  readonly id?: Uint8Array;
}

/** Protects frames as RFC 9001 §5.3 and §5.4 say, written apart from the code under test. */
function initial(frames: Uint8Array, wish: Wish = {}): Buffer {
  const { version = 1, type = 0, number = 2, size = 1200, id = connectionId } = wish;
  const keys = clientInitialKeys(quicVersion(version)!, id);
  const versionBytes = Buffer.alloc(4);
  versionBytes.writeUInt32BE(version);
  const before = [0xc3 | (type << 4), ...versionBytes, id.length, ...id, 0, 0];
  const plain = Buffer.alloc(size - before.length - 2 - 4 - 16);
  plain.set(frames);
  const header = Buffer.from([...before, ...varint(4 + plain.length + 16), 0, 0, 0, number]);
  const nonce = Buffer.from(keys.iv);
  nonce[11]! ^= number;
  const cipher = createCipheriv('aes-128-gcm', keys.key, nonce);
  cipher.setAAD(header);
  const body = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  const mask = createCipheriv('aes-128-ecb', keys.headerKey, null).update(body.subarray(0, 16));
  header[0]! ^= mask[0]! & 0x0f;
  for (let i = 0; i < 4; i++) header[header.length - 4 + i]! ^= mask[1 + i]!;
  return Buffer.concat([header, body]);
}

const toServer: PacketWish = { protocol: 17, toPort: 443 };

function read(...payloads: readonly Uint8Array[]) {
  return readAll(payloads.map((payload) => ({ ...toServer, payload })));
}

/** A CRYPTO frame with a piece of Chrome's hello, without its TLS record. */
const helloBytes = chromeHello().subarray(5);
function piece(start: number, end: number): number[] {
  return [6, ...varint(start), ...varint(end - start), ...helloBytes.subarray(start, end)];
}

describe('keys of Initial packets', () => {
  test('are those of RFC 9001 A.1 and RFC 9369 A.1', () => {
    const hex = (version: number) => {
      const { key, iv, headerKey } = clientInitialKeys(quicVersion(version)!, connectionId);
      return [key, iv, headerKey].map((bytes) => bytes.toString('hex'));
    };
    expect(hex(1)).toEqual([
      '1f369613dd76d5467730efcbe3b1a22d',
      'fa044b2f42a3fd3b46fb255c',
      '9f50449e04a0e810283a1e9933adedd2',
    ]);
    expect(hex(0x6b3343cf)).toEqual([
      '8b1a0bc121284290a29e0971b5cd045d',
      '91f73e2351d8fa91660e909f',
      '45b95e15235d6f45a6b19cbcb0294ba9',
    ]);
  });

  test('are not known of a version nobody knows', () => {
    expect([0, 2, 0xff000001, 0x51303436].map(quicVersion)).toEqual(new Array(4).fill(undefined));
  });
});

describe('the ClientHello of QUIC', () => {
  test('in the packet of RFC 9001 A.2', () => {
    const packet = initial(CRYPTO_FRAME);
    const hex = packet.toString('hex');
    expect(hex.slice(0, 64)).toBe(
      'c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11',
    );
    expect(hex.slice(-32)).toBe('e221af44860018ab0856972e194cd934');
    expect(read(packet)).toMatchObject({
      services: ['quic'],
      events: [
        {
          kind: 'tls-client-hello',
          serverName: 'example.com',
          alpn: ['alpn'],
          version: 0x0304,
          protocol: 17,
        },
      ],
      reasons: {},
    });
  });

  test.each([
    [0x6b3343cf, 1],
    [0xff00001d, 0],
    [0xfaceb002, 0],
  ])('of version %i', (version, type) => {
    expect(read(initial(CRYPTO_FRAME, { version, type })).events).toMatchObject([
      { serverName: 'example.com' },
    ]);
  });

  test('in pieces over packets and datagrams, in any order, has the JA4 of the whole', () => {
    const pieces = fc.uniqueArray(fc.integer({ min: 1, max: helloBytes.length - 1 }), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(pieces, fc.nat(), fc.nat(3), (cuts, seed, perPacket) => {
        const places = [0, ...cuts.sort((a, b) => a - b), helloBytes.length];
        const frames = places.slice(1).map((end, i) => piece(places[i]!, end));
        frames.sort((a, b) => ((a[2]! * 31 + seed) % 17) - ((b[2]! * 31 + seed) % 17));
        const packets: Buffer[] = [];
        for (let i = 0; i < frames.length; i += perPacket + 1) {
          const own = frames.slice(i, i + perPacket + 1).flatMap((frame) => [0, 1, ...frame]);
          packets.push(initial(Uint8Array.from(own), { number: i }));
        }
        expect(read(...packets, ...packets)).toMatchObject({
          events: [
            { serverName: 'clients.example', fingerprint: 'q13d1516h2_8daaf6152771_e5627efa2ab1' },
          ],
          reasons: {},
        });
      }),
      { numRuns: 60 },
    );
  });

  test('in two packets of one datagram', () => {
    const half = initial(Uint8Array.from(piece(100, helloBytes.length)), { size: 600 });
    const other = initial(Uint8Array.from(piece(0, 100)), { size: 600, number: 3 });
    expect(read(Buffer.concat([half, other])).events).toMatchObject([
      { serverName: 'clients.example' },
    ]);
  });

  test('behind acknowledgements', () => {
    const frames = Uint8Array.from([2, 5, 0, 0, 1, ...CRYPTO_FRAME]);
    expect(
      read(initial(Uint8Array.from([2, 5, 0, 1, 1, 0, 0, ...CRYPTO_FRAME]))).events,
    ).toHaveLength(1);
    expect(read(initial(frames)).events).toHaveLength(1);
  });

  test('is counted when half of it comes, and nothing is said of it', () => {
    const result = read(initial(Uint8Array.from(piece(0, 100))));
    expect(result).toMatchObject({
      services: ['quic'],
      events: [],
      reasons: { messageIncomplete: 1 },
    });
  });

  test('is not looked for in what the server sends, in short datagrams and under other keys', () => {
    const packet = initial(CRYPTO_FRAME);
    expect(readAll([{ ...reply(toServer), payload: packet }])).toMatchObject({
      events: [],
      reasons: {},
    });
    expect(read(initial(CRYPTO_FRAME, { size: 600 }))).toMatchObject({ events: [], reasons: {} });
    packet[packet.length - 1]! ^= 1;
    expect(read(packet)).toMatchObject({ events: [], reasons: {} });
  });

  test('pieces without end are given up', () => {
    const scattered = Array.from({ length: 100 }, (_, i) => [
      6,
      ...varint(3 * i),
      0x40,
      1,
      0,
    ]).flat();
    const packets = [0, 1, 2].map((k) => initial(Uint8Array.from(scattered), { number: k }));
    expect(read(...packets).reasons).toEqual({ 'malformed:quic': 1 });
  });

  test('any frames and any damage to a packet end without an event too many', () => {
    const frames = fc.oneof(fc.uint8Array({ maxLength: 900 }), fc.uint8Array({ maxLength: 60 }).map((tail) => Uint8Array.from([...CRYPTO_FRAME.subarray(0, 200), ...tail]))); // prettier-ignore
    const damage = fc.array(fc.tuple(fc.nat(1199), fc.nat(255)), { maxLength: 3 });
    fc.assert(
      fc.property(frames, damage, (bytes, changes) => {
        const packet = initial(bytes);
        for (const [at, byte] of changes) packet[at] = byte;
        expect(read(packet, initial(bytes, { number: 9 })).events.length).toBeLessThanOrEqual(2);
      }),
      { numRuns: 300 },
    );
  });
});
