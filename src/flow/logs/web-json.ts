import type { JsonObject } from './json-line.ts';
import { listOf, numberOf, objectOf, parseJsonLine, textOf } from './json-line.ts';
import { textLog, type LineOutcome } from './log-reader.ts';
import { NOTHING_SHOWN } from './nothing-shown.ts';
import { toCount } from './parse-number.ts';
import { parseCommonLogUs, parseEpochUs } from './parse-time.ts';
import { clientName, parseRequest, passRequest, type WebRequest } from './web-log.ts';

const CLIENT = [
  'remote_addr',
  'remote_ip',
  'client_ip',
  'clientip',
  'ClientHost',
  'remote_host',
  'ip',
];
const TIME = [
  'time_iso8601',
  'time_local',
  '@timestamp',
  'timestamp',
  'StartUTC',
  'time',
  'msec',
  'ts',
];
const METHOD = ['request_method', 'method', 'RequestMethod', 'verb'];
const URI = ['request_uri', 'uri', 'RequestPath', 'url', 'path'];
const HOST = ['host', 'http_host', 'server_name', 'vhost', 'RequestHost'];
const STATUS = ['status', 'DownstreamStatus', 'response', 'status_code'];
const BYTES = ['body_bytes_sent', 'bytes_sent', 'size', 'bytes', 'DownstreamContentSize'];
const AGENT = ['http_user_agent', 'user_agent', 'agent', 'request_User-Agent', 'userAgent'];

/**
 * Access logs of one JSON object a request, by the names that nginx's variables, Apache's usual JSON formats, Caddy
 * (`request` is an object) and Traefik give them: the first of each list above that is there.
 *
 * | log                                       | ours                                                       | unit              |
 * |-------------------------------------------|------------------------------------------------------------|-------------------|
 * | client                                    | `originator`: canonical address, or the name in lower case |                   |
 * | time: ISO 8601, common log, epoch seconds | `timeUs`, `startUs`, `endUs`                               | → µs              |
 * | `request` as a line, or method and URI    | `http-request`                                             |                   |
 * | status, bytes                             | `http-response`, `responderBytes`                          | body bytes        |
 *
 * What it makes of a request and what it never shows is as in `webLog`.
 */
export const webJson = textLog((sink) => {
  sink.visibility({ ...NOTHING_SHOWN, http: true });
  return (line): LineOutcome => {
    if (line.trim() === '') return 'nothing';
    const request = parseWebJson(line);
    if (request === undefined) return 'malformedLine';
    passRequest(request, sink);
    return 'record';
  };
});

/** Whether a line has a client, a time, a request and its status. */
export function isWebJson(line: string): boolean {
  return parseWebJson(line) !== undefined;
}

function parseWebJson(line: string): WebRequest | undefined {
  const entry = parseJsonLine(line);
  const inner = objectOf(entry, 'request');
  const client = clientName(first(CLIENT, inner, entry).replace(/^\[|\](:\d{1,5})?$/g, ''));
  const timeText = first(TIME, entry);
  const common = parseCommonLogUs(timeText);
  const timeUs = Number.isNaN(common) ? parseEpochUs(timeText) : common;
  const status = Number(first(STATUS, entry) || Number.NaN);
  if (entry === undefined || client === undefined || !(timeUs >= 0)) return undefined;
  if (!(status >= 100 && status <= 599)) return undefined;
  const asLine = parseRequest(textOf(entry, 'request'));
  const method = first(METHOD, inner, entry) || asLine.method;
  if (method === '') return undefined;
  return {
    timeUs,
    client,
    host: first(HOST, inner, entry).toLowerCase().slice(0, 1024),
    port: 80,
    method: method.slice(0, 64),
    uri: (first(URI, inner, entry) || asLine.uri).slice(0, 2048),
    userAgent: (first(AGENT, entry) || headerAgent(inner)).slice(0, 2048),
    status,
    bytes: toCount(BYTES.map((name) => numberOf(entry, name)).find((n) => n >= 0) ?? Number.NaN),
  };
}

/** The first text that any of the objects has under any of the names. */
function first(names: readonly string[], ...objects: readonly (JsonObject | undefined)[]): string {
  for (const object of objects) {
    for (const name of names) {
      const text = textOf(object, name);
      if (text !== '') return text;
    }
  }
  return '';
}

function headerAgent(request: JsonObject | undefined): string {
  const [agent] = listOf(objectOf(request, 'headers'), 'User-Agent');
  return typeof agent === 'string' ? agent : '';
}
