import type { Random } from '../random.ts';
import { textBytes } from './text-bytes.ts';

export interface HttpRequest {
  readonly method: string;
  readonly host: string;
  readonly uri: string;
  readonly userAgent: string;
  readonly headers?: readonly string[];
  /** Bytes of the body to follow; the text itself if it is one. */
  readonly body?: number | string;
}

/** The head of a request, and its body where that is a text. */
export function httpRequest(request: HttpRequest): Uint8Array {
  const lines = [`${request.method} ${request.uri} HTTP/1.1`, `Host: ${request.host}`];
  if (request.userAgent !== '') lines.push(`User-Agent: ${request.userAgent}`);
  lines.push('Accept: */*', ...(request.headers ?? []));
  const { body } = request;
  if (typeof body === 'number') lines.push(`Content-Length: ${body}`);
  if (typeof body === 'string') {
    lines.push('Content-Type: application/x-www-form-urlencoded', `Content-Length: ${body.length}`);
  }
  return textBytes(`${lines.join('\r\n')}\r\n\r\n${typeof body === 'string' ? body : ''}`);
}

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK', 204: 'No Content', 206: 'Partial Content', 301: 'Moved Permanently', 302: 'Found', 304: 'Not Modified',
  400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 405: 'Method Not Allowed',
  429: 'Too Many Requests', 500: 'Internal Server Error', 502: 'Bad Gateway', 503: 'Service Unavailable',
}; // prettier-ignore

/** The head of a response whose body is so many bytes. */
export function httpResponse(
  status: number,
  bodyBytes: number,
  headers: readonly string[] = [],
): Uint8Array {
  const lines = [
    `HTTP/1.1 ${status} ${REASONS[status] ?? 'Unknown'}`,
    'Server: nginx',
    'Content-Type: application/octet-stream',
    ...headers,
  ];
  if (status !== 204 && status !== 304) lines.push(`Content-Length: ${bodyBytes}`);
  return textBytes(`${lines.join('\r\n')}\r\n\r\n`);
}

const BROWSERS = [
  (v: number) => `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${v}.0.0.0 Safari/537.36`,
  (v: number) => `Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:${v}.0) Gecko/20100101 Firefox/${v}.0`,
  (v: number) => `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/${Math.floor(v / 8)}.1 Safari/605.1.15`,
  (v: number) => `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${v}.0.0.0 Safari/537.36`,
  () => 'Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko',
  () => 'Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 5.1)',
]; // prettier-ignore

const PROGRAMS = [
  'curl/7.88.1', 'Wget/1.21.3', 'python-requests/2.31.0', 'Go-http-client/1.1', 'okhttp/4.9.3', 'Java/17.0.8',
  'Microsoft-CryptoAPI/10.0', 'Microsoft BITS/7.8', 'Debian APT-HTTP/1.3 (2.6.1)', 'axios/1.6.2', 'WinHTTP/1.0', '',
]; // prettier-ignore

export function browserAgent(random: Random): string {
  return random.pick(BROWSERS)(random.integer(78, 131));
}

export function programAgent(random: Random): string {
  return random.pick(PROGRAMS);
}
