import type { JsonObject } from './json-line.ts';
import { listOf, objectOf, parseJsonLine, textOf } from './json-line.ts';
import { textLog, type LineOutcome, type LogReader } from './log-reader.ts';
import { NOTHING_SHOWN } from './nothing-shown.ts';
import { parseCount } from './parse-number.ts';
import { parseAnyUs } from './parse-time.ts';
import type { LocalTime } from './time-zone.ts';
import { clientName, parseRequest, passRequest, type WebRequest } from './web-log.ts';

/** What a member of a request's object can be; the words `--map member=field` uses. */
export const WEB_FIELDS = [
  'client', 'time', 'request', 'method', 'uri', 'status', 'bytes', 'agent', 'host', 'port',
] as const; // prettier-ignore

type WebField = (typeof WEB_FIELDS)[number];
/** Under which names a field is looked for, in this order; a dot leads into an object, unless the name has the dot itself. */
type WebNames = Readonly<Record<WebField, readonly string[]>>;

/** nginx' variables, Apache's usual JSON formats, Caddy, Traefik, Envoy, Cloudflare Logpush, Google's load balancers, ECS. */
const USUAL: WebNames = {
  client: ['remote_addr', 'remote_ip', 'client_ip', 'clientip', 'ClientHost', 'remote_host', 'request.remote_ip', 'request.client_ip', 'downstream_remote_address', 'ClientIP', 'httpRequest.remoteIp', 'client.ip', 'source.ip', 'source.address', 'ip'],
  time: ['time_iso8601', 'time_local', '@timestamp', 'timestamp', 'StartUTC', 'start_time', 'EdgeStartTimestamp', 'time', 'msec', 'ts'],
  request: ['request'],
  method: ['request_method', 'method', 'RequestMethod', 'verb', 'request.method', 'ClientRequestMethod', 'httpRequest.requestMethod', 'http.request.method'],
  uri: ['request_uri', 'uri', 'RequestPath', 'url', 'path', 'request.uri', 'ClientRequestURI', 'httpRequest.requestUrl', 'url.original', 'url.path'],
  status: ['status', 'DownstreamStatus', 'response', 'status_code', 'response_code', 'EdgeResponseStatus', 'httpRequest.status', 'http.response.status_code'],
  bytes: ['body_bytes_sent', 'bytes_sent', 'size', 'bytes', 'DownstreamContentSize', 'EdgeResponseBytes', 'httpRequest.responseSize', 'http.response.body.bytes'],
  agent: ['http_user_agent', 'user_agent', 'agent', 'request_User-Agent', 'userAgent', 'request.headers.User-Agent', 'ClientRequestUserAgent', 'httpRequest.userAgent', 'user_agent.original'],
  host: ['host', 'http_host', 'server_name', 'vhost', 'RequestHost', 'request.host', 'authority', 'ClientRequestHost', 'url.domain'],
  port: ['server_port', 'url.port'],
}; // prettier-ignore

/**
 * Access logs of one JSON object a request, by the names of `USUAL`: the first of each list that is there.
 *
 * | log                                       | ours                                                       | unit              |
 * |-------------------------------------------|------------------------------------------------------------|-------------------|
 * | client                                    | `originator`: canonical address, or the name in lower case |                   |
 * | time: any form of `parseAnyUs`            | `timeUs`, `startUs`, `endUs`                               | → µs              |
 * | `request` as a line, or method and URI    | `http-request`                                             |                   |
 * | status, bytes                             | `http-response`, `responderBytes`                          | body bytes        |
 *
 * What it makes of a request and what it never shows is as in `webLog`.
 */
export const webJson: LogReader = jsonReader(USUAL);

/**
 * Reads requests whose members are named: `--map member=field`; what is not named is looked for under the usual names.
 * Throws `RangeError` for a field that is none.
 */
export function mappedWebJson(map: Readonly<Record<string, string>>): LogReader {
  const names: Partial<Record<WebField, string[]>> = {};
  for (const [member, field] of Object.entries(map)) {
    const known = WEB_FIELDS.find((name) => name === field);
    if (known === undefined) {
      throw new RangeError(`map: expected one of ${WEB_FIELDS.join(', ')}, got ${field}`);
    }
    (names[known] ??= []).push(member);
  }
  return jsonReader({ ...USUAL, ...names });
}

function jsonReader(names: WebNames): LogReader {
  return textLog((sink, _, local) => {
    sink.visibility({ ...NOTHING_SHOWN, http: true });
    return (line): LineOutcome => {
      if (line.trim() === '') return 'nothing';
      const request = parseWebJson(line, names, local);
      if (request === undefined) return 'malformedLine';
      passRequest(request, sink);
      return 'record';
    };
  });
}

/** Whether a line has a client, a time, a request and its status. */
export function isWebJson(line: string): boolean {
  return parseWebJson(line, USUAL) !== undefined;
}

function parseWebJson(line: string, names: WebNames, local?: LocalTime): WebRequest | undefined {
  const entry = parseJsonLine(line);
  const text = (field: WebField): string => firstText(entry, names[field]);
  const client = clientName(addressOf(text('client')));
  const timeUs = parseAnyUs(text('time'), local);
  const status = Number(text('status') || Number.NaN);
  if (entry === undefined || client === undefined || !(timeUs >= 0)) return undefined;
  if (!(status >= 100 && status <= 599)) return undefined;
  const asLine = parseRequest(text('request'));
  const method = text('method') || asLine.method;
  if (method === '') return undefined;
  const port = Number(text('port') || 80);
  return {
    timeUs,
    client,
    host: text('host').toLowerCase().slice(0, 1024),
    port: Number.isInteger(port) && port > 0 && port <= 0xffff ? port : 80,
    method: method.slice(0, 64),
    uri: (text('uri') || asLine.uri).slice(0, 2048),
    userAgent: text('agent').slice(0, 2048),
    status,
    bytes: parseCount(text('bytes')),
  };
}

/** The first text, number, or list's first text, under any of the names. */
function firstText(entry: JsonObject | undefined, names: readonly string[]): string {
  for (const name of names) {
    const text = textAt(entry, name);
    if (text !== '') return text;
  }
  return '';
}

function textAt(entry: JsonObject | undefined, name: string): string {
  const text = textOf(entry, name);
  if (text !== '') return text;
  const [first] = listOf(entry, name);
  if (typeof first === 'string') return first;
  const dot = name.indexOf('.');
  return dot < 0 ? '' : textAt(objectOf(entry, name.slice(0, dot)), name.slice(dot + 1));
}

/** `[2001:db8::1]:443` and `192.0.2.1:443` without the port. */
function addressOf(text: string): string {
  return /^\[([^\]]*)\]/.exec(text)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text;
}
