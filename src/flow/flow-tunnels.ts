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

/** Numbers for tunnels, the first 65,535 of a table; 0 is none. */
export class FlowTunnels {
  readonly #facts: (TunnelFact | undefined)[] = [undefined];
  readonly #numbers = new Map<string, number>();
  /** Flows whose tunnel was one too many. */
  refused = 0;

  numberOf(packet: Packet, fromA: boolean): number {
    const source = formatAddress(packet.outerSource);
    const destination = formatAddress(packet.outerDestination);
    const [addressA, addressB] = fromA ? [source, destination] : [destination, source];
    const text = `${packet.tunnel} ${addressA} ${addressB}`;
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const number = this.#facts.length;
    if (number > MOST_TUNNELS) {
      this.refused++;
      return 0;
    }
    this.#facts.push({ kind: packet.tunnel, addressA, addressB });
    this.#numbers.set(text, number);
    return number;
  }

  fact(number: number): TunnelFact | undefined {
    return this.#facts[number];
  }
}
