import type { Packet } from '../capture/packet.ts';
import { icmpCounterpart, isIcmp } from './icmp-pairing.ts';
import type { KeyHash } from './key-hash.ts';

type FlowEnds = Pick<
  Packet,
  'source' | 'destination' | 'sourcePort' | 'destinationPort' | 'protocol'
>;

/**
 * The key of a packet's flow, the same for both directions. A is the end with the lower address, then port.
 * Signed integers throughout: they need no boxes.
 */
export class FlowKey {
  /** Lowest words of A's and B's addresses; IPv4 has no others. */
  a = 0;
  b = 0;
  /** A's in the upper half. */
  ports = 0;
  /** With the bits below. */
  protocol = 0;
  /** The other three words of A's and of B's address, where `IS_WIDE` is set. */
  readonly upper = new Int32Array(6);
  hash = 0;
  fromA = true;
  readonly #hash: KeyHash;

  constructor(hash: KeyHash) {
    this.#hash = hash;
  }

  set(ends: FlowEnds, laterFragment: boolean): void {
    const { source, destination, sourcePort } = ends;
    let { protocol, destinationPort } = ends;
    if (!laterFragment && isIcmp(protocol)) {
      const counterpart = icmpCounterpart(protocol, sourcePort);
      if (counterpart < 0) protocol |= ONE_WAY;
      else destinationPort = counterpart;
    }
    const from = source[3]!;
    const to = destination[3]!;
    if (isWide(source) || isWide(destination)) {
      this.#setWide(ends, protocol, destinationPort);
      return;
    }
    const fromA = from < to || (from === to && sourcePort <= destinationPort);
    this.fromA = fromA;
    if ((protocol & ONE_WAY) !== 0 && !fromA) protocol |= FROM_B;
    this.protocol = protocol;
    if (fromA) {
      this.a = from | 0;
      this.b = to | 0;
      this.ports = (sourcePort << 16) | destinationPort;
    } else {
      this.a = to | 0;
      this.b = from | 0;
      this.ports = (destinationPort << 16) | sourcePort;
    }
    this.hash = this.#hash.narrow(this.a, this.b, this.ports, protocol);
  }

  #setWide(ends: FlowEnds, protocolBits: number, destinationPort: number): void {
    const { source, destination, sourcePort } = ends;
    const fromA = isLower(source, sourcePort, destination, destinationPort);
    const a = fromA ? source : destination;
    const b = fromA ? destination : source;
    for (let i = 0; i < 3; i++) {
      this.upper[i] = a[i]!;
      this.upper[i + 3] = b[i]!;
    }
    this.fromA = fromA;
    this.a = a[3]! | 0;
    this.b = b[3]! | 0;
    this.ports = fromA
      ? (sourcePort << 16) | destinationPort
      : (destinationPort << 16) | sourcePort;
    this.protocol = protocolBits | IS_WIDE;
    if ((protocolBits & ONE_WAY) !== 0 && !fromA) this.protocol |= FROM_B;
    this.hash =
      this.#hash.narrow(this.a, this.b, this.ports, this.protocol) ^ this.#hash.wide(this.upper);
  }
}

/** Bits above the protocol number: an ICMP message without answer, and who sent it; an end with an IPv6 address. */
export const ONE_WAY = 0x100;
const FROM_B = 0x200;
export const IS_WIDE = 0x400;

function isWide(address: Uint32Array): boolean {
  return address[2] !== 0xffff || address[1] !== 0 || address[0] !== 0;
}

function isLower(a: Uint32Array, aPort: number, b: Uint32Array, bPort: number): boolean {
  for (let i = 0; i < 4; i++) if (a[i] !== b[i]) return a[i]! < b[i]!;
  return aPort <= bPort;
}
