import type { Packet } from '../capture/packet.ts';
import { icmpCounterpart, isIcmp } from './icmp-pairing.ts';
import type { KeyHash } from './key-hash.ts';

export type FlowEnds = Pick<
  Packet,
  'source' | 'destination' | 'sourcePort' | 'destinationPort' | 'protocol'
>;

/**
 * The key of a packet's flow, the same for both directions, as words: A is the end with the lower address, then port.
 * Lowest words of A's and B's addresses (all there is of IPv4), ports with A's in the upper half, protocol with the
 * bits below, hash; from `KEY_UPPER` on the other three words of each address, where `IS_WIDE` is set. See
 * `PLAIN_LAYOUT` for why it is one object.
 */
export const KEY_LAYOUT = {
  KEY_A: 0,
  KEY_B: 1,
  KEY_PORTS: 2,
  KEY_PROTOCOL: 3,
  KEY_HASH: 4,
  KEY_UPPER: 5,
  /** Bits above the protocol number: an ICMP message without answer, and who sent it; an end with an IPv6 address. */
  ONE_WAY: 0x100,
  FROM_B: 0x200,
  IS_WIDE: 0x400,
} as const;

const { KEY_A, KEY_B, KEY_PORTS, KEY_PROTOCOL, KEY_HASH, KEY_UPPER, ONE_WAY, FROM_B, IS_WIDE } =
  KEY_LAYOUT;

/** Writes the key of a packet from word `at` on, and says whether A sent it. */
export function writeFlowKey(
  words: Int32Array,
  at: number,
  ends: FlowEnds,
  laterFragment: boolean,
  hash: KeyHash,
): boolean {
  const { source, destination, sourcePort } = ends;
  let { protocol, destinationPort } = ends;
  if (!laterFragment && isIcmp(protocol)) {
    const counterpart = icmpCounterpart(protocol, sourcePort);
    if (counterpart < 0) protocol |= ONE_WAY;
    else destinationPort = counterpart;
  }
  const wide = isWide(source) || isWide(destination);
  const fromA = wide
    ? isLower(source, sourcePort, destination, destinationPort)
    : source[3]! < destination[3]! ||
      (source[3] === destination[3] && sourcePort <= destinationPort);
  if (wide) {
    protocol |= IS_WIDE;
    writeUpper(words, at + KEY_UPPER, fromA ? source : destination);
    writeUpper(words, at + KEY_UPPER + 3, fromA ? destination : source);
  }
  if ((protocol & ONE_WAY) !== 0 && !fromA) protocol |= FROM_B;
  const a = (fromA ? source : destination)[3]! | 0;
  const b = (fromA ? destination : source)[3]! | 0;
  const ports = fromA ? (sourcePort << 16) | destinationPort : (destinationPort << 16) | sourcePort;
  words[at + KEY_A] = a;
  words[at + KEY_B] = b;
  words[at + KEY_PORTS] = ports;
  words[at + KEY_PROTOCOL] = protocol;
  const narrow = hash.narrow(a, b, ports, protocol);
  words[at + KEY_HASH] = wide ? narrow ^ hash.wide(words, at + KEY_UPPER) : narrow;
  return fromA;
}

function isWide(address: Uint32Array): boolean {
  return address[2] !== 0xffff || address[1] !== 0 || address[0] !== 0;
}

function isLower(a: Uint32Array, aPort: number, b: Uint32Array, bPort: number): boolean {
  for (let i = 0; i < 4; i++) if (a[i] !== b[i]) return a[i]! < b[i]!;
  return aPort <= bPort;
}

function writeUpper(words: Int32Array, at: number, address: Uint32Array): void {
  for (let i = 0; i < 3; i++) words[at + i] = address[i]!;
}
