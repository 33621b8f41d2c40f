import type { Packet } from '../../capture/packet.ts';
import { ByteReader } from '../../bytes/byte-reader.ts';
import { conversation, type MessageSink } from './conversation.ts';
import { isGrease, ja4 } from './ja4.ts';

/** TLS hellos (RFC 8446 §4.1) as far as they lie in one packet. */

const HANDSHAKE = 0x16;
const CLIENT_HELLO = 1;
const SERVER_HELLO = 2;
const MAX_RECORD = 16384 + 2048;

const SERVER_NAME = 0x0000;
const SIGNATURE_ALGORITHMS = 0x000d;
const ALPN = 0x0010;
const SUPPORTED_VERSIONS = 0x002b;

/** Reads a hello if the packet begins with one; `false` if the packet does not begin with a TLS record. */
export function readTls(packet: Packet, sink: MessageSink): boolean {
  const start = packet.payloadOffset;
  const { data, payloadCaptured } = packet;
  if (payloadCaptured < 5) return false;
  const recordLength = (data[start + 3]! << 8) | data[start + 4]!;
  if (data[start + 1] !== 3 || data[start + 2]! > 4) return false;
  if (recordLength === 0 || recordLength > MAX_RECORD) return false;
  if (data[start] !== HANDSHAKE || payloadCaptured < 9) return true;
  const type = data[start + 5]!;
  const length = (data[start + 6]! << 16) | (data[start + 7]! << 8) | data[start + 8]!;
  const body = start + 9;
  const end = start + Math.min(payloadCaptured, 5 + recordLength);
  const reader = new ByteReader(data, body, Math.min(end, body + length));
  if (type === CLIENT_HELLO) readClientHello(packet, reader, body + length <= end, sink);
  else if (type === SERVER_HELLO) readServerHello(packet, reader, sink);
  return true;
}

function readClientHello(
  packet: Packet,
  reader: ByteReader,
  complete: boolean,
  sink: MessageSink,
): void {
  const legacy = reader.u16();
  reader.skip(32); // random
  reader.skip(reader.u8()); // session id
  const cipherSuites = u16List(reader, reader.u16());
  reader.skip(reader.u8()); // compression methods
  if (reader.truncated) {
    sink.skipped(complete ? 'malformed:tls' : 'truncated:tls', 1);
    return;
  }
  const found = readExtensions(reader);
  const broken = found.broken;
  if (broken) sink.skipped(complete ? 'malformed:tls' : 'truncated:tls', 1);
  sink.event({
    kind: 'tls-client-hello',
    ...conversation(packet, true),
    serverName: found.serverName,
    fingerprint:
      broken || !complete
        ? ''
        : ja4({
            transport: 't',
            version: found.version === 0 ? legacy : found.version,
            hasServerName: found.types.includes(SERVER_NAME),
            cipherSuites,
            extensions: found.types,
            signatureAlgorithms: found.signatureAlgorithms,
            alpn: found.alpn,
          }),
  });
}

interface HelloExtensions {
  readonly types: number[];
  serverName: string;
  signatureAlgorithms: number[];
  alpn: Uint8Array;
  version: number;
  broken: boolean;
}

function readExtensions(reader: ByteReader): HelloExtensions {
  const found: HelloExtensions = {
    types: [],
    serverName: '',
    signatureAlgorithms: [],
    alpn: new Uint8Array(0),
    version: 0,
    broken: false,
  };
  if (reader.left === 0) return found; // a hello may end before its extensions (RFC 5246 §7.4.1.2)
  const length = reader.u16();
  const end = reader.offset + length;
  while (reader.left > 0 && reader.offset < end) {
    const type = reader.u16();
    const size = reader.u16();
    const body = new ByteReader(
      reader.bytes,
      reader.offset,
      Math.min(reader.end, reader.offset + size),
    );
    reader.skip(size);
    if (reader.truncated) return { ...found, broken: true };
    found.types.push(type);
    if (type === SERVER_NAME) found.serverName = serverNameOf(body);
    else if (type === SIGNATURE_ALGORITHMS) found.signatureAlgorithms = u16List(body, body.u16());
    else if (type === SUPPORTED_VERSIONS) found.version = highest(u16List(body, body.u8()));
    else if (type === ALPN) {
      body.u16();
      found.alpn = body.slice(body.u8());
    }
  }
  found.broken = reader.truncated || reader.offset < end;
  return found;
}

/** RFC 6066 §3: the first entry of type host_name. */
function serverNameOf(body: ByteReader): string {
  body.u16();
  if (body.u8() !== 0) return '';
  let name = '';
  for (const byte of body.slice(Math.min(body.u16(), 512))) {
    name += byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '?';
  }
  return name.toLowerCase();
}

function highest(versions: readonly number[]): number {
  return Math.max(0, ...versions.filter((version) => !isGrease(version)));
}

function u16List(reader: ByteReader, bytes: number): number[] {
  const list: number[] = [];
  for (let i = 0; i + 1 < bytes && !reader.truncated; i += 2) list.push(reader.u16());
  if (reader.truncated) list.pop();
  return list;
}

function readServerHello(packet: Packet, reader: ByteReader, sink: MessageSink): void {
  let version = reader.u16();
  reader.skip(32);
  reader.skip(reader.u8());
  reader.skip(3); // cipher suite, compression method
  if (reader.truncated) {
    sink.skipped('truncated:tls', 1);
    return;
  }
  const end = reader.left < 2 ? 0 : reader.u16() + reader.offset;
  while (reader.left > 0 && reader.offset < end) {
    const type = reader.u16();
    const size = reader.u16();
    if (type === SUPPORTED_VERSIONS && size === 2) version = reader.u16();
    else reader.skip(size);
  }
  sink.event({
    kind: 'tls-server-hello',
    ...conversation(packet, false),
    version: version >>> 8 === 3 ? version : NaN,
    selfSigned: undefined,
  });
}
