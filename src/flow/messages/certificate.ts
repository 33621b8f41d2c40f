import { bytesText, lowerCaseText } from './payload-text.ts';

/** What a certificate (RFC 5280 §4.1) says of whom it names. */
export interface Certificate {
  readonly subject: string;
  readonly issuer: string;
  readonly dnsNames: readonly string[];
  readonly notBeforeUs: number;
  readonly notAfterUs: number;
  readonly selfSigned: boolean;
}

const INTEGER = 0x02;
const OCTET_STRING = 0x04;
const OBJECT_ID = 0x06;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
const BMP_STRING = 0x1e;
const SEQUENCE = 0x30;
const SET = 0x31;
const VERSION = 0xa0;
const EXTENSIONS = 0xa3;
const DNS_NAME = 0x82;

const COMMON_NAME = [0x55, 0x04, 0x03];
const SUBJECT_ALTERNATIVE_NAME = [0x55, 0x1d, 0x11];

const MAX_DNS_NAMES = 64;
const MAX_TEXT = 256;

/** Reads a certificate in DER; `undefined` if it is none. */
export function parseCertificate(bytes: Uint8Array): Certificate | undefined {
  const body = new Der(bytes, 0, bytes.length).into(SEQUENCE)?.into(SEQUENCE);
  if (body === undefined) return undefined;
  body.skipIf(VERSION);
  body.skipIf(INTEGER); // serial number
  body.skipIf(SEQUENCE); // signature algorithm
  const issuer = body.into(SEQUENCE);
  const validity = body.into(SEQUENCE);
  const subject = body.into(SEQUENCE);
  if (issuer === undefined || validity === undefined || subject === undefined) return undefined;
  const selfSigned = issuer.equals(subject);
  body.skipIf(SEQUENCE); // the key
  return {
    subject: commonName(subject),
    issuer: commonName(issuer),
    dnsNames: dnsNames(body),
    notBeforeUs: timeOf(validity),
    notAfterUs: timeOf(validity),
    selfSigned,
  };
}

/** A cursor over consecutive DER elements (ITU-T X.690 §8.1, §10.1: definite lengths). */
class Der {
  readonly data: Uint8Array;
  start: number;
  readonly end: number;

  constructor(data: Uint8Array, start: number, end: number) {
    this.data = data;
    this.start = start;
    this.end = end;
  }

  /** The next element's tag, -1 at the end. */
  get tag(): number {
    return this.start < this.end ? this.data[this.start]! : -1;
  }

  /** Steps over the next element and gives its content; `undefined` if it has another tag or leaves its frame. */
  into(tag: number): Der | undefined {
    return this.tag === tag ? this.next() : undefined;
  }

  skipIf(tag: number): void {
    if (this.tag === tag) this.next();
  }

  /** The next element's content; `undefined` at the end or where the bytes are not DER: then nothing more is read. */
  next(): Der | undefined {
    const { data, end } = this;
    let at = this.start + 2;
    let length = at <= end ? data[at - 1]! : Infinity;
    if (length >= 0x80 && at <= end) {
      const size = length & 0x7f;
      length = size === 0 || size > 3 || at + size > end ? Infinity : 0;
      for (let i = 0; i < size && length < Infinity; i++) length = length * 256 + data[at++]!;
    }
    if (length > end - at) {
      this.start = end;
      return undefined;
    }
    this.start = at + length;
    return new Der(data, at, at + length);
  }

  has(bytes: readonly number[]): boolean {
    if (this.end - this.start !== bytes.length) return false;
    return bytes.every((byte, i) => this.data[this.start + i] === byte);
  }

  equals(other: Der): boolean {
    const length = this.end - this.start;
    if (length !== other.end - other.start) return false;
    for (let i = 0; i < length; i++) {
      if (this.data[this.start + i] !== other.data[other.start + i]) return false;
    }
    return true;
  }
}

/** The last common name of a distinguished name, which is the most specific one. */
function commonName(name: Der): string {
  let text = '';
  for (let set = name.into(SET); set !== undefined; set = name.into(SET)) {
    for (let pair = set.into(SEQUENCE); pair !== undefined; pair = set.into(SEQUENCE)) {
      if (pair.into(OBJECT_ID)?.has(COMMON_NAME) !== true) continue;
      const { tag } = pair;
      const value = pair.next();
      if (value !== undefined) text = textOf(tag, value);
    }
  }
  return text;
}

const utf8 = new TextDecoder();
const utf16 = new TextDecoder('utf-16be');

function textOf(tag: number, { data, start, end }: Der): string {
  const bytes = data.subarray(start, Math.min(end, start + MAX_TEXT));
  let text;
  if (tag === UTF8_STRING) text = utf8.decode(bytes);
  else if (tag === BMP_STRING) text = utf16.decode(bytes);
  else text = bytesText(bytes, 0, bytes.length);
  return text.replaceAll(/\p{Cc}/gu, '?');
}

function dnsNames(body: Der): string[] {
  const names: string[] = [];
  while (body.tag >= 0 && body.tag !== EXTENSIONS) body.next();
  const extensions = body.into(EXTENSIONS)?.into(SEQUENCE);
  for (let one = extensions?.into(SEQUENCE); one !== undefined; one = extensions?.into(SEQUENCE)) {
    if (one.into(OBJECT_ID)?.has(SUBJECT_ALTERNATIVE_NAME) !== true) continue;
    while (one.tag >= 0 && one.tag !== OCTET_STRING) one.next(); // "critical"
    const list = one.into(OCTET_STRING)?.into(SEQUENCE);
    while (list !== undefined && list.tag >= 0 && names.length < MAX_DNS_NAMES) {
      const { tag } = list;
      const name = list.next();
      if (tag !== DNS_NAME || name === undefined) continue;
      names.push(lowerCaseText(name.data, name.start, Math.min(name.end, name.start + MAX_TEXT)));
    }
  }
  return names;
}

const SHORT_TIME = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;
const LONG_TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;

/** UTCTime or GeneralizedTime in the one form that RFC 5280 §4.1.2.5 allows each. */
function timeOf(validity: Der): number {
  const { tag } = validity;
  const value = validity.next();
  if (value === undefined || (tag !== UTC_TIME && tag !== GENERALIZED_TIME)) return NaN;
  const text = bytesText(value.data, value.start, Math.min(value.end, value.start + 16));
  const match = (tag === UTC_TIME ? SHORT_TIME : LONG_TIME).exec(text);
  if (match === null) return NaN;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number);
  const century = tag === GENERALIZED_TIME ? 0 : year! < 50 ? 2000 : 1900;
  return Date.UTC(century + year!, month! - 1, day, hour, minute, second) * 1000;
}
