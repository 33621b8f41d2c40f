import { bytesText } from './payload-text.ts';

/** As many as of a request's target: what is injected into a header is long. */
const MAX_VALUE = 2048;
const MAX_TYPE = 128;

/** The header fields of one head that say who asks for what, read line by line; the first of a name counts. */
export class HttpHead {
  host = '';
  userAgent = '';
  hasReferer = false;
  /** Without parameters, lower case. */
  contentType = '';
  contentLength = NaN;
  isChunked = false;

  /** Behind the empty line that ends the head, -1 if there is none. */
  readonly end: number;

  /** `start` is in or at the end of the start line, `end` where the bytes end. */
  constructor(data: Uint8Array, start: number, end: number) {
    let at = lineEndAt(data, start, end) + 1;
    while (at < end && !isEmptyLine(data, at, end)) {
      const lineEnd = lineEndAt(data, at, end);
      this.#read(data, at, lineEnd);
      at = lineEnd + 1;
    }
    this.end = at < end ? at + (data[at] === 0x0a ? 1 : 2) : -1;
  }

  #read(data: Uint8Array, at: number, end: number): void {
    switch (data[at]! | 0x20) {
      case 0x68: // h
        if (this.host === '' && isNamed(data, at, end, 'host:')) {
          this.host = valueText(data, at + 5, end);
        }
        break;
      case 0x75: // u
        if (this.userAgent === '' && isNamed(data, at, end, 'user-agent:')) {
          this.userAgent = valueText(data, at + 11, end);
        }
        break;
      case 0x72: // r
        if (isNamed(data, at, end, 'referer:')) this.hasReferer = true;
        break;
      case 0x63: // c
        this.#readContent(data, at, end);
        break;
      case 0x74: // t
        if (isNamed(data, at, end, 'transfer-encoding:')) this.isChunked = true;
        break;
    }
  }

  #readContent(data: Uint8Array, at: number, end: number): void {
    if (this.contentType === '' && isNamed(data, at, end, 'content-type:')) {
      const [type = ''] = valueText(data, at + 13, end).split(';', 1);
      this.contentType = type.trim().toLowerCase().slice(0, MAX_TYPE);
    } else if (Number.isNaN(this.contentLength) && isNamed(data, at, end, 'content-length:')) {
      const text = valueText(data, at + 15, end);
      if (/^\d{1,15}$/.test(text)) this.contentLength = Number(text);
    }
  }
}

function isEmptyLine(data: Uint8Array, at: number, end: number): boolean {
  return data[at] === 0x0a || (data[at] === 0x0d && at + 1 < end && data[at + 1] === 0x0a);
}

/** Where the next newline is, or the end. */
export function lineEndAt(data: Uint8Array, start: number, end: number): number {
  // Not `indexOf`: behind the payload there may be megabytes of capture to search.
  let at = start;
  while (at < end && data[at] !== 0x0a) at++;
  return Math.min(at, end);
}

function isNamed(data: Uint8Array, at: number, end: number, name: string): boolean {
  if (end - at < name.length) return false;
  for (let i = 0; i < name.length; i++) {
    const byte = data[at + i]!;
    const lower = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
    if (lower !== name.charCodeAt(i)) return false;
  }
  return true;
}

function valueText(data: Uint8Array, start: number, end: number): string {
  let from = start;
  while (from < end && (data[from] === 0x20 || data[from] === 0x09)) from++;
  return bytesText(data, from, Math.min(end, from + MAX_VALUE)).trimEnd();
}
