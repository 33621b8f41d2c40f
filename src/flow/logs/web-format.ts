import { parseCount } from './parse-number.ts';
import { parseAnyUs } from './parse-time.ts';
import { textLog, type LineOutcome, type LogReader } from './log-reader.ts';
import { NOTHING_SHOWN } from './nothing-shown.ts';
import type { LocalTime } from './time-zone.ts';
import { clientName, parseRequest, passRequest, type WebRequest } from './web-log.ts';

/** What a piece of a line is for us. */
type WebField = 'client' | 'forwarded' | 'time' | 'request' | 'method' | 'path' | 'query' | 'status' | 'bytes' | 'allBytes' | 'agent' | 'host' | 'server' | 'port' | 'other'; // prettier-ignore

/** Directives of mod_log_config (Apache 2.4), their modifiers (`%>s`, `%400,501{…}i`) and arguments taken apart. */
const APACHE: Readonly<Record<string, WebField>> = {
  h: 'client', a: 'client', t: 'time', r: 'request', m: 'method', U: 'path', q: 'query', s: 'status', b: 'bytes',
  B: 'bytes', O: 'allBytes', v: 'server', V: 'server', p: 'port',
}; // prettier-ignore

/** Request headers, by either server's name for them, in lower case with dashes. */
const HEADERS: Readonly<Record<string, WebField>> = {
  'user-agent': 'agent',
  host: 'host',
  'x-forwarded-for': 'forwarded',
  'x-real-ip': 'forwarded',
};

/** Variables of nginx' `log_format`. */
const NGINX: Readonly<Record<string, WebField>> = {
  remote_addr: 'client', realip_remote_addr: 'client', time_local: 'time', time_iso8601: 'time', msec: 'time',
  request: 'request', request_method: 'method', request_uri: 'path', uri: 'path', args: 'query', query_string: 'query',
  status: 'status', body_bytes_sent: 'bytes', bytes_sent: 'allBytes', host: 'host', server_name: 'server',
  server_port: 'port',
}; // prettier-ignore

/** A line is literals and fields in turn, with a literal between any two fields. */
interface Piece {
  readonly field: WebField;
  /** What stands before the field. */
  readonly before: string;
}

/**
 * Access logs written in a format of one's own: `LogFormat` of Apache (`%h %l %u %t \"%r\" %>s %b`) or `log_format` of
 * nginx (`$remote_addr [$time_local] "$request" $status`), as it stands in the configuration.
 *
 * | Apache                      | nginx                                   | ours                                          |
 * |-----------------------------|-----------------------------------------|-----------------------------------------------|
 * | `%h`, `%a`                  | `$remote_addr`                          | `originator`; without it, the first address   |
 * |                             |                                         | of `X-Forwarded-For` or `X-Real-IP`           |
 * | `%t`, `%{…}t`               | `$time_local`, `$time_iso8601`, `$msec` | `timeUs`: any form that can be recognised     |
 * | `%r`, or `%m` `%U` `%q`     | `$request`, or its parts                | `http-request`                                |
 * | `%s`, `%>s`                 | `$status`                               | `http-response`                               |
 * | `%b`, `%B`, else `%O`       | `$body_bytes_sent`, else `$bytes_sent`  | `responderBytes`                              |
 * | `%{User-Agent}i`            | `$http_user_agent`                      | `userAgent`                                   |
 * | `%{Host}i`, else `%v`, `%V` | `$http_host`, `$host`, `$server_name`   | `host`                                        |
 * | `%p`                        | `$server_port`                          | `responderPort`                               |
 *
 * Throws `RangeError` for a format without client, time, request or status, or in which a field ends nowhere.
 */
export function formattedWebLog(logFormat: string): LogReader {
  const { pieces, after } = parseLogFormat(logFormat);
  return textLog((sink, _, local) => {
    sink.visibility({ ...NOTHING_SHOWN, http: true });
    return (line): LineOutcome => {
      if (line.trim() === '') return 'nothing';
      const request = parseLine(line, pieces, after, local);
      if (request === undefined) return 'malformedLine';
      passRequest(request, sink);
      return 'record';
    };
  });
}

