import type { Packet } from '../../capture/packet.ts';
import { conversation, type MessageSink } from './conversation.ts';
import { payloadText } from './payload-text.ts';

/** HTTP/1 start lines and the few headers that describe a client (RFC 9112), on any port. */

const MAX_HEAD = 8192;
const MAX_URI = 2048;
const MAX_HEADER = 512;

/** RFC 9110, WebDAV (RFC 4918, 3253, 3744, 5323), UPnP, BitTorrent's and RPC over HTTP's extensions. */
const METHODS = new Set([
  'GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE', 'PATCH', 'PROPFIND', 'PROPPATCH', 'MKCOL',
  'COPY', 'MOVE', 'LOCK', 'UNLOCK', 'SEARCH', 'REPORT', 'MERGE', 'CHECKOUT', 'ACL', 'BIND', 'SUBSCRIBE',
  'UNSUBSCRIBE', 'NOTIFY', 'M-SEARCH', 'PURGE', 'DEBUG', 'TRACK', 'INDEX', 'RPC_IN_DATA', 'RPC_OUT_DATA', 'PRI',
]); // prettier-ignore

/** Reads a request or a status line; the service it speaks (`http`, `rtsp`, `sip`, `ssdp`), `''` if neither. */
export function readHttp(packet: Packet, sink: MessageSink): string {
  const head = payloadText(packet, MAX_HEAD);
  if (head.startsWith('HTTP/1.')) return readStatus(packet, head, sink);
  const space = head.indexOf(' ');
  if (space < 3 || space > 12) return '';
  const method = head.slice(0, space);
  if (!METHODS.has(method)) return '';
  const lineEnd = head.indexOf('\n');
  const line = head.slice(space + 1, lineEnd < 0 ? head.length : lineEnd).trimEnd();
  const version = /^(.*) (HTTP|RTSP|SIP)\/\d/s.exec(line);
  if (version === null && lineEnd >= 0) return ''; // HTTP/0.9 or prose
  if (version !== null && version[2] !== 'HTTP') return version[2]!.toLowerCase();
  if (version === null && !/^(\/|\*|https?:)/.test(line)) return '';
  const uri = (version?.[1] ?? line).slice(0, MAX_URI);
  sink.event({
    kind: 'http-request',
    ...conversation(packet, true),
    method,
    host: header(head, 'host'),
    uri,
    userAgent: header(head, 'user-agent'),
  });
  return 'http';
}

function readStatus(packet: Packet, head: string, sink: MessageSink): string {
  const match = /^HTTP\/1\.\d (\d{3})/.exec(head);
  if (match === null) return '';
  sink.event({
    kind: 'http-response',
    ...conversation(packet, false),
    status: Number(match[1]),
  });
  return 'http';
}

const patterns = {
  host: /\nhost:[ \t]*([^\r\n]*)/i,
  'user-agent': /\nuser-agent:[ \t]*([^\r\n]*)/i,
};

function header(head: string, name: keyof typeof patterns): string {
  const bodyAt = head.indexOf('\r\n\r\n');
  const headers = bodyAt < 0 ? head : head.slice(0, bodyAt);
  return (patterns[name].exec(headers)?.[1] ?? '').trimEnd().slice(0, MAX_HEADER);
}
