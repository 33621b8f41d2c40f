import type { Packet } from './packet.ts';

/** What a datagram and a piece of one cost beside their bytes: measured, rounded up. */
const DATAGRAM_COST = 800;
const PIECE_COST = 200;

/** Protocols that begin with their ports: TCP, UDP, DCCP, SCTP, UDP-Lite. */
export const WITH_PORTS: ReadonlySet<number> = new Set([6, 17, 33, 132, 136]);

interface Piece {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/**
 * A datagram of which fragments have come (RFC 791 §3.2, RFC 8200 §4.5). Pieces are kept in order and never
 * overlap: what came first stays, whatever a sender writes over it afterwards to show two readers two things
 * (Ptacek and Newsham 1998, §4).
 */
export class FragmentedDatagram {
  readonly key: string;
  readonly ipVersion: 4 | 6;
  readonly source: Uint32Array;
  readonly destination: Uint32Array;
  readonly tunnelDepth: number;
  readonly tunnel: string;
  readonly outerKnown: boolean;
  readonly outerSource: Uint32Array;
  readonly outerDestination: Uint32Array;
  readonly firstUs: number;
  /** Of the fragment that came last. */
  lastUs: number;
  protocol: number;
  /** Sum of the fragments' IP lengths, as on the wire. */
  ipLength = 0;
  /** It cannot be completed: each of its fragments is a packet of its own. */
  isHopeless = false;
  /** Bytes of memory, roughly. */
  cost = DATAGRAM_COST;
  older: FragmentedDatagram | undefined;
  newer: FragmentedDatagram | undefined;
  readonly #pieces: Piece[] = [];
  #covered = 0;
  /** Length of the whole; -1 before the last fragment has come. */
  #total = -1;

  constructor(key: string, packet: Packet, outerKnown: boolean) {
    this.key = key;
    this.ipVersion = packet.ipVersion;
    this.source = packet.source.slice();
    this.destination = packet.destination.slice();
    this.tunnelDepth = packet.tunnelDepth;
    this.tunnel = packet.tunnel;
    this.outerKnown = outerKnown;
    this.outerSource = outerKnown ? packet.outerSource.slice() : this.source;
    this.outerDestination = outerKnown ? packet.outerDestination.slice() : this.destination;
    this.firstUs = packet.timeUs;
    this.lastUs = packet.timeUs;
    this.protocol = packet.protocol;
  }

  get isComplete(): boolean {
    return this.#covered === this.#total;
  }

  /** Bytes of payload that have come, each counted once. */
  get covered(): number {
    return this.#covered;
  }

  /** Whether its first fragment is there, with the transport's header. */
  get hasFirst(): boolean {
    return this.#pieces.length > 0 && this.#pieces[0]!.offset === 0;
  }

  /** The transport's ports as one word, if it has them and they have come. */
  get ports(): number {
    if (!this.hasFirst || !WITH_PORTS.has(this.protocol)) return 0;
    const { bytes } = this.#pieces[0]!;
    return ((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!) >>> 0;
  }

  /** Adds a fragment's payload, `packet.data` from `from` to `to`. Gives whether it overlaps what came before. */
  add(packet: Packet, from: number, to: number, offset: number, more: boolean): boolean {
    this.lastUs = packet.timeUs;
    this.ipLength += packet.ipLength;
    // What follows is said by the first fragment's header (RFC 8200 §4.5).
    if (offset === 0) this.protocol = packet.protocol;
    const bytes = packet.data.subarray(from, to);
    const end = offset + bytes.length;
    let overlaps = false;
    if (!more) {
      if (this.#total < 0 && end >= this.#highest()) this.#total = end;
      else overlaps = end !== this.#total;
    }
    const limit = this.#total < 0 ? end : Math.min(end, this.#total);
    return this.#place(bytes, offset, limit) || overlaps || limit < end;
  }

  /** The payload from its beginning on, up to the first gap. */
  join(): Uint8Array {
    let length = 0;
    let count = 0;
    while (count < this.#pieces.length && this.#pieces[count]!.offset === length) {
      length += this.#pieces[count++]!.bytes.length;
    }
    const whole = new Uint8Array(length);
    for (let i = 0; i < count; i++) whole.set(this.#pieces[i]!.bytes, this.#pieces[i]!.offset);
    return whole;
  }

  #highest(): number {
    const last = this.#pieces.at(-1);
    return last === undefined ? 0 : last.offset + last.bytes.length;
  }

  /** Keeps what is new of `bytes` below `limit`; gives whether something of it had come, and not just the same. */
  #place(bytes: Uint8Array, offset: number, limit: number): boolean {
    let at = offset;
    let index = this.#firstEndingAfter(offset);
    let overlaps = false;
    while (at < limit) {
      const next = this.#pieces[index];
      const gapEnd = next === undefined ? limit : Math.min(limit, next.offset);
      if (at < gapEnd) {
        this.#insert(index++, { offset: at, bytes: bytes.slice(at - offset, gapEnd - offset) });
        at = gapEnd;
      } else if (next !== undefined) {
        overlaps ||= !(next.offset === offset && isSame(next.bytes, bytes));
        at = next.offset + next.bytes.length;
        index++;
      }
    }
    return overlaps;
  }

  #insert(index: number, piece: Piece): void {
    if (index === this.#pieces.length) this.#pieces.push(piece);
    else this.#pieces.splice(index, 0, piece);
    this.#covered += piece.bytes.length;
    this.cost += PIECE_COST + piece.bytes.length;
  }

  /** Index of the first piece whose end lies behind `offset`: fragments mostly come in order, so from the back. */
  #firstEndingAfter(offset: number): number {
    let low = 0;
    let high = this.#pieces.length;
    if (offset >= this.#highest()) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const piece = this.#pieces[middle]!;
      if (piece.offset + piece.bytes.length > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
