import { ByteWriter } from '../../bytes/byte-writer.ts';
import type { Random } from '../random.ts';
import { joinBytes, textBytes } from './text-bytes.ts';

/** What a TLS library's ClientHello looks like. Numbers are IANA's. */
interface HelloShape {
  readonly ciphers: readonly number[];
  readonly groups: readonly number[];
  readonly signatures: readonly number[];
  /** Extension types in order; 21 is padding to 512 bytes. */
  readonly extensions: readonly number[];
  readonly alpn: readonly string[];
  readonly tls13: boolean;
  /** RFC 8701 values in front of ciphers, groups, versions and extensions. */
  readonly grease: boolean;
}

const TLS13_CIPHERS = [0x1301, 0x1302, 0x1303];
const ECDHE = [0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8];
const OLD = [0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035];
const SIGNATURES = [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601];

/** Malware is written with the same libraries as everything else: shapes are drawn for hosts, not for classes. */
const HELLO_SHAPES = {
  chrome: { ciphers: [...TLS13_CIPHERS, ...ECDHE, ...OLD], groups: [29, 23, 24], signatures: SIGNATURES, extensions: [0, 23, 65281, 10, 11, 35, 16, 5, 13, 18, 51, 45, 43, 27, 21], alpn: ['h2', 'http/1.1'], tls13: true, grease: true },
  firefox: { ciphers: [0x1301, 0x1303, 0x1302, ...ECDHE, 0xc00a, 0xc009, ...OLD], groups: [29, 23, 24, 25], signatures: [...SIGNATURES, 0x0203, 0x0201], extensions: [0, 23, 65281, 10, 11, 35, 16, 5, 34, 51, 43, 13, 45, 28, 21], alpn: ['h2', 'http/1.1'], tls13: true, grease: false },
  openssl: { ciphers: [0x1302, 0x1303, 0x1301, 0xc02c, 0xc030, 0x009f, 0xcca9, 0xcca8, 0xccaa, 0xc02b, 0xc02f, 0x009e, 0xc024, 0xc028, ...OLD, 0x00ff], groups: [29, 23, 30, 25, 24], signatures: SIGNATURES, extensions: [0, 11, 10, 35, 22, 23, 13, 43, 45, 51], alpn: [], tls13: true, grease: false },
  go: { ciphers: [...ECDHE, ...OLD, ...TLS13_CIPHERS], groups: [29, 23, 24, 25], signatures: SIGNATURES, extensions: [0, 5, 10, 11, 13, 65281, 18, 16, 43, 51], alpn: ['h2', 'http/1.1'], tls13: true, grease: false },
  schannel: { ciphers: [0xc02c, 0xc02b, 0xc030, 0xc02f, 0xc024, 0xc023, 0xc028, 0xc027, 0xc00a, 0xc009, ...OLD, 0x000a], groups: [29, 23, 24], signatures: SIGNATURES, extensions: [0, 5, 10, 11, 13, 35, 16, 23, 65281], alpn: ['h2', 'http/1.1'], tls13: false, grease: false },
  java: { ciphers: [0x1302, 0x1301, ...ECDHE, 0x009f, 0x00a3, 0x009e, ...OLD, 0x00ff], groups: [29, 23, 24, 25], signatures: SIGNATURES, extensions: [0, 5, 10, 11, 17, 23, 35, 43, 45, 13, 50, 51], alpn: [], tls13: true, grease: false },
  embedded: { ciphers: [0xc02b, 0xc02f, 0x009c, 0x002f, 0x00ff], groups: [23], signatures: [0x0403, 0x0401, 0x0201], extensions: [0, 10, 11, 13, 22, 23], alpn: [], tls13: false, grease: false },
} as const satisfies Record<string, HelloShape>; // prettier-ignore

export type HelloShapeName = keyof typeof HELLO_SHAPES;
export const HELLO_SHAPE_NAMES = Object.keys(HELLO_SHAPES) as readonly HelloShapeName[];

/** A record with a ClientHello (RFC 8446 §4.1.2); no SNI extension when the name is empty. */
export function clientHello(
  random: Random,
  shapeName: HelloShapeName,
  serverName: string,
): Uint8Array {
  const shape: HelloShape = HELLO_SHAPES[shapeName];
  const grease = random.integer(0, 15) * 0x1010 + 0x0a0a;
  const greased = (list: readonly number[]): number[] =>
    shape.grease ? [grease, ...list] : [...list];
  const body = new ByteWriter(512);
  body.u16(0x0303);
  body.slice(random.bytes(32));
  body.u8(32);
  body.slice(random.bytes(32));
  writeList16(body, greased(shape.ciphers));
  body.u16(0x0100); // one compression method: none
  const extensions = new ByteWriter(512);
  if (shape.grease) writeExtension(extensions, grease, new Uint8Array(0));
  for (const type of shape.extensions) {
    if (type === 21) {
      const missing = 512 - 4 - body.length - 2 - extensions.length - 4;
      if (missing > 0) writeExtension(extensions, 21, new Uint8Array(missing));
    } else if (type !== 0 || serverName !== '') {
      writeExtension(extensions, type, extensionData(type, shape, { random, serverName, greased }));
    }
  }
  body.u16(extensions.length);
  body.slice(extensions.toBytes());
  return tlsRecord(22, handshake(1, body.toBytes()));
}

