import { logAddress } from './log-address.ts';
import type { TrafficSink } from '../event.ts';
import { textLog, type LineOutcome } from './log-reader.ts';
import { parseCommonLogUs } from './parse-time.ts';
import type { LocalTime } from './time-zone.ts';

/** The responder of every request: an access log does not say which server wrote it. */
export const WEB_SERVER = 'web-server';
const HTTP_PORT = 80;
const TCP = 6;

/**
 * Access logs of Apache and nginx in the common and the combined format, also with a virtual host before the client
 * (`vhost_combined`), and with each line wrapped in another pair of quotes.
 *
 * | log                     | ours                                                       | unit            |
 * |-------------------------|------------------------------------------------------------|-----------------|
 * | client                  | `originator`: canonical address, or the name in lower case |                 |
 * | `[time]`                | `timeUs`, `startUs`, `endUs`                               | whole s → µs    |
 * | `"METHOD uri HTTP/1.1"` | `http-request`                                             |                 |
 * | `"user agent"`          | `userAgent`, `''` in the common format                     |                 |
 * | virtual host            | `host`, `responderPort`; else `''` and 80                  |                 |
 * | status                  | `http-response`                                            |                 |
 * | bytes (`-`: none)       | `responderBytes`                                           | body bytes      |
 *
 * Each request is also a flow from the client to `web-server`: the client got an answer, so its handshake was
 * completed. It never shows: packets, what the client sent, how long it took, which requests shared a connection,
 * the server's address, and whoever did not ask.
 */
export const webLog = textLog((sink, _, local) => {
  sink.visibility({
    packets: false,
    connState: false, // every line is an answered request: a constant, not an observation
    history: false,
    dns: false,
    http: true,
    tls: false,
    ssh: false,
  });
  return (line): LineOutcome => {
    if (line.trim() === '') return 'nothing';
    const request = parseWebLogLine(line, local);
    if (request === undefined) return 'malformedLine';
    passRequest(request, sink);
    return 'record';
  };
});

/** One line of an access log. */
export interface WebRequest {
  readonly timeUs: number;
  readonly client: string;
  readonly host: string;
  readonly port: number;
  readonly method: string;
  readonly uri: string;
  readonly userAgent: string;
  readonly status: number;
  readonly bytes: number;
  /** Where the log says it: the server's address, and the client's port. */
  readonly server?: string;
  readonly clientPort?: number;
}

/** The request a line tells of, `undefined` if it is no line of an access log. Takes time linear in its length. */
export function parseWebLogLine(line: string, local?: LocalTime): WebRequest | undefined {
  const text = unwrap(line);
  const open = text.indexOf(' [');
  const close = text.indexOf('] "', open);
  if (open < 0 || close < 0) return undefined;
  const timeUs = parseCommonLogUs(text.slice(open + 2, close), local);
  const who = parseWho(text.slice(0, open));
  if (Number.isNaN(timeUs) || who === undefined) return undefined;
  const start = close + 3;
  const end = endOfRequest(text, start);
  if (end === undefined) return undefined;
  const [requestEnd, status, bytes] = end;
  const userAgent = secondQuoted(text, requestEnd + status.length + bytes.length + 3);
  const { method, uri } = parseRequest(text.slice(start, requestEnd));
  return {
    timeUs,
    client: who.client,
    host: who.host,
    port: who.port,
    method,
    uri,
    userAgent: userAgent.replace(/^-$/, '').slice(0, 2048),
    status: Number(status),
    bytes: bytes === '-' ? 0 : Number(bytes),
  };
}

/** The flow and the events of one request. */
export function passRequest(request: WebRequest, sink: TrafficSink): void {
  const { timeUs, client, host, port, method, uri, userAgent, status, bytes } = request;
  const ends = {
    originator: client,
    originatorPort: request.clientPort ?? 0,
    responder: request.server ?? WEB_SERVER,
    responderPort: port,
    protocol: TCP,
  };
  sink.flow({
    startUs: timeUs,
    endUs: timeUs,
    service: 'http',
    originatorPackets: Number.NaN,
    responderPackets: Number.NaN,
    originatorIpBytes: Number.NaN,
    responderIpBytes: Number.NaN,
    originatorBytes: Number.NaN,
    responderBytes: bytes,
    connState: 'SF',
    history: '',
    established: true,
    ...ends,
  });
  sink.event({ timeUs, kind: 'http-request', method, host, uri, userAgent, ...ends });
  sink.event({ timeUs, kind: 'http-response', status, ...ends });
}

function unwrap(line: string): string {
  const text = line.trim();
  const wrapped = text.startsWith('"') && text.endsWith('"') && text.length > 1;
  return wrapped ? text.slice(1, -1) : text;
}

/** `client ident user`, with `host:port` before it in `vhost_combined`; the user may hold blanks. */
function parseWho(text: string): { client: string; host: string; port: number } | undefined {
  const [first = '', second = '', third, fourth] = text.split(' ', 4);
  if (third === undefined) return undefined;
  const vhost = /^([^:]+):(\d{1,5})$/.exec(first);
  if (vhost !== null && fourth !== undefined) {
    const client = clientName(second);
    const port = Number(vhost[2]);
    return client === undefined || port > 0xffff
      ? undefined
      : { client, host: vhost[1]!.toLowerCase(), port };
  }
  const client = clientName(first);
  return client === undefined ? undefined : { client, host: '', port: HTTP_PORT };
}

/** A client's canonical address, or its name in lower case; `undefined` if it is neither. */
export function clientName(text: string): string | undefined {
  const address = logAddress(text);
  if (address !== undefined) return address;
  return /^[a-z0-9_][a-z0-9_.*-]{0,254}$/i.test(text) ? text.toLowerCase() : undefined;
}

/** A request may hold quotes, escaped (Apache) or not: it ends at the one that status and size follow. */
function endOfRequest(text: string, start: number): [number, string, string] | undefined {
  const after = /" (\d{3}|-) (\d{1,15}|-)(?= |$)/g;
  after.lastIndex = start;
  for (let m = after.exec(text); m !== null; m = after.exec(text)) {
    if (m.index === start || text[m.index - 1] !== '\\') return [m.index, m[1]!, m[2]!];
  }
  return undefined;
}

/** The second text in quotes from `from` on: the user agent behind the referrer. `\\"` does not end one. */
function secondQuoted(text: string, from: number): string {
  const referrer = quotedEnd(text, text.indexOf('"', from));
  const open = text.indexOf('"', referrer + 1);
  const close = quotedEnd(text, open);
  return close < 0 ? '' : text.slice(open + 1, close).replaceAll('\\"', '"');
}

/** Where the quote opened at `open` closes; −1 if it never does or none was opened. */
function quotedEnd(text: string, open: number): number {
  if (open < 0) return -1;
  let at = open + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at < text.length ? at : -1;
}

/** `GET /x HTTP/1.1`; what is no request line at all (a TLS hello, `-`) becomes the URI of no method. */
export function parseRequest(text: string): { method: string; uri: string } {
  const request = /^([A-Za-z][A-Za-z_-]{0,31}) (.*)$/.exec(text);
  if (request === null) return { method: '', uri: text.replace(/^-$/, '').slice(0, 2048) };
  const uri = request[2]!.replace(/ HTTP\/\d(?:\.\d)?\s*$/, '');
  return { method: request[1]!, uri: uri.slice(0, 2048) };
}
