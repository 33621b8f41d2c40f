import { FragmentedDatagram } from './fragmented-datagram.ts';
import type { Packet } from './packet.ts';
import { PiecePool } from './piece-pool.ts';
import type { ReasonCounts } from './reason-counts.ts';

export interface FragmentTableOptions {
  /** Datagrams held at most; default 4,096. The oldest gives way. */
  readonly maxDatagrams?: number;
  /** Bytes held at most, payload and what it takes to keep it; default 16 MiB. Up to 4 MiB are kept for reuse. */
  readonly maxBytes?: number;
  /** How long after its first fragment a datagram is given up; default 30 s, as Linux does. */
  readonly timeoutUs?: number;
}

/** One fragment's place in its datagram, and its payload's in `Packet.data`. */
export interface Fragment {
  readonly id: number;
  readonly offset: number;
  readonly more: boolean;
  /** The payload as far as it was captured: from `at` to `end`. */
  readonly at: number;
  readonly end: number;
  /** The capture left out some of the frame. */
  readonly isCut: boolean;
  /** The packet's outermost addresses stand (it came out of a tunnel). */
  readonly outerKnown: boolean;
}

const MOST_PAYLOAD = 65_535;
const IPV4_HEADER = 20;
/** Bytes of buffers kept for later, beside `maxBytes`. */
const MOST_POOLED = 4 * 1024 * 1024;

/** What became of a fragment. */
export const FRAGMENT_HELD = 0;
/** It was the last one missing: see `completed`. */
export const FRAGMENT_COMPLETES = 1;
/** It can never be put together with others and is a packet of its own. */
const FRAGMENT_ALONE = 2;

/**
 * Fragments waiting for the rest of their datagram. A table may outlive the decoder that filled it: given to the
 * decoder of the next file of a rotated capture, it lets datagrams span both.
 *
 * Nothing that was added is lost: what times out or must give way comes out of `takeGivenUp`.
 */
export class FragmentTable {
  readonly #maxDatagrams: number;
  readonly #maxBytes: number;
  readonly #timeoutUs: number;
  readonly #pool: PiecePool;
  readonly #datagrams = new Map<string, FragmentedDatagram>();
  #oldest: FragmentedDatagram | undefined;
  #newest: FragmentedDatagram | undefined;
  #givenUp: FragmentedDatagram[] = [];
  #bytes = 0;
  #completed: FragmentedDatagram | undefined;
  /** Ports of the datagram that the latest fragment belongs to, as far as known: source in the upper half. */
  ports = 0;
  /** Whether there is nothing here: the question asked at every frame. */
  isEmpty = true;

  constructor(options: FragmentTableOptions = {}) {
    this.#maxDatagrams = atLeastOne('maxDatagrams', options.maxDatagrams ?? 4096);
    this.#maxBytes = atLeastOne('maxBytes', options.maxBytes ?? 16 * 1024 * 1024);
    this.#pool = new PiecePool(Math.min(this.#maxBytes, MOST_POOLED));
    this.#timeoutUs = atLeastOne('timeoutUs', options.timeoutUs ?? 30_000_000);
  }

  /** Datagrams held. */
  get datagrams(): number {
    return this.#datagrams.size;
  }

