import { ByteReader } from '../../bytes/byte-reader.ts';
import { quicInteger } from './quic-integer.ts';

const PADDING = 0x00;
const PING = 0x01;
const ACK = 0x02;
const ACK_ECN = 0x03;
const CRYPTO = 0x06;

/** No ClientHello is longer; RFC 9000 §7.5 asks for 4,096 bytes to be taken. */
const MAX_BYTES = 1 << 16;
const MAX_PIECES = 64;
const HEADER = 4;

/** The bytes of CRYPTO frames (RFC 9000 §19.6), which come in any order, until the first message is whole. */
export class CryptoStream {
  #bytes = new Uint8Array(2048);
  /** What is there, as ascending pairs of start and end that do not touch. */
  #pieces: number[] = [];

  get isEmpty(): boolean {
    return this.#pieces.length === 0;
  }

  /** Bytes of memory. */
  get held(): number {
    return this.#bytes.length;
  }

  /** Adds an Initial packet's frames; `false` if they are more than a hello needs or not what may stand there. */
  addFrames(frames: Uint8Array): boolean {
    const reader = new ByteReader(frames);
    while (reader.left > 0) {
      const type = reader.u8();
      if (type === PADDING || type === PING) continue;
      if (type === ACK || type === ACK_ECN) skipAck(reader, type === ACK_ECN);
      else if (type === CRYPTO) {
        const offset = quicInteger(reader);
        const bytes = reader.slice(quicInteger(reader));
        if (reader.truncated || !this.#add(offset, bytes)) return false;
      } else return true; // the connection is closed
    }
    return !reader.truncated;
  }

  /** The first handshake message, `undefined` as long as it is not whole. */
  message(): Uint8Array | undefined {
    const [start, end] = this.#pieces;
    if (start !== 0 || end === undefined || end < HEADER) return undefined;
    const bytes = this.#bytes;
    const length = HEADER + ((bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!);
    return length <= end ? bytes.subarray(0, length) : undefined;
  }

  #add(offset: number, bytes: Uint8Array): boolean {
    let start = offset;
    let end = offset + bytes.length;
    if (end > MAX_BYTES) return false;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.min(MAX_BYTES, Math.max(2 * this.#bytes.length, end)));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, start);
    if (start === end) return true;
    const apart: number[] = [];
    for (let i = 0; i < this.#pieces.length; i += 2) {
      const from = this.#pieces[i]!;
      const to = this.#pieces[i + 1]!;
      if (to < start || from > end) apart.push(from, to);
      else [start, end] = [Math.min(start, from), Math.max(end, to)];
    }
    apart.push(start, end);
    this.#pieces = inOrder(apart);
    return this.#pieces.length <= 2 * MAX_PIECES;
  }
}

/** Puts the last pair, the only one that may not be, where it belongs. */
function inOrder(pieces: number[]): number[] {
  for (let i = pieces.length - 2; i >= 2 && pieces[i - 2]! > pieces[i]!; i -= 2) {
    const [from, to] = [pieces[i]!, pieces[i + 1]!];
    pieces[i] = pieces[i - 2]!;
    pieces[i + 1] = pieces[i - 1]!;
    pieces[i - 2] = from;
    pieces[i - 1] = to;
  }
  return pieces;
}

/** RFC 9000 §19.3. */
function skipAck(reader: ByteReader, hasCounts: boolean): void {
  quicInteger(reader); // largest
  quicInteger(reader); // delay
  const ranges = quicInteger(reader);
  quicInteger(reader); // first range
  for (let i = 0; i < 2 * ranges && reader.left > 0; i++) quicInteger(reader);
  for (let i = 0; i < 3 && hasCounts; i++) quicInteger(reader);
}
