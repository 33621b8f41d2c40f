import { PLAIN_LAYOUT } from '../capture/plain-packets.ts';
import { KEY_LAYOUT } from './flow-key.ts';
import { icmpCounterpart, isIcmp } from './icmp-pairing.ts';
import type { KeyHash } from './key-hash.ts';

const { FROM_B, IS_WIDE, ONE_WAY } = KEY_LAYOUT;

const {
  PLAIN_DESTINATION,
  PLAIN_DESTINATION_UPPER,
  PLAIN_PORTS,
  PLAIN_PROTOCOL,
  PLAIN_SOURCE,
  PLAIN_SOURCE_UPPER,
  PLAIN_VERSION,
} = PLAIN_LAYOUT;

/**
 * Makes of a plain packet's words, which begin at `at`, the key of its flow: what `writeFlowKey` writes for the same
 * packet behind the time, and it stands in their place. Gives 0 if A sent it, else 1.
 */
export function makePlainKey(words: Int32Array, at: number, hash: KeyHash): number {
  const isWide = words[at + PLAIN_VERSION] !== 4 && !areMapped(words, at);
  const source = words[at + PLAIN_SOURCE]!;
  const destination = words[at + PLAIN_DESTINATION]!;
  let ports = words[at + PLAIN_PORTS]!;
  let protocol = words[at + PLAIN_PROTOCOL]!;
  if (isIcmp(protocol)) {
    const counterpart = icmpCounterpart(protocol, ports >>> 16);
    if (counterpart < 0) protocol |= ONE_WAY;
    else ports = (ports & ~0xffff) | counterpart;
  }
  let side = isLower(destination, source);
  if (source === destination && ports >>> 16 > (ports & 0xffff)) side = 1;
  if (isWide) side = sideOf(words, at, side);
  if ((protocol & ONE_WAY) !== 0 && side === 1) protocol |= FROM_B;
  if (isWide) protocol |= IS_WIDE;
  // Which way a packet goes is anybody's guess, so it is no branch.
  const swap = -side;
  const both = (source ^ destination) & swap;
  const a = source ^ both;
  const b = destination ^ both;
  ports ^= (ports ^ ((ports << 16) | (ports >>> 16))) & swap;
  words[at + PLAIN_SOURCE] = a;
  words[at + PLAIN_DESTINATION] = b;
  words[at + PLAIN_PORTS] = ports;
  words[at + PLAIN_PROTOCOL] = protocol;
  const narrow = hash.narrow(a, b, ports, protocol);
  if (isWide && side === 1) swapUpper(words, at);
  words[at + PLAIN_VERSION] = isWide ? narrow ^ hash.wide(words, at + PLAIN_SOURCE_UPPER) : narrow;
  return side;
}

/** 1 if `a` is less than `b` as unsigned numbers, else 0 (Warren, Hacker's Delight, 2-12). */
function isLower(a: number, b: number): number {
  return ((~a & b) | ((~a | b) & (a - b))) >>> 31;
}

/** IPv6 packets between IPv4-mapped addresses are of the same flow as IPv4's. */
function areMapped(words: Int32Array, at: number): boolean {
  for (const upper of [at + PLAIN_SOURCE_UPPER, at + PLAIN_DESTINATION_UPPER]) {
    if (words[upper] !== 0 || words[upper + 1] !== 0 || words[upper + 2] !== 0xffff) return false;
  }
  return true;
}

/** Who sent it, by the upper words; `otherwise` if those are the same. */
function sideOf(words: Int32Array, at: number, otherwise: number): number {
  for (let i = 0; i < 3; i++) {
    const source = words[at + PLAIN_SOURCE_UPPER + i]!;
    const destination = words[at + PLAIN_DESTINATION_UPPER + i]!;
    if (source !== destination) return isLower(destination, source);
  }
  return otherwise;
}

function swapUpper(words: Int32Array, at: number): void {
  for (let i = at; i < at + 3; i++) {
    const word = words[i + PLAIN_SOURCE_UPPER]!;
    words[i + PLAIN_SOURCE_UPPER] = words[i + PLAIN_DESTINATION_UPPER]!;
    words[i + PLAIN_DESTINATION_UPPER] = word;
  }
}
