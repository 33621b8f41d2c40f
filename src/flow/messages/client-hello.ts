import type { ByteReader } from '../../bytes/byte-reader.ts';
import { conversation, type Ends, type MessageSink } from './conversation.ts';
import { helloFingerprints } from './hello-fingerprints.ts';
import { isGrease } from './ja4.ts';
import { lowerCaseText } from './payload-text.ts';

/** A ClientHello (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2; with a cookie RFC 6347 §4.2.1), whatever carried it. */
export interface ClientHello {
  readonly legacyVersion: number;
  readonly cipherSuites: readonly number[];
  readonly extensions: number[];
  serverName: string;
  groups: readonly number[];
  pointFormats: Uint8Array;
  signatureAlgorithms: readonly number[];
  alpn: readonly Uint8Array[];
  supportedVersions: readonly number[];
  /** Read to its end; else names may be there, but no fingerprint. */
  isComplete: boolean;
}

const SERVER_NAME = 0x0000;
const SUPPORTED_GROUPS = 0x000a;
const EC_POINT_FORMATS = 0x000b;
const SIGNATURE_ALGORITHMS = 0x000d;
const ALPN = 0x0010;
const SUPPORTED_VERSIONS = 0x002b;

const MAX_SERVER_NAME = 512;
const MAX_ALPN = 16;
const NONE = new Uint8Array(0);

/** Reads a hello's body; `undefined` if it ends before its extensions begin. */
export function parseClientHello(reader: ByteReader, hasCookie = false): ClientHello | undefined {
  const legacyVersion = reader.u16();
  reader.skip(32); // random
  reader.skip(reader.u8()); // session id
  if (hasCookie) reader.skip(reader.u8());
  const cipherSuites = u16List(reader, reader.u16());
  reader.skip(reader.u8()); // compression methods
  if (reader.truncated) return undefined;
  const hello: ClientHello = {
    legacyVersion,
    cipherSuites,
    extensions: [],
    serverName: '',
    groups: [],
    pointFormats: NONE,
    signatureAlgorithms: [],
    alpn: [],
    supportedVersions: [],
    isComplete: false,
  };
  // It may end before its extensions.
  hello.isComplete = reader.left === 0 || readExtensions(reader, hello);
  return hello;
}

/** Says what the hello tells of its sender. */
export function reportClientHello(
  hello: ClientHello,
  transport: 't' | 'q' | 'd',
  ends: Ends,
  sink: MessageSink,
): void {
  const version = highestVersion(hello, transport);
  const fingerprints = hello.isComplete
    ? helloFingerprints({
        transport,
        version,
        legacyVersion: hello.legacyVersion,
        hasServerName: hello.extensions.includes(SERVER_NAME),
        cipherSuites: hello.cipherSuites,
        extensions: hello.extensions,
        signatureAlgorithms: hello.signatureAlgorithms,
        groups: hello.groups,
        pointFormats: hello.pointFormats,
        alpn: hello.alpn[0] ?? NONE,
      })
    : undefined;
  sink.event({
    kind: 'tls-client-hello',
    ...conversation(ends, true),
    serverName: hello.serverName,
    fingerprint: fingerprints?.ja4 ?? '',
    ja3: fingerprints?.ja3 ?? '',
    version,
    alpn: hello.alpn.map((name) => lowerCaseText(name, 0, name.length)),
  });
}

function readExtensions(reader: ByteReader, hello: ClientHello): boolean {
  const length = reader.u16();
  const end = reader.offset + length;
  while (reader.left > 0 && reader.offset < end) {
    const type = reader.u16();
    const body = reader.part(reader.u16());
    if (reader.truncated) return false;
    hello.extensions.push(type);
    readExtension(type, body, hello);
  }
  return !reader.truncated && reader.offset >= end;
}

function readExtension(type: number, body: ByteReader, hello: ClientHello): void {
  switch (type) {
    case SERVER_NAME:
      hello.serverName = serverNameOf(body);
      break;
    case SUPPORTED_GROUPS:
      hello.groups = u16List(body, body.u16());
      break;
    case EC_POINT_FORMATS:
      hello.pointFormats = body.slice(body.u8());
      break;
    case SIGNATURE_ALGORITHMS:
      hello.signatureAlgorithms = u16List(body, body.u16());
      break;
    case ALPN:
      hello.alpn = alpnList(body);
      break;
    case SUPPORTED_VERSIONS:
      hello.supportedVersions = u16List(body, body.u8());
      break;
  }
}

/** RFC 6066 §3: the first entry of type host_name. */
function serverNameOf(body: ByteReader): string {
  body.u16();
  if (body.u8() !== 0) return '';
  const name = body.slice(body.u16());
  return lowerCaseText(name, 0, Math.min(name.length, MAX_SERVER_NAME));
}

function alpnList(body: ByteReader): Uint8Array[] {
  const names: Uint8Array[] = [];
  body.u16();
  while (body.left > 0 && names.length < MAX_ALPN) {
    const name = body.slice(body.u8());
    if (!body.truncated) names.push(name);
  }
  return names;
}

/** Highest of supported_versions, else the hello's own. DTLS counts downwards. */
function highestVersion(hello: ClientHello, transport: 't' | 'q' | 'd'): number {
  const offered = hello.supportedVersions.filter((version) => !isGrease(version));
  if (offered.length === 0) return hello.legacyVersion;
  return transport === 'd' ? Math.min(...offered) : Math.max(...offered);
}

function u16List(reader: ByteReader, bytes: number): number[] {
  const list: number[] = [];
  for (let i = 0; i + 1 < bytes && !reader.truncated; i += 2) list.push(reader.u16());
  if (reader.truncated) list.pop();
  return list;
}
