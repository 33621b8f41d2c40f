import type { Packet } from './packet.ts';
import type { PiecePool } from './piece-pool.ts';

/** What a datagram and a piece of one cost beside their bytes: measured, rounded up. */
const DATAGRAM_COST = 800;
const PIECE_COST = 200;

/** Protocols that begin with their ports: TCP, UDP, DCCP, SCTP, UDP-Lite. */
export const WITH_PORTS: ReadonlySet<number> = new Set([6, 17, 33, 132, 136]);

interface Piece {
  readonly offset: number;
  readonly length: number;
  /** Its bytes are the first `length` ones. */
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
  readonly #pool: PiecePool;
  readonly #pieces: Piece[] = [];
  #covered = 0;
  /** Length of the whole; -1 before the last fragment has come. */
  #total = -1;

  constructor(key: string, packet: Packet, outerKnown: boolean, pool: PiecePool) {
    this.#pool = pool;
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

  /**
   * Writes the payload from its beginning on, up to the first gap, into `whole` and gives its length. The datagram
   * holds nothing any more.
   */
  join(whole: Uint8Array): number {
    let length = 0;
    for (const piece of this.#pieces) {
      if (piece.offset === length) {
        whole.set(piece.bytes.subarray(0, piece.length), length);
        length += piece.length;
      }
      this.#pool.give(piece.bytes);
    }
    this.#pieces.length = 0;
    return length;
  }

  #highest(): number {
    const last = this.#pieces.at(-1);
    return last === undefined ? 0 : last.offset + last.length;
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
        this.#insert(index++, at, bytes.subarray(at - offset, gapEnd - offset));
        at = gapEnd;
      } else if (next !== undefined) {
        overlaps ||= !(next.offset === offset && isSame(next, bytes));
        at = next.offset + next.length;
        index++;
      }
    }
    return overlaps;
  }

  #insert(index: number, offset: number, part: Uint8Array): void {
    const { length } = part;
    const bytes = this.#pool.take(length);
    bytes.set(part);
    const piece: Piece = { offset, length, bytes };
    if (index === this.#pieces.length) this.#pieces.push(piece);
    else this.#pieces.splice(index, 0, piece);
    this.#covered += length;
    this.cost += PIECE_COST + bytes.length;
  }

  /** Index of the first piece whose end lies behind `offset`: fragments mostly come in order, so from the back. */
  #firstEndingAfter(offset: number): number {
    let low = 0;
    let high = this.#pieces.length;
    if (offset >= this.#highest()) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const piece = this.#pieces[middle]!;
      if (piece.offset + piece.length > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

function isSame(piece: Piece, bytes: Uint8Array): boolean {
  if (piece.length !== bytes.length) return false;
  for (let i = 0; i < bytes.length; i++) if (piece.bytes[i] !== bytes[i]) return false;
  return true;
}
