const WORDS = 80;
const BLOCK = 64;
/** Behind the message: a one bit, then its length in bits as 64. */
const LEAST_PADDING = 9;
/** UTF-8 takes at most three bytes for what JavaScript counts as one character. */
const MOST_BYTES = 3;

const utf8 = new TextEncoder();

/**
 * SHA-1 (FIPS 180-4 §6.1.2) of messages of a few dozen bytes, for names and not for secrets: an object of Node's
 * `crypto` for each takes six times as long.
 */
export class Sha1 {
  /** The digest of the last message. */
  readonly digest = new Int32Array(5);
  readonly #schedule = new Int32Array(WORDS);
  #text = new Uint8Array(4 * BLOCK);

  /**
   * Of the first `length` bytes of `message`, which has room for the padding behind them (`roomFor`) and gets it
   * written there.
   */
  of(message: Uint8Array, length: number): Int32Array {
    const { digest } = this;
    const end = Sha1.roomFor(length);
    message.fill(0, length, end);
    message[length] = 0x80;
    for (let i = 0, bits = length * 8; i < 4; i++, bits >>>= 8) message[end - 1 - i] = bits;
    digest[0] = 0x67452301;
    digest[1] = 0xefcdab89;
    digest[2] = 0x98badcfe;
    digest[3] = 0x10325476;
    digest[4] = 0xc3d2e1f0;
    for (let at = 0; at < end; at += BLOCK) this.#block(message, at);
    return digest;
  }

  /** Of a text in UTF-8. */
  ofText(text: string): Int32Array {
    const most = Sha1.roomFor(text.length * MOST_BYTES);
    if (most > this.#text.length) this.#text = new Uint8Array(most);
    return this.of(this.#text, utf8.encodeInto(text, this.#text).written);
  }

  /** Bytes that a message takes up with its padding. */
  static roomFor(length: number): number {
    return Math.ceil((length + LEAST_PADDING) / BLOCK) * BLOCK;
  }

  #block(bytes: Uint8Array, start: number): void {
    const w = this.#schedule;
    for (let t = 0, at = start; t < 16; t++, at += 4) {
      w[t] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
    }
    for (let t = 16; t < WORDS; t++) {
      const x = w[t - 3]! ^ w[t - 8]! ^ w[t - 14]! ^ w[t - 16]!;
      w[t] = (x << 1) | (x >>> 31);
    }
    this.#rounds(w);
  }

  /** Every sum is cut to 32 bits at once: beyond them it would be one of floats. */
  #rounds(w: Int32Array): void {
    const { digest } = this;
    let a = digest[0]!;
    let b = digest[1]!;
    let c = digest[2]!;
    let d = digest[3]!;
    let e = digest[4]!;
    for (let t = 0; t < WORDS; t++) {
      let round: number;
      if (t < 20) round = (((b & c) | (~b & d)) + 0x5a827999) | 0;
      else if (t < 40) round = ((b ^ c ^ d) + 0x6ed9eba1) | 0;
      else if (t < 60) round = (((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc) | 0;
      else round = ((b ^ c ^ d) + 0xca62c1d6) | 0;
      round = (((((round + ((a << 5) | (a >>> 27))) | 0) + e) | 0) + w[t]!) | 0;
      e = d;
      d = c;
      c = (b << 30) | (b >>> 2);
      b = a;
      a = round;
    }
    digest[0] = (digest[0]! + a) | 0;
    digest[1] = (digest[1]! + b) | 0;
    digest[2] = (digest[2]! + c) | 0;
    digest[3] = (digest[3]! + d) | 0;
    digest[4] = (digest[4]! + e) | 0;
  }
}
