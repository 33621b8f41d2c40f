import { parseDecimal } from './parse-number.ts';
import { parseEpochUs } from './parse-time.ts';
import { decodeText } from './text-cache.ts';

const DOT = 46;
const ZERO = 48;
/** So many digits are a whole number below 2⁵³, and a power of ten that a double holds exactly. */
const MOST_DIGITS = 15;
const POWERS = Array.from({ length: MOST_DIGITS + 1 }, (_, exponent) => 10 ** exponent);

/** As `parseDecimal` of the text, without making one for the numbers that logs are full of. */
export function parseDecimalBytes(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > MOST_DIGITS + 1 || end <= start) return slowDecimal(bytes, start, end);
  let value = 0;
  let decimals = -1;
  for (let i = start; i < end; i++) {
    const digit = bytes[i]! - ZERO;
    if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      if (decimals >= 0) decimals++;
    } else if (digit === DOT - ZERO && decimals < 0 && i > start) decimals = 0;
    else return slowDecimal(bytes, start, end);
  }
  if (decimals < 0 && end - start > MOST_DIGITS) return slowDecimal(bytes, start, end);
  // One division of two exact numbers is rounded once, as reading the decimal is.
  return decimals > 0 ? value / POWERS[decimals]! : value;
}

/** As `parseEpochUs` of the text; decimal seconds to six places are exact. */
export function parseEpochUsBytes(bytes: Uint8Array, start: number, end: number): number {
  let dot = start;
  let seconds = 0;
  for (; dot < end && dot - start < 11 && bytes[dot] !== DOT; dot++) {
    const digit = bytes[dot]! - ZERO;
    if (digit < 0 || digit > 9) return slowTime(bytes, start, end);
    seconds = seconds * 10 + digit;
  }
  if (dot === start || dot >= end || bytes[dot] !== DOT || end - dot > 7) {
    return slowTime(bytes, start, end);
  }
  let us = 0;
  for (let i = dot + 1; i < dot + 7; i++) {
    const digit = i < end ? bytes[i]! - ZERO : 0;
    if (digit < 0 || digit > 9) return slowTime(bytes, start, end);
    us = us * 10 + digit;
  }
  return checked(seconds * 1_000_000 + us);
}

function checked(us: number): number {
  return Number.isSafeInteger(us) ? us : Number.NaN;
}

function slowDecimal(bytes: Uint8Array, start: number, end: number): number {
  const isDash = end - start === 1 && bytes[start]! < ZERO;
  return isDash || end <= start || end - start > 400 ? Number.NaN : parseDecimal(decodeText(bytes, start, end)); // prettier-ignore
}

function slowTime(bytes: Uint8Array, start: number, end: number): number {
  return end <= start || end - start > 64
    ? Number.NaN
    : parseEpochUs(decodeText(bytes, start, end));
}
