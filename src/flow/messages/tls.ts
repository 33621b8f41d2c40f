import { ByteReader } from '../../bytes/byte-reader.ts';
import { parseCertificate } from './certificate.ts';
import { parseClientHello, reportClientHello } from './client-hello.ts';
import { conversation, isFromClient, type MessageSink } from './conversation.ts';
import { ja3s } from './ja3.ts';
import type { Message } from './message.ts';
import { lowerCaseText } from './payload-text.ts';
import {
  behindShortRecords,
  handshakeBytes,
  HANDSHAKE_RECORD,
  isTlsRecord,
  type HandshakeBytes,
} from './tls-records.ts';

/** The messages of a TLS handshake that are sent in the clear (RFC 8446 §4, RFC 5246 §7.4). */

const CLIENT_HELLO = 1;
const SERVER_HELLO = 2;
const CERTIFICATE = 11;
const TLS_1_3 = 0x0304;
const ALPN = 0x0010;
const SUPPORTED_VERSIONS = 0x002b;

/** A message's header, and of a chain of certificates the lengths before its first. */
const HEADER = 4;
const CHAIN_HEADER = 6;
/** The least a hello holds: version, random, and the lengths of what else there is. */
const MIN_HELLO = 38;
const MAX_HANDSHAKE = 1 << 16;

/** Reads hellos and a server's certificate; `false` if the message does not begin with a TLS record. */
export function readTls(message: Message, sink: MessageSink): boolean {
  const { data, end } = message;
  if (!isTlsRecord(data, message.start, end)) return false;
  message.start = behindShortRecords(data, message.start, end);
  if (data[message.start] !== HANDSHAKE_RECORD) return true;
  if (message.length < 6) return message.mayGrow ? message.waitFor(6, readTls) : true;
  if (message.stage === 0 && !isInteresting(message)) return true;
  const handshake = handshakeBytes(message);
  let at = handshake.start;
  for (let index = 0; ; index++) {
    const left = handshake.end - at;
    if (left < HEADER) return lack(message, handshake, HEADER - left, left > 0, sink);
    const type = handshake.data[at]!;
    const length = u24(handshake.data, at + 1);
    if (index >= message.stage) {
      const wanted = wantedOf(type, length, handshake, at);
      if (wanted < 0) return true;
      if (left < HEADER + wanted) {
        if (message.mayGrow && !handshake.isClosed) {
          return lack(message, handshake, HEADER + wanted - left, true, sink);
        }
        message.countCut('tls', sink);
        report(message, type, bodyOf(handshake, at, length), false, sink);
        return true;
      }
      message.stage = index + 1;
      if (!report(message, type, bodyOf(handshake, at, length), true, sink)) return true;
    }
    at += HEADER + length;
  }
}

/** Whether the first record begins with a message that is read: others, and all that is encrypted, are passed by. */
function isInteresting({ data, start, end, ends }: Message): boolean {
  const type = data[start + 5]!;
  if (type === CLIENT_HELLO || type === SERVER_HELLO) {
    const record = (data[start + 3]! << 8) | data[start + 4]!;
    return record < 5 || end - start < 10 || data[start + 9] === 3;
  }
  return type === CERTIFICATE && !isFromClient(ends, isTlsPort);
}

function isTlsPort(port: number): boolean {
  return port === 443 || port === 8443;
}

/** Bytes of its body that must be there before it is read; -1 if it is not read at all. */
function wantedOf(type: number, length: number, handshake: HandshakeBytes, at: number): number {
  if (length > MAX_HANDSHAKE) return -1;
  if (type === CERTIFICATE) {
    if (handshake.end - at < HEADER + CHAIN_HEADER) return CHAIN_HEADER;
    const first = CHAIN_HEADER + u24(handshake.data, at + HEADER + 3);
    return first <= length ? first : -1;
  }
  return (type === CLIENT_HELLO || type === SERVER_HELLO) && length >= MIN_HELLO ? length : -1;
}

/** Waits for so many bytes more of the handshake, or lets it be. */
function lack(
  message: Message,
  handshake: HandshakeBytes,
  bytes: number,
  isWithin: boolean,
  sink: MessageSink,
): true {
  if (message.mayGrow && !handshake.isClosed) {
    return message.waitFor(message.length + handshake.headerLack + bytes, readTls);
  }
  if (isWithin || message.stage === 0) message.countCut('tls', sink);
  return true;
}

function bodyOf(handshake: HandshakeBytes, at: number, length: number): ByteReader {
  const start = at + HEADER;
  return new ByteReader(handshake.data, start, Math.min(handshake.end, start + length));
}

/** Says what the message tells; whether another one that is read may follow. */
function report(
  message: Message,
  type: number,
  body: ByteReader,
  isComplete: boolean,
  sink: MessageSink,
): boolean {
  if (type === SERVER_HELLO) return reportServerHello(message, body, isComplete, sink);
  if (type === CLIENT_HELLO) {
    const hello = parseClientHello(body);
    if (hello !== undefined) {
      hello.isComplete &&= isComplete;
      reportClientHello(hello, 't', message.ends, sink);
    } else if (isComplete) sink.skipped('malformed:tls', 1);
  } else if (isComplete) reportCertificate(message, body, sink);
  return false;
}

function reportServerHello(
  message: Message,
  body: ByteReader,
  isComplete: boolean,
  sink: MessageSink,
): boolean {
  const legacyVersion = body.u16();
  body.skip(32);
  body.skip(body.u8());
  const cipherSuite = body.u16();
  body.skip(1); // compression method
  if (body.truncated) {
    if (isComplete) sink.skipped('malformed:tls', 1);
    return false;
  }
  const extensions: number[] = [];
  let version = legacyVersion;
  let alpn = '';
  const end = body.left < 2 ? 0 : body.u16() + body.offset;
  while (body.left > 0 && body.offset < end) {
    const type = body.u16();
    const content = body.part(body.u16());
    if (isCut(body)) break;
    extensions.push(type);
    if (type === SUPPORTED_VERSIONS && content.left === 2) version = content.u16();
    else if (type === ALPN) alpn = alpnOf(content);
  }
  sink.event({
    kind: 'tls-server-hello',
    ...conversation(message.ends, false),
    version: version >>> 8 === 3 ? version : NaN,
    selfSigned: undefined,
    ja3s: isComplete && !isCut(body) ? ja3s(legacyVersion, cipherSuite, extensions) : '',
    cipherSuite,
    alpn,
  });
  return version < TLS_1_3;
}

/** Asked again, since reading on may have changed it. */
function isCut(reader: ByteReader): boolean {
  return reader.truncated;
}

function alpnOf(content: ByteReader): string {
  content.u16();
  const name = content.slice(content.u8());
  return lowerCaseText(name, 0, name.length);
}

function reportCertificate(message: Message, body: ByteReader, sink: MessageSink): void {
  body.skip(3); // length of the chain
  const certificate = parseCertificate(body.slice((body.u8() << 16) | body.u16()));
  if (certificate === undefined) sink.skipped('malformed:tls', 1);
  else {
    sink.event({
      kind: 'tls-certificate',
      ...conversation(message.ends, false),
      subject: certificate.subject,
      issuer: certificate.issuer,
      dnsNames: certificate.dnsNames,
      notBeforeUs: certificate.notBeforeUs,
      notAfterUs: certificate.notAfterUs,
      selfSigned: certificate.selfSigned,
    });
  }
}

function u24(data: Uint8Array, at: number): number {
  return (data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!;
}