function parseLogFormat(logFormat: string): { pieces: Piece[]; after: string } {
  const text = logFormat.replace(/\\(["\\t])/g, (_, letter: string) => (letter === 't' ? '\t' : letter)); // prettier-ignore
  // %-directives: modifiers (status codes, <, >), an argument in braces, a letter or ^ and two. $-variables: a name.
  const field = /%[!\d,<>]*(?:\{([^}]*)\})?(\^[a-z]{2}|[A-Za-z%])|\$(?:\{(\w+)\}|(\w+))/g;
  const pieces: Piece[] = [];
  let before = '';
  let at = 0;
  for (const match of text.matchAll(field)) {
    before += text.slice(at, match.index);
    at = match.index + match[0].length;
    if (match[2] === '%') {
      before += '%';
      continue;
    }
    const name = match[3] ?? match[4];
    const meaning = name === undefined ? apacheField(match[2]!, match[1]) : nginxField(name);
    // %t brings its brackets along.
    const isBracketed = match[2] === 't' && match[1] === undefined;
    // `%U%q`: the query brings its question mark along.
    if (before === '' && meaning === 'query' && pieces.at(-1)?.field === 'path') continue;
    if (before === '' && pieces.length > 0) {
      throw new RangeError(`logFormat: expected something between ${match[0]} and what is before it, got nothing`); // prettier-ignore
    }
    pieces.push({ before: isBracketed ? `${before}[` : before, field: meaning });
    before = isBracketed ? ']' : '';
  }
  checkFields(logFormat, new Set(pieces.map((piece) => piece.field)));
  return { pieces, after: before + text.slice(at) };
}

function checkFields(logFormat: string, fields: ReadonlySet<WebField>): void {
  const missing = [
    ['a client (%h, $remote_addr)', ['client', 'forwarded']],
    ['a time (%t, $time_local)', ['time']],
    ['a request (%r, $request)', ['request', 'path']],
    ['a status (%>s, $status)', ['status']],
  ] as const;
  for (const [what, names] of missing) {
    if (names.some((name) => fields.has(name))) continue;
    throw new RangeError(`logFormat: expected ${what} in it, got ${logFormat}`);
  }
}

function apacheField(directive: string, argument: string | undefined): WebField {
  if (directive === 'i') return HEADERS[argument?.toLowerCase() ?? ''] ?? 'other';
  // %{c}a is the peer behind a proxy's client, %{remote}p the client's port.
  if (argument !== undefined && /^[ap]$/.test(directive)) return argument === 'c' && directive === 'a' ? 'client' : 'other'; // prettier-ignore
  return APACHE[directive] ?? 'other';
}

function nginxField(name: string): WebField {
  const header = name.startsWith('http_') ? HEADERS[name.slice(5).replaceAll('_', '-')] : undefined;
  return NGINX[name] ?? header ?? 'other';
}

function parseLine(
  line: string,
  pieces: readonly Piece[],
  after: string,
  local: LocalTime,
): WebRequest | undefined {
  const cells = cutLine(line.trimEnd(), pieces, after);
  return cells === undefined ? undefined : toRequest(cells, local);
}

type Cells = ReadonlyMap<WebField, string>;

/** Each field ends where the next literal begins: every character is looked at once. */
function cutLine(line: string, pieces: readonly Piece[], after: string): Cells | undefined {
  if (!line.startsWith(pieces[0]!.before)) return undefined;
  const cells = new Map<WebField, string>();
  let at = pieces[0]!.before.length;
  for (const [index, { field }] of pieces.entries()) {
    const literal = pieces[index + 1]?.before ?? after.trimEnd();
    const end = literal === '' ? line.length : indexOfUnescaped(line, literal, at);
    if (end < 0) return undefined;
    const cell = line.slice(at, Math.min(end, at + MOST_CELL));
    // What is not there is written as a dash.
    if (!cells.get(field)) cells.set(field, cell === '-' ? '' : cell);
    at = end + literal.length;
  }
  return cells;
}

const MOST_CELL = 4096;

/** A quote within a field is escaped by both servers: the literal that begins with one is not it. */
function indexOfUnescaped(line: string, literal: string, from: number): number {
  let at = line.indexOf(literal, from);
  while (literal.startsWith('"') && at > from && isEscaped(line, at, from)) {
    at = line.indexOf(literal, at + 1);
  }
  return at;
}

function isEscaped(line: string, at: number, from: number): boolean {
  let slashes = 0;
  while (at - slashes > from && line[at - slashes - 1] === '\\') slashes++;
  return slashes % 2 === 1;
}

/** `NaN` if the format does not have it; Apache writes `-` where nothing was sent. */
function toBytes(cells: Cells): number {
  const text = cells.get('bytes') ?? cells.get('allBytes');
  return text === undefined ? Number.NaN : text === '' ? 0 : parseCount(text);
}

function toRequest(cells: Cells, local: LocalTime): WebRequest | undefined {
  const cell = (...fields: WebField[]): string =>
    fields.map((field) => cells.get(field) ?? '').find((text) => text !== '') ?? '';
  const client = clientName(cell('client') || (cell('forwarded').split(',', 1)[0] ?? '').trim());
  const timeUs = parseAnyUs(cell('time').trim(), local);
  const status = cell('status');
  if (client === undefined || !(timeUs >= 0) || !/^([1-5]\d\d|000)?$/.test(status))
    return undefined;
  const asLine = parseRequest(cell('request'));
  const query = cell('query');
  const path = cell('path');
  const uri = path === '' || query === '' || path.includes('?') ? path : `${path}?${query.replace(/^\?/, '')}`; // prettier-ignore
  const port = Number(cell('port') || 80);
  return {
    timeUs,
    client,
    host: cell('host', 'server').toLowerCase().slice(0, 1024),
    port: port <= 0xffff ? port : 80,
    method: cell('method').slice(0, 64) || asLine.method,
    uri: (uri || asLine.uri).slice(0, 2048),
    userAgent: cell('agent').replaceAll('\\"', '"').slice(0, 2048),
    status: Number(status) || Number.NaN,
    bytes: toBytes(cells),
  };
}
