import type { Packet } from '../capture/packet.ts';
import { KEY_WORDS } from './flow-slots.ts';
import { icmpCounterpart, isIcmp } from './icmp-pairing.ts';

/**
 * The key of a packet's flow, the same for both directions: words 0–3 and 4–7 are the addresses of A and B,
 * word 8 their ports (A's in the upper half), word 9 the protocol with the bits below.
 */
export class FlowKey {
  readonly words = new Uint32Array(KEY_WORDS);
  hash = 0;
  fromA = true;

  set(packet: Packet): void {
    const { source, destination, protocol } = packet;
    const sourcePort = packet.sourcePort;
    let destinationPort = packet.destinationPort;
    let oneWay = false;
    if (isIcmp(protocol) && !packet.laterFragment) {
      const counterpart = icmpCounterpart(protocol, sourcePort);
      oneWay = counterpart < 0;
      if (!oneWay) destinationPort = counterpart;
    }
    const fromA = isLower(source, sourcePort, destination, destinationPort);
    const words = this.words;
    const a = fromA ? source : destination;
    const b = fromA ? destination : source;
    for (let i = 0; i < 4; i++) {
      words[i] = a[i]!;
      words[i + 4] = b[i]!;
    }
    words[8] = fromA ? (sourcePort << 16) | destinationPort : (destinationPort << 16) | sourcePort;
    words[9] = protocol | (oneWay ? (fromA ? ONE_WAY : ONE_WAY | FROM_B) : 0);
    this.fromA = fromA;
    this.hash = hashOf(words);
  }
}

/** Bits of word 9 above the protocol number: an ICMP message without answer, and who sent it. */
export const ONE_WAY = 0x100;
const FROM_B = 0x200;

function isLower(a: Uint32Array, aPort: number, b: Uint32Array, bPort: number): boolean {
  for (let i = 0; i < 4; i++) if (a[i] !== b[i]) return a[i]! < b[i]!;
  return aPort <= bPort;
}

/** MurmurHash3's mixing (Appleby, public domain) over the words; IPv4's constant words cost nothing extra. */
function hashOf(words: Uint32Array): number {
  let h = 0x9747b28c;
  for (let i = 0; i < KEY_WORDS; i++) {
    let k = Math.imul(words[i]!, 0xcc9e2d51);
    k = (k << 15) | (k >>> 17);
    h ^= Math.imul(k, 0x1b873593);
    h = (h << 13) | (h >>> 19);
    h = (Math.imul(h, 5) + 0xe6546b64) | 0;
  }
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
