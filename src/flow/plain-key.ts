import {
  PLAIN_DESTINATION,
  PLAIN_DESTINATION_UPPER,
  PLAIN_PORTS,
  PLAIN_PROTOCOL,
  PLAIN_SOURCE,
  PLAIN_SOURCE_UPPER,
  PLAIN_VERSION,
} from '../capture/plain-packets.ts';
import { FROM_B, IS_WIDE, ONE_WAY } from './flow-key.ts';
import { icmpCounterpart, isIcmp } from './icmp-pairing.ts';
import type { KeyHash } from './key-hash.ts';

/**
 * Makes of a plain packet's words, which begin at `at`, the key of its flow: what `writeFlowKey` writes for the same
 * packet behind the time, and it stands in their place. Says whether A sent it.
 */
export function makePlainKey(words: Int32Array, at: number, hash: KeyHash): boolean {
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
  let order = isWide ? compareUpper(words, at) : 0;
  if (order === 0) order = compare(source, destination);
  const fromA = order === 0 ? ports >>> 16 <= (ports & 0xffff) : order < 0;
  if ((protocol & ONE_WAY) !== 0 && !fromA) protocol |= FROM_B;
  if (isWide) protocol |= IS_WIDE;
  const a = fromA ? source : destination;
  const b = fromA ? destination : source;
  if (!fromA) ports = (ports << 16) | (ports >>> 16);
  words[at + PLAIN_SOURCE] = a;
  words[at + PLAIN_DESTINATION] = b;
  words[at + PLAIN_PORTS] = ports;
  words[at + PLAIN_PROTOCOL] = protocol;
  const narrow = hash.narrow(a, b, ports, protocol);
  if (isWide && !fromA) swapUpper(words, at);
  words[at + PLAIN_VERSION] = isWide ? narrow ^ hash.wide(words, at + PLAIN_SOURCE_UPPER) : narrow;
  return fromA;
}

/** As unsigned numbers. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a >>> 0 < b >>> 0 ? -1 : 1;
}

/** IPv6 packets between IPv4-mapped addresses are of the same flow as IPv4's. */
function areMapped(words: Int32Array, at: number): boolean {
  for (const upper of [at + PLAIN_SOURCE_UPPER, at + PLAIN_DESTINATION_UPPER]) {
    if (words[upper] !== 0 || words[upper + 1] !== 0 || words[upper + 2] !== 0xffff) return false;
  }
  return true;
}

function compareUpper(words: Int32Array, at: number): number {
  for (let i = 0; i < 3; i++) {
    const order = compare(
      words[at + PLAIN_SOURCE_UPPER + i]!,
      words[at + PLAIN_DESTINATION_UPPER + i]!,
    );
    if (order !== 0) return order;
  }
  return 0;
}

function swapUpper(words: Int32Array, at: number): void {
  for (let i = at; i < at + 3; i++) {
    const word = words[i + PLAIN_SOURCE_UPPER]!;
    words[i + PLAIN_SOURCE_UPPER] = words[i + PLAIN_DESTINATION_UPPER]!;
    words[i + PLAIN_DESTINATION_UPPER] = word;
  }
}
