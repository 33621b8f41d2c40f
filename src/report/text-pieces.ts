import { secondsText } from './column.ts';
import type { Put } from './row-writer.ts';

const PIECE = 1 << 16;
const ZERO = 0x30;
const MINUS = 0x2d;
const POINT = 0x2e;
const SMALL = 1e9;
/** Digits of the longest integer, a sign and a point. */
const LONGEST_NUMBER = 32;
/** UTF-8 takes at most three bytes for what JavaScript counts as one character. */
const MOST_BYTES = 3;

const utf8 = new TextEncoder();

/** Which bytes a text may have to be copied as it is: 0 none, 1 not as its first, 2 anywhere. */
export type PlainBytes = Uint8Array;

/** All of ASCII that is printed but `without`; `notFirst` may stand behind the first character only. */
export function plainBytes(without: string, notFirst = ''): PlainBytes {
  const plain = new Uint8Array(128).fill(2, 0x20, 0x7f);
  for (const character of notFirst) plain[character.charCodeAt(0)] = 1;
  for (const character of without) plain[character.charCodeAt(0)] = 0;
  return plain;
}

export function encoded(text: string): Uint8Array {
  return utf8.encode(text);
}

/**
 * Text that is put as bytes, some 64 KiB at a time: nearly all of a table is digits and plain ASCII, which are written
 * where they belong without a string for each cell and each line.
 */
export class TextPieces {
  readonly #put: Put;
  #bytes = new Uint8Array(PIECE);
  #at = 0;

  constructor(put: Put) {
    this.#put = put;
  }

  /** One ASCII character. */
  character(code: number): void {
    this.#makeRoom(1);
    this.#bytes[this.#at++] = code;
  }

  /** Some bytes, written over and over again: what `encoded` made of a heading. */
  bytes(piece: Uint8Array): void {
    this.#makeRoom(piece.length);
    const at = this.#at;
    for (let i = 0; i < piece.length; i++) this.#bytes[at + i] = piece[i]!;
    this.#at = at + piece.length;
  }

  /** Any text. */
  text(text: string): void {
    this.#makeRoom(text.length * MOST_BYTES);
    this.#at += utf8.encodeInto(text, this.#bytes.subarray(this.#at)).written;
  }

  /** A text, if all of it is plain; else false, and nothing is written. */
  plain(text: string, plain: PlainBytes): boolean {
    const { length } = text;
    if (length === 0) return true;
    this.#makeRoom(length);
    const bytes = this.#bytes;
    const at = this.#at;
    let least = 2;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 127 || plain[code]! < least) return false;
      least = 1;
      bytes[at + i] = code;
    }
    this.#at = at + length;
    return true;
  }

  /** As `String(value)` writes it. */
  number(value: number): void {
    if (!Number.isSafeInteger(value)) {
      this.text(String(value));
      return;
    }
    this.#makeRoom(LONGEST_NUMBER);
    this.#digits(this.#withoutSign(value), 1);
  }

  /** Microseconds as seconds with six decimals: see `secondsText`. */
  seconds(us: number): void {
    if (!Number.isSafeInteger(us)) {
      this.text(secondsText(us));
      return;
    }
    this.#makeRoom(LONGEST_NUMBER);
    const whole = this.#withoutSign(us);
    const seconds = Math.floor(whole / 1e6);
    this.#digits(seconds, 1);
    this.#bytes[this.#at++] = POINT;
    this.#digits(whole - seconds * 1e6, 6);
  }

  /** Puts what is left. */
  flush(): void {
    if (this.#at === 0) return;
    const piece = this.#bytes.subarray(0, this.#at);
    this.#at = 0;
    this.#put(piece);
  }

  #withoutSign(value: number): number {
    if (value >= 0) return value;
    this.#bytes[this.#at++] = MINUS;
    return -value;
  }

  #digits(value: number, least: number): void {
    if (value < SMALL) {
      this.#smallDigits(value, least);
      return;
    }
    const upper = Math.floor(value / SMALL);
    this.#smallDigits(upper, 1);
    this.#smallDigits(value - upper * SMALL, 9);
  }

  #smallDigits(value: number, least: number): void {
    let count = least;
    for (let bound = 10 ** least; value >= bound; bound *= 10) count++;
    const bytes = this.#bytes;
    let rest = value | 0;
    for (let at = this.#at + count - 1; at >= this.#at; at--) {
      const tens = (rest / 10) | 0;
      bytes[at] = ZERO + rest - tens * 10;
      rest = tens;
    }
    this.#at += count;
  }

  #makeRoom(length: number): void {
    if (this.#at + length <= this.#bytes.length) return;
    this.flush();
    if (length > this.#bytes.length) this.#bytes = new Uint8Array(length);
  }
}
