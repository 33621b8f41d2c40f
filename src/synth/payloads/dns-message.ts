import { ByteWriter } from '../../bytes/byte-writer.ts';
import { textBytes } from './text-bytes.ts';

/** RR TYPE numbers (IANA). */
export const DNS_TYPES = { A: 1, NS: 2, CNAME: 5, NULL: 10, PTR: 12, MX: 15, TXT: 16, AAAA: 28, SRV: 33, HTTPS: 65, ANY: 255 } as const; // prettier-ignore

export interface DnsQuestion {
  readonly id: number;
  readonly name: string;
  readonly type: number;
  /** Adds an OPT record of that payload size (RFC 6891). */
  readonly ednsBytes?: number;
}

export interface DnsAnswer {
  readonly type: number;
  readonly ttl: number;
  readonly data: Uint8Array;
  /** Default: the question's name, as a pointer. */
  readonly name?: string;
}

/** A query with recursion desired. */
export function dnsQuery(question: DnsQuestion): Uint8Array {
  const out = new ByteWriter(64);
  writeHeader(out, question.id, 0x0100, [1, 0, 0, question.ednsBytes === undefined ? 0 : 1]);
  writeQuestion(out, question);
  if (question.ednsBytes !== undefined) writeOpt(out, question.ednsBytes);
  return out.toBytes();
}

/** The answer to a query; `responseCode` 3 is NXDOMAIN. */
export function dnsResponse(
  question: DnsQuestion,
  answers: readonly DnsAnswer[],
  responseCode = 0,
): Uint8Array {
  const out = new ByteWriter(128);
  const isMissing = answers.length === 0;
  writeHeader(out, question.id, 0x8180 | responseCode, [1, answers.length, isMissing ? 1 : 0, question.ednsBytes === undefined ? 0 : 1]); // prettier-ignore
  writeQuestion(out, question);
  for (const answer of answers) writeRecord(out, answer);
  if (isMissing) writeStartOfAuthority(out, question.name);
  if (question.ednsBytes !== undefined) writeOpt(out, question.ednsBytes);
  return out.toBytes();
}

/** RDATA of A and AAAA. */
export function addressData(words: Uint32Array, type: number): Uint8Array {
  const out = new ByteWriter(16);
  for (const word of type === DNS_TYPES.A ? words.subarray(3) : words) out.u32(word);
  return out.toBytes();
}

/** RDATA of CNAME, PTR, NS. */
export function nameData(name: string): Uint8Array {
  const out = new ByteWriter(64);
  writeName(out, name);
  return out.toBytes();
}

export function mxData(preference: number, name: string): Uint8Array {
  const out = new ByteWriter(64);
  out.u16(preference);
  writeName(out, name);
  return out.toBytes();
}

/** RDATA of TXT: character strings of at most 255 bytes. */
export function txtData(text: string): Uint8Array {
  const bytes = textBytes(text);
  const out = new ByteWriter(bytes.length + 8);
  for (let i = 0; i < bytes.length || i === 0; i += 255) {
    const part = bytes.subarray(i, i + 255);
    out.u8(part.length);
    out.slice(part);
  }
  return out.toBytes();
}

/** The name that a PTR query asks for (RFC 1035 §3.5, RFC 3596 §2.5). */
export function reverseName(words: Uint32Array): string {
  if (words[0] === 0 && words[2] === 0xffff) {
    const w = words[3]!;
    return `${w & 255}.${(w >>> 8) & 255}.${(w >>> 16) & 255}.${w >>> 24}.in-addr.arpa`;
  }
  const hex = [...words].map((word) => word.toString(16).padStart(8, '0')).join('');
  return `${Array.from(hex).reverse().join('.')}.ip6.arpa`;
}

function writeHeader(
  out: ByteWriter,
  id: number,
  flags: number,
  counts: readonly [number, number, number, number],
): void {
  out.u16(id);
  out.u16(flags);
  for (const count of counts) out.u16(count);
}

function writeQuestion(out: ByteWriter, question: DnsQuestion): void {
  writeName(out, question.name);
  out.u16(question.type);
  out.u16(1);
}

function writeRecord(out: ByteWriter, answer: DnsAnswer): void {
  if (answer.name === undefined) out.u16(0xc00c);
  else writeName(out, answer.name);
  out.u16(answer.type);
  out.u16(1);
  out.u32(answer.ttl);
  out.u16(answer.data.length);
  out.slice(answer.data);
}

function writeStartOfAuthority(out: ByteWriter, name: string): void {
  const zone = name.split('.').slice(-2).join('.');
  writeName(out, zone);
  out.u16(6);
  out.u16(1);
  out.u32(900);
  const data = new ByteWriter(64);
  writeName(data, `ns1.${zone}`);
  writeName(data, `hostmaster.${zone}`);
  for (const number of [2024010101, 7200, 3600, 1209600, 900]) data.u32(number);
  out.u16(data.length);
  out.slice(data.toBytes());
}

function writeOpt(out: ByteWriter, size: number): void {
  out.u8(0);
  out.u16(41);
  out.u16(size);
  out.u32(0);
  out.u16(0);
}

function writeName(out: ByteWriter, name: string): void {
  for (const label of name.split('.')) {
    if (label === '') continue;
    const bytes = textBytes(label);
    if (bytes.length > 63) throw new RangeError(`name: expected labels of 63 bytes, got ${label}`);
    out.u8(bytes.length);
    out.slice(bytes);
  }
  out.u8(0);
}
