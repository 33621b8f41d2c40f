import type { Packet } from '../capture/packet.ts';
import { formatAddress } from '../bytes/ip-address.ts';

/** A tunnel as a flow's facts know it: the outermost addresses on A's and on B's side. */
export interface TunnelFact {
  readonly kind: string;
  readonly addressA: string;
  readonly addressB: string;
}

/** What a 16-bit number can name. */
const MOST_TUNNELS = 0xffff;

const MEMORIES = 64;
const MEMORY_WORDS = 9;

/** Numbers for tunnels, the first 65,535 of a table; 0 is none. */
export class FlowTunnels {
  readonly #facts: (TunnelFact | undefined)[] = [undefined];
  readonly #numbers = new Map<string, number>();
  /** Outer addresses of recent packets and their tunnel's number, so that no text is made for most packets. */
  readonly #memory = new Uint32Array(MEMORIES * MEMORY_WORDS);
  readonly #memoryKind: string[] = new Array<string>(MEMORIES).fill('');
  /** Packets whose tunnel was one too many. */
  refused = 0;

  /** The number of the packet's tunnel; `fromA` says whether its source is A of its flow. */
  numberOf(packet: Packet, fromA: boolean): number {
    const a = fromA ? packet.outerSource : packet.outerDestination;
    const b = fromA ? packet.outerDestination : packet.outerSource;
    const memory = this.#memory;
    const place = (a[3]! ^ (b[3]! * 7)) & (MEMORIES - 1);
    const at = place * MEMORY_WORDS;
    let isKnown = this.#memoryKind[place] === packet.tunnel;
    for (let i = 0; i < 4; i++) {
      if (memory[at + i] !== a[i] || memory[at + 4 + i] !== b[i]) isKnown = false;
    }
    if (isKnown) return memory[at + 8]!;
    const number = this.#lookUp(packet.tunnel, formatAddress(a), formatAddress(b));
    if (number === 0) return 0;
    memory.set(a, at);
    memory.set(b, at + 4);
    memory[at + 8] = number;
    this.#memoryKind[place] = packet.tunnel;
    return number;
  }

  fact(number: number): TunnelFact | undefined {
    return this.#facts[number];
  }

  #lookUp(kind: string, addressA: string, addressB: string): number {
    const text = `${kind} ${addressA} ${addressB}`;
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const number = this.#facts.length;
    if (number > MOST_TUNNELS) {
      this.refused++;
      return 0;
    }
    this.#facts.push({ kind, addressA, addressB });
    this.#numbers.set(text, number);
    return number;
  }
}
