import { createHash } from 'node:crypto';
import { memo } from './memo.ts';

/** What of a ClientHello makes its JA4 fingerprint (FoxIO, JA4 technical details), in the order of the wire. */
export interface HelloShape {
  readonly transport: 't' | 'q' | 'd';
  /** Highest of supported_versions, else the hello's own version. */
  readonly version: number;
  readonly hasServerName: boolean;
  readonly cipherSuites: readonly number[];
  readonly extensions: readonly number[];
  readonly signatureAlgorithms: readonly number[];
  /** First ALPN protocol as bytes, empty without. */
  readonly alpn: Uint8Array;
}

const SERVER_NAME = 0x0000;
const ALPN = 0x0010;

const VERSIONS = new Map([
  [0x0304, '13'], [0x0303, '12'], [0x0302, '11'], [0x0301, '10'], [0x0300, 's3'], [0x0002, 's2'],
  [0xfeff, 'd1'], [0xfefd, 'd2'], [0xfefc, 'd3'],
]); // prettier-ignore

/** Values that mean nothing and are there to be ignored (RFC 8701). */
export function isGrease(value: number): boolean {
  return (value & 0x0f0f) === 0x0a0a && value >>> 8 === (value & 0xff);
}

/** The fingerprint `a_b_c`: readable part, hash of the sorted cipher suites, hash of the sorted extensions. */
export function ja4(hello: HelloShape): string {
  const ciphers = hello.cipherSuites.filter((value) => !isGrease(value));
  const extensions = hello.extensions.filter((value) => !isGrease(value));
  const readable =
    hello.transport +
    (VERSIONS.get(hello.version) ?? '00') +
    (hello.hasServerName ? 'd' : 'i') +
    twoDigits(ciphers.length) +
    twoDigits(extensions.length) +
    alpnText(hello.alpn);
  const sorted = hexInOrder(ciphers);
  const others = extensions.filter((value) => value !== SERVER_NAME && value !== ALPN);
  const signatures = hello.signatureAlgorithms.filter((value) => !isGrease(value)).map(hex4);
  const tail = signatures.length === 0 ? '' : `_${signatures.join(',')}`;
  const hashed = hexInOrder(others) + tail;
  return `${readable}_${short(sorted)}_${others.length === 0 ? short('') : short(hashed)}`;
}

function twoDigits(count: number): string {
  return String(Math.min(count, 99)).padStart(2, '0');
}

/** Four digits each: the order of the numbers is that of their texts. */
function hexInOrder(values: readonly number[]): string {
  let text = '';
  for (const value of new Uint16Array(values).sort())
    text += text === '' ? hex4(value) : `,${hex4(value)}`;
  return text;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function hex4(value: number): string {
  return HEX[value >>> 8]! + HEX[value & 255]!;
}

/** First and last character, or first and last hexadecimal digit if either is not alphanumeric. */
function alpnText(alpn: Uint8Array): string {
  if (alpn.length === 0) return '00';
  const first = alpn[0]!;
  const last = alpn[alpn.length - 1]!;
  if (isAlphanumeric(first) && isAlphanumeric(last)) return String.fromCharCode(first, last);
  return (first >>> 4).toString(16) + (last & 15).toString(16);
}

function isAlphanumeric(byte: number): boolean {
  return /[0-9A-Za-z]/.test(String.fromCharCode(byte));
}

const digest = memo(512, (text) => createHash('sha256').update(text).digest('hex').slice(0, 12));

function short(text: string): string {
  return text === '' ? '000000000000' : digest(text);
}