interface HelloDetails {
  readonly random: Random;
  readonly serverName: string;
  readonly greased: (list: readonly number[]) => number[];
}

function extensionData(type: number, shape: HelloShape, details: HelloDetails): Uint8Array {
  const out = new ByteWriter(64);
  switch (type) {
    case 0: {
      const name = textBytes(details.serverName);
      out.u16(name.length + 3);
      out.u8(0);
      out.u16(name.length);
      out.slice(name);
      break;
    }
    case 5:
      out.u8(1);
      out.u32(0);
      break;
    case 10:
      writeList16(out, details.greased(shape.groups));
      break;
    case 11:
      out.u16(0x0100);
      break;
    case 13:
    case 34:
    case 50:
      writeList16(out, shape.signatures);
      break;
    case 16: {
      const names = joinBytes(
        ...shape.alpn.map((name) => joinBytes(Uint8Array.of(name.length), textBytes(name))),
      );
      out.u16(names.length);
      out.slice(names);
      break;
    }
    case 17:
      out.u16(7);
      out.u8(2);
      out.u16(4);
      out.u32(0);
      break;
    case 27:
      out.u8(2);
      out.u16(2);
      break;
    case 28:
      out.u16(0x4001);
      break;
    case 43: {
      const versions = details.greased([0x0304, 0x0303]);
      out.u8(versions.length * 2);
      for (const version of versions) out.u16(version);
      break;
    }
    case 45:
      out.u16(0x0101);
      break;
    case 51: {
      out.u16(36);
      out.u16(29);
      out.u16(32);
      out.slice(details.random.bytes(32));
      break;
    }
    case 65281:
      out.u8(0);
      break;
    default: // 18, 22, 23, 35: empty
  }
  return out.toBytes();
}

/** A record with a ServerHello; TLS 1.3 says so in supported_versions. */
export function serverHello(random: Random, tls13: boolean): Uint8Array {
  const body = new ByteWriter(160);
  body.u16(0x0303);
  body.slice(random.bytes(32));
  body.u8(32);
  body.slice(random.bytes(32));
  body.u16(tls13 ? random.pick([0x1301, 0x1302]) : random.pick([0xc02f, 0xc030]));
  body.u8(0);
  const extensions = new ByteWriter(64);
  if (tls13) {
    writeExtension(extensions, 43, Uint8Array.of(3, 4));
    writeExtension(extensions, 51, joinBytes(Uint8Array.of(0, 29, 0, 32), random.bytes(32)));
  } else {
    writeExtension(extensions, 65281, Uint8Array.of(0));
    writeExtension(extensions, 23, new Uint8Array(0));
  }
  body.u16(extensions.length);
  body.slice(extensions.toBytes());
  return tlsRecord(22, handshake(2, body.toBytes()));
}

export const CHANGE_CIPHER_SPEC = tlsRecord(20, Uint8Array.of(1));

/** An encrypted Finished of TLS 1.2: a handshake record that nobody can read. */
export function encryptedHandshake(random: Random): Uint8Array {
  return tlsRecord(22, joinBytes(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0), random.bytes(32)));
}

/** ClientKeyExchange with an elliptic point (RFC 8422 §5.7). */
export function clientKeyExchange(random: Random): Uint8Array {
  return tlsRecord(22, handshake(16, joinBytes(Uint8Array.of(32), random.bytes(32))));
}

/** ServerKeyExchange over x25519 and ServerHelloDone. */
export function serverKeyExchange(random: Random): Uint8Array {
  const signature = random.bytes(256);
  const body = joinBytes(
    Uint8Array.of(3, 0, 29, 32),
    random.bytes(32),
    Uint8Array.of(4, 1, 1, 0),
    signature,
  );
  return joinBytes(
    tlsRecord(22, handshake(12, body)),
    tlsRecord(22, handshake(14, new Uint8Array(0))),
  );
}

/** Application data of that many bytes in records of at most 16 kB; the bytes are the caller's. */
export function applicationData(content: Uint8Array): Uint8Array {
  if (content.length <= 16384) return tlsRecord(23, content);
  const records: Uint8Array[] = [];
  for (let i = 0; i < content.length; i += 16384)
    records.push(tlsRecord(23, content.subarray(i, i + 16384)));
  return joinBytes(...records);
}

export function tlsRecord(type: number, content: Uint8Array): Uint8Array {
  return joinBytes(Uint8Array.of(type, 3, 3, content.length >> 8, content.length & 0xff), content);
}

export function handshake(type: number, body: Uint8Array): Uint8Array {
  return joinBytes(
    Uint8Array.of(type, body.length >> 16, (body.length >> 8) & 0xff, body.length & 0xff),
    body,
  );
}

function writeExtension(out: ByteWriter, type: number, data: Uint8Array): void {
  out.u16(type);
  out.u16(data.length);
  out.slice(data);
}

function writeList16(out: ByteWriter, list: readonly number[]): void {
  out.u16(list.length * 2);
  for (const item of list) out.u16(item);
}
