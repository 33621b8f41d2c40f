import { textLog, type LineOutcome } from './log-reader.ts';
import { logAddress } from './log-address.ts';
import { NOTHING_SHOWN } from './nothing-shown.ts';
import { parseCount } from './parse-number.ts';
import { parseIsoUs } from './parse-time.ts';
import { parseRequest, passRequest, type WebRequest } from './web-log.ts';

const MOST_FIELDS = 40;

/**
 * Access logs of AWS' load balancers: of applications (`http 2018-07-02T22:23:00.186641Z app/…`) and classic ones, whose
 * lines begin with the time.
 *
 * | load balancer                              | ours                                                              | unit     |
 * |--------------------------------------------|-------------------------------------------------------------------|----------|
 * | time: when the answer was sent             | `timeUs`                                                          | ISO → µs |
 * | `client:port`                              | `originator`, `originatorPort`                                    |          |
 * | `elb_status_code`                          | `http-response`: what the client got                              |          |
 * | `sent_bytes`                               | `responderBytes`                                                  | bytes    |
 * | `"request"`: method, URL, version          | `http-request`; the URL's `host` and port                         |          |
 * | `"user_agent"`                             | `userAgent`                                                       |          |
 *
 * What it makes of a request and what it never shows is as in `webLog`; clients that asked nothing (`"- - - "`) are
 * requests without a method.
 */
export const albLog = textLog((sink) => {
  sink.visibility({ ...NOTHING_SHOWN, http: true });
  return (line): LineOutcome => {
    if (line.trim() === '') return 'nothing';
    const request = parseAlbLine(line);
    if (request === undefined) return 'malformedLine';
    passRequest(request, sink);
    return 'record';
  };
});

/** Whether a line is one of a load balancer. */
export function isAlbLine(line: string): boolean {
  return parseAlbLine(line) !== undefined;
}

function parseAlbLine(line: string): WebRequest | undefined {
  const fields = fieldsOf(line.trim());
  if (/^(https?|h2|grpcs?|wss?)$/.test(fields[0] ?? '')) fields.shift();
  const [time = '', , client = '', , , , , status = '', , , sent = '', request = '', agent = ''] = fields; // prettier-ignore
  const timeUs = parseIsoUs(time);
  const end = /^\[?([\da-fA-F.:]{2,45}?)\]?:(\d{1,5})$/.exec(client);
  const address = logAddress(end?.[1] ?? '');
  const port = Number(end?.[2]);
  if (address === undefined || Number.isNaN(timeUs) || !(port <= 0xffff)) return undefined;
  if (!/^(\d{3}|-|0)$/.test(status) || !/^(\d{1,17}|-)$/.test(sent)) return undefined;
  return {
    timeUs,
    client: address,
    clientPort: port,
    ...askedFor(request),
    userAgent: agent.replace(/^-$/, '').slice(0, 2048),
    status: Number(status) >= 100 ? Number(status) : Number.NaN,
    bytes: parseCount(sent),
  };
}

/** `GET https://shop.example:443/a HTTP/1.1`. */
function askedFor(request: string): Pick<WebRequest, 'method' | 'host' | 'port' | 'uri'> {
  const { method, uri } = parseRequest(request);
  if (request.startsWith('-')) return { method: '', host: '', port: 80, uri: '' };
  const url = /^[a-z]{2,5}:\/\/(\[[^\]]{1,64}\]|[^/:]{1,255})(?::(\d{1,5}))?(\/.*)?$/i.exec(uri);
  if (url === null) return { method, host: '', port: 80, uri };
  const port = Number(url[2] ?? 80);
  return { method, host: url[1]!.toLowerCase(), port: port <= 0xffff ? port : 80, uri: url[3] ?? '/' }; // prettier-ignore
}

/** Words apart by blanks; those in quotes may hold blanks. */
function fieldsOf(line: string): string[] {
  const fields: string[] = [];
  let at = 0;
  while (at < line.length && fields.length < MOST_FIELDS) {
    const isQuoted = line[at] === '"';
    const start = isQuoted ? at + 1 : at;
    let end = line.indexOf(isQuoted ? '"' : ' ', start);
    while (isQuoted && end > 0 && line[end - 1] === '\\') end = line.indexOf('"', end + 1);
    if (end < 0) end = line.length;
    fields.push(line.slice(start, end));
    at = end + (isQuoted ? 2 : 1);
  }
  return fields;
}
