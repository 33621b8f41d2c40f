import { conversation, type MessageSink } from './conversation.ts';
import { HttpHead, lineEndAt } from './http-head.ts';
import { EMPTY_LINE, type Message } from './message.ts';
import { bytesText } from './payload-text.ts';

/** HTTP/1 heads (RFC 9112), on any port, pipelined or not; bodies are passed over as far as their length is said. */

/** RFC 9110, WebDAV (RFC 4918, 3253, 3744, 5323), UPnP, and Microsoft's: Exchange, RPC, SCCM, BITS, SSTP. */
const METHODS = new Set([
  'GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE', 'PATCH', 'PROPFIND', 'PROPPATCH', 'MKCOL',
  'COPY', 'MOVE', 'LOCK', 'UNLOCK', 'SEARCH', 'REPORT', 'MERGE', 'CHECKOUT', 'CHECKIN', 'MKACTIVITY', 'MKWORKSPACE',
  'VERSION-CONTROL', 'UNCHECKOUT', 'UPDATE', 'LABEL', 'BASELINE-CONTROL', 'ORDERPATCH', 'MKCALENDAR', 'ACL', 'BIND',
  'UNBIND', 'REBIND', 'LINK', 'UNLINK', 'SUBSCRIBE', 'UNSUBSCRIBE', 'NOTIFY', 'M-SEARCH', 'POLL', 'BMOVE', 'BCOPY',
  'BDELETE', 'BPROPFIND', 'BPROPPATCH', 'PURGE', 'DEBUG', 'TRACK', 'INDEX', 'QUERY', 'RPC_IN_DATA', 'RPC_OUT_DATA',
  'CCM_POST', 'BITS_POST', 'SSTP_DUPLEX_POST',
]); // prettier-ignore
const MAX_METHOD = 16;
const MAX_URI = 2048;
/** A request line so long is looked at for its version. */
const MAX_LINE = 16_384;
/** Some clients write versions of their own: `HTTP/1.0.8`. */
const VERSION = / (HTTP|RTSP|SIP)\/\d\S{0,8}$/;
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

/** Reads heads; the service they speak (`http`, `http2`, `rtsp`, `sip`), `''` if the message begins with none. */
export function readHttp(message: Message, sink: MessageSink): string {
  if (message.startsWith('PRI * HTTP/2')) {
    // RFC 9113 §3.4: what looks like a request opens HTTP/2.
    return message.startsWith(PREFACE) || message.length < PREFACE.length ? 'http2' : '';
  }
  let service = '';
  while (message.length > 0) {
    const one = message.startsWith('HTTP/1.')
      ? readResponse(message, sink)
      : readRequest(message, sink);
    if (one !== 'http' || message.wanted !== 0) return service === '' ? one : service;
    service = one;
  }
  return service;
}

function readOn(message: Message, sink: MessageSink): boolean {
  return readHttp(message, sink) !== '';
}

function readRequest(message: Message, sink: MessageSink): string {
  const { data, start, end } = message;
  const method = methodOf(message);
  if (method === '') return '';
  const uriAt = start + method.length + 1;
  if (uriAt === end && message.mayGrow) return waitForHead(message); // sent word by word
  const lineEnd = lineEndAt(data, uriAt, end);
  const line = bytesText(data, uriAt, Math.min(lineEnd, uriAt + MAX_LINE)).trim();
  const version = VERSION.exec(line);
  if (lineEnd < end) {
    if (version === null) {
      if (line.length < MAX_LINE) return ''; // HTTP/0.9 or prose
    } else if (version[1] === 'RTSP') return 'rtsp';
    else if (version[1] === 'SIP') return 'sip';
  } else if (!/^(\/|\*|https?:|[\w.-]+:\d)/.test(line)) return '';
  const head = new HttpHead(data, lineEnd, end);
  if (head.end < 0) {
    if (message.mayGrow) return waitForHead(message);
    message.countCut('http', sink);
  }
  sink.event({
    kind: 'http-request',
    ...conversation(message.ends, true),
    method,
    host: head.host,
    uri: line.slice(0, version?.index).trimEnd().slice(0, MAX_URI),
    userAgent: head.userAgent,
    hasReferer: head.hasReferer,
    contentType: head.contentType,
    contentLength: head.contentLength,
  });
  const bodyLength = Number.isNaN(head.contentLength) ? 0 : head.contentLength;
  passBody(message, head.end, head.isChunked || method === 'CONNECT' ? Infinity : bodyLength);
  return 'http';
}

function readResponse(message: Message, sink: MessageSink): string {
  const { data, start, end } = message;
  const head = new HttpHead(data, start, end);
  if (head.end < 0 && message.mayGrow) return waitForHead(message);
  const match = /^HTTP\/1\.\d (\d{3})(?!\d)/.exec(
    bytesText(data, start, Math.min(end, start + 14)),
  );
  if (match === null) return '';
  if (head.end < 0) message.countCut('http', sink);
  const status = Number(match[1]);
  sink.event({
    kind: 'http-response',
    ...conversation(message.ends, false),
    status,
    contentType: head.contentType,
    contentLength: head.contentLength,
    isProgram: isProgram(data, head.end, end),
  });
  // RFC 9112 §6.3: these have no body; after 101 another protocol is spoken.
  const isBare = status === 204 || status === 304 || (status < 200 && status !== 101);
  const unknown = head.isChunked || Number.isNaN(head.contentLength);
  passBody(message, head.end, isBare ? 0 : unknown ? Infinity : head.contentLength);
  return 'http';
}

/** `MZ` of a PE file, or ELF's magic, where the body begins. */
function isProgram(data: Uint8Array, at: number, end: number): boolean {
  if (at < 0 || end - at < 4) return false;
  if (data[at] === 0x4d) return data[at + 1] === 0x5a;
  return (
    data[at] === 0x7f && data[at + 1] === 0x45 && data[at + 2] === 0x4c && data[at + 3] === 0x46
  );
}

/** Goes to where the next head may begin, or to the end. */
function passBody(message: Message, headEnd: number, bodyLength: number): void {
  const next = headEnd < 0 ? Infinity : headEnd + bodyLength;
  message.start = Math.min(message.end, next);
}

function waitForHead(message: Message): 'http' {
  message.waitFor(EMPTY_LINE, readOn);
  return 'http';
}

/** The method that the message begins with, `''` if with none. */
function methodOf({ data, start, end }: Message): string {
  const limit = Math.min(end, start + MAX_METHOD + 1);
  for (let at = start; at < limit; at++) {
    const byte = data[at]!;
    if (byte >= 0x41 && byte <= 0x5a) continue;
    if (byte === 0x2d || byte === 0x5f) continue;
    if (byte !== 0x20 || at - start < 3) return '';
    const method = bytesText(data, start, at);
    return METHODS.has(method) ? method : '';
  }
  return '';
}
