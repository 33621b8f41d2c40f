import type { Message } from './message.ts';

/** TLS records (RFC 8446 §5.1) and the handshake messages that lie across them. */

export const HANDSHAKE_RECORD = 0x16;
const CHANGE_CIPHER_SPEC = 0x14;
const ALERT_RECORD = 0x15;
const HEADER = 5;
const MAX_RECORD = 16384 + 2048;

/** The handshake's bytes out of consecutive handshake records. */
export interface HandshakeBytes {
  readonly data: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Another kind of record follows: no more of the handshake will. */
  readonly isClosed: boolean;
  /** Bytes of a record's header that must come before any more of the handshake. */
  readonly headerLack: number;
}

/** Whether a record of SSL 3 to TLS 1.3 begins here. */
export function isTlsRecord(data: Uint8Array, at: number, end: number): boolean {
  if (end - at < HEADER || data[at + 1] !== 3 || data[at + 2]! > 4) return false;
  if (data[at]! < 0x14 || data[at]! > 0x18) return false;
  const length = (data[at + 3]! << 8) | data[at + 4]!;
  return length > 0 && length <= MAX_RECORD;
}

/**
 * Where the first record begins that is neither an alert in the clear (a warning may come before a ServerHello,
 * RFC 6066 §3) nor ChangeCipherSpec (which comes before the ClientHello that answers a HelloRetryRequest, RFC 8446
 * Appendix D.4).
 */
export function behindShortRecords(data: Uint8Array, start: number, end: number): number {
  let at = start;
  while (isTlsRecord(data, at, end)) {
    const bytes = data[at] === ALERT_RECORD ? 2 : data[at] === CHANGE_CIPHER_SPEC ? 1 : 0;
    const next = at + HEADER + bytes;
    if (bytes === 0 || data[at + 4] !== bytes || data[at + 3] !== 0) break;
    if (!isTlsRecord(data, next, end)) break;
    at = next;
  }
  return at;
}

/** Takes the handshake out of its records, without copying if there is one record. */
export function handshakeBytes({ data, start, end }: Message): HandshakeBytes {
  const pieces: number[] = [];
  let total = 0;
  let at = start;
  let isClosed = false;
  while (end - at >= HEADER) {
    isClosed = data[at] !== HANDSHAKE_RECORD || !isTlsRecord(data, at, end);
    if (isClosed) break;
    const from = at + HEADER;
    at = from + ((data[at + 3]! << 8) | data[at + 4]!);
    const to = Math.min(at, end);
    pieces.push(from, to);
    total += to - from;
  }
  const headerLack = at > end ? 0 : HEADER - (end - at);
  const rest = { isClosed: isClosed || (at < end && data[at] !== HANDSHAKE_RECORD), headerLack };
  if (pieces.length === 2) return { data, start: pieces[0]!, end: pieces[1]!, ...rest };
  const joined = new Uint8Array(total);
  let length = 0;
  for (let i = 0; i < pieces.length; i += 2) {
    joined.set(data.subarray(pieces[i], pieces[i + 1]), length);
    length += pieces[i + 1]! - pieces[i]!;
  }
  return { data: joined, start: 0, end: total, ...rest };
}