  /** Bytes of memory they take, roughly. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The datagram that the last fragment completed, no longer in the table. */
  get completed(): FragmentedDatagram {
    if (this.#completed === undefined)
      throw new TypeError('completed: expected a complete datagram');
    return this.#completed;
  }

  /** Adds the fragment whose IP header `packet` holds. Oddities are counted in `notes`. */
  add(packet: Packet, fragment: Fragment, notes: ReasonCounts): number {
    const { at, end, offset, more } = fragment;
    const length = packet.payloadLength;
    if (offset + length > MOST_PAYLOAD - (packet.ipVersion === 4 ? IPV4_HEADER : 0)) {
      notes.add('fragmentTooLong'); // "ping of death"
      return FRAGMENT_ALONE;
    }
    // All but the last are multiples of eight bytes (RFC 791 §3.2), and none is empty.
    if (length === 0 || (more && length % 8 !== 0)) {
      notes.add('malformedFragment');
      return FRAGMENT_ALONE;
    }
    const isShort = end - at < length;
    if (isShort && !fragment.isCut) {
      // Not the capture's doing, as far as it says: no host would take it, and neither does its datagram.
      notes.add('truncatedFragment');
      return FRAGMENT_ALONE;
    }
    const key = keyOf(packet, fragment);
    let datagram = this.#datagrams.get(key);
    if (datagram !== undefined && this.#isOver(datagram, packet.timeUs)) {
      this.#giveUp(datagram);
      datagram = undefined;
    }
    if (datagram?.isHopeless === true) return FRAGMENT_ALONE;
    if (isShort) {
      // What is held of its datagram, and what will come, cannot be put together: all of it stays in pieces.
      if (datagram !== undefined) this.#giveUp(datagram);
      this.#open(key, packet, fragment, notes).isHopeless = true;
      return FRAGMENT_ALONE;
    }
    datagram ??= this.#open(key, packet, fragment, notes);
    const before = datagram.cost;
    if (datagram.add(packet, at, at + length, offset, more)) notes.add('fragmentOverlap');
    this.#bytes += datagram.cost - before;
    this.ports = datagram.ports;
    if (datagram.isComplete) {
      this.#remove(datagram);
      this.#noteEmpty();
      this.#completed = datagram;
      return FRAGMENT_COMPLETES;
    }
    while (this.#bytes > this.#maxBytes) this.#evict(notes);
    return FRAGMENT_HELD;
  }

  /** A datagram that is over at `timeUs` or had to give way, oldest first; `undefined` when there is none. */
  takeGivenUp(timeUs: number): FragmentedDatagram | undefined {
    while (this.#givenUp.length === 0) {
      if (this.#oldest === undefined || !this.#isOver(this.#oldest, timeUs)) {
        this.#noteEmpty();
        return undefined;
      }
      this.#giveUp(this.#oldest);
    }
    const datagram = this.#givenUp.shift();
    this.#noteEmpty();
    return datagram;
  }

  /** Gives up everything that is held. */
  giveUpAll(): void {
    while (this.#oldest !== undefined) this.#giveUp(this.#oldest);
  }

  #noteEmpty(): void {
    this.isEmpty = this.#oldest === undefined && this.#givenUp.length === 0;
  }

  /** A clock that jumps back would keep its datagrams for ever if age were all that counts. */
  #isOver(datagram: FragmentedDatagram, timeUs: number): boolean {
    return Math.abs(timeUs - datagram.firstUs) > this.#timeoutUs;
  }

  #open(key: string, packet: Packet, fragment: Fragment, notes: ReasonCounts): FragmentedDatagram {
    if (this.#datagrams.size >= this.#maxDatagrams) this.#evict(notes);
    const datagram = new FragmentedDatagram(key, packet, fragment.outerKnown, this.#pool);
    datagram.older = this.#newest;
    if (this.#newest === undefined) this.#oldest = datagram;
    else this.#newest.newer = datagram;
    this.#newest = datagram;
    this.#datagrams.set(key, datagram);
    this.#bytes += datagram.cost;
    this.isEmpty = false;
    return datagram;
  }

  #evict(notes: ReasonCounts): void {
    const oldest = this.#oldest!;
    if (!oldest.isHopeless) notes.add('fragmentTableFull');
    this.#giveUp(oldest);
  }

  #giveUp(datagram: FragmentedDatagram): void {
    this.#remove(datagram);
    if (!datagram.isHopeless) this.#givenUp.push(datagram);
  }

  #remove(datagram: FragmentedDatagram): void {
    this.#datagrams.delete(datagram.key);
    this.#bytes -= datagram.cost;
    if (datagram.older === undefined) this.#oldest = datagram.newer;
    else datagram.older.newer = datagram.newer;
    if (datagram.newer === undefined) this.#newest = datagram.older;
    else datagram.newer.older = datagram.older;
    datagram.older = undefined;
    datagram.newer = undefined;
  }
}

/**
 * RFC 791 §3.2: addresses, protocol and identification; RFC 8200 §4.5 the same without the protocol. Tunnels
 * may carry the same private addresses, so the outermost ones count too.
 */
function keyOf(packet: Packet, { id, outerKnown }: Fragment): string {
  const { source, destination } = packet;
  const kind = packet.ipVersion === 4 ? packet.protocol : 0x100;
  let key = String.fromCharCode(kind, id >>> 16, id & 0xffff);
  if (packet.ipVersion === 4) key += wordKey(source[3]!) + wordKey(destination[3]!);
  else key += addressKey(source) + addressKey(destination);
  if (!outerKnown) return key;
  return key + addressKey(packet.outerSource) + addressKey(packet.outerDestination);
}

function addressKey(words: Uint32Array): string {
  return wordKey(words[0]!) + wordKey(words[1]!) + wordKey(words[2]!) + wordKey(words[3]!);
}

function wordKey(word: number): string {
  return String.fromCharCode(word >>> 16, word & 0xffff);
}

function atLeastOne(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new RangeError(`${name}: expected integer ≥ 1, got ${value}`);
}
