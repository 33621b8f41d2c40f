import { AddressTexts } from './address-texts.ts';
import { FlowExtras } from './flow-extras.ts';
import type { FlowFacts } from './flow-facts.ts';
import { KEY_LAYOUT } from './flow-key.ts';
import { ENDED, letterAt, withoutIdleWindow } from './flow-letters.ts';
import { ROW_LAYOUT } from './flow-row.ts';
import { BLOCK_BITS, FlowSlots, ROW_MASK } from './flow-slots.ts';
import type { TunnelFact } from './flow-tunnels.ts';
import { ERROR_BITS } from './icmp-error.ts';
import { ENTRY_LAYOUT, type PacketBatch } from './packet-batch.ts';
import type { Flow } from './flow.ts';
import type { SequenceSpan } from './sequence-span.ts';
import { toFlow } from './to-flow.ts';

const {
  ENTRY,
  IP_LENGTH,
  IS_ERROR,
  IS_SYN,
  IS_UNNUMBERED,
  KEY,
  PACKET_LETTERS,
  PACKET_NAMES,
  PAYLOAD_LENGTH,
  SEQUENCE,
  SHAPE,
  SIDE,
} = ENTRY_LAYOUT;

const { IS_WIDE, KEY_A, KEY_B, KEY_PORTS, KEY_PROTOCOL, KEY_UPPER, ONE_WAY } = KEY_LAYOUT;

const {
  ADDRESS_A,
  ADDRESS_B,
  END_US,
  EXTRA,
  FLAGS,
  IP_BYTES,
  LETTERS,
  NAMES,
  NEXT_SEQUENCE,
  PACKETS,
  PAYLOAD,
  PORTS,
  POSITION,
  PROTOCOL,
  ROW_INTS,
  ROW_NUMBERS,
  SEEN,
  START_US,
} = ROW_LAYOUT;

const TCP = 6;
const SERVICE_NUMBER = 0xffff;
const TUNNEL_NUMBER = ~SERVICE_NUMBER;

/** Bits of a row's flags. */
const FIRST_BY_A = 1;
/** What stood before this part may belong to it: the stitcher decides. */
export const EDGE = 2;
export const FIRST_IS_SYN = 4;
export const INHERITED_A = 8;
export const INHERITED_B = 16;
/** The first stretch of its key in this part. */
export const FIRST_OF_KEY = 32;
/** A data segment of A's without sequence number; of B's in the next bit. */
const UNNUMBERED_A = 64;
const UNNUMBERED_B = 128;
/** From here on what ICMP errors said of A's packets, then of B's. */
const ERRORS_SHIFT = 8;

/** Letters in a word of a row, five bits each. */
const LETTERS_A_WORD = 6;
const MOST_REMEMBERED = 4096;

/** Texts for the numbers that rows hold. */
export interface FlowNames {
  readonly services: readonly string[];
  readonly tunnels: { fact(number: number): TunnelFact | undefined };
}

/**
 * The facts of open flows, held in the rows of `slots`: what a packet adds, and what they are in the end. A packet
 * is an entry of a batch, by the place of its first word.
 */
export class FlowRows {
  readonly slots = new FlowSlots();
  readonly extras = new FlowExtras();
  /**
   * When `addUsual` may take a packet: the idle time, the start of the piece between two cuts that it is in, the part
   * of the second that the newest packet is in which lies in that piece, what the clock has given up.
   */
  readonly usual = { idleUs: 0, pieceFromUs: NaN, fromUs: NaN, untilUs: NaN, over: -1 };
  readonly #names: FlowNames;
  readonly #texts = new AddressTexts();
  readonly #upper = new Int32Array(6);
  readonly #letterTexts = new Map<number, string>();
  /** Facts of a flow that is handed on at once: an object for each would be half of what a flow costs. */
  readonly #lent = noFacts();

  constructor(names: FlowNames) {
    this.#names = names;
  }

  flags(slot: number): number {
    return this.slots.ints[slot >>> BLOCK_BITS]![(slot & ROW_MASK) * ROW_INTS + FLAGS]!;
  }

  position(slot: number): number {
    return this.slots.numbers[slot >>> BLOCK_BITS]![(slot & ROW_MASK) * ROW_NUMBERS + POSITION]!;
  }

  endUs(slot: number): number {
    return this.slots.numbers[slot >>> BLOCK_BITS]![(slot & ROW_MASK) * ROW_NUMBERS + END_US]!;
  }

  seen(slot: number): number {
    return this.slots.ints[slot >>> BLOCK_BITS]![(slot & ROW_MASK) * ROW_INTS + SEEN]!;
  }

  /** Where in `extras.numbers` a field of the slot's stretch stands; it has one while it is at an edge. */
  edgePlace(slot: number, field: number): number {
    const extra = this.slots.ints[slot >>> BLOCK_BITS]![(slot & ROW_MASK) * ROW_INTS + EXTRA]!;
    return this.extras.place(extra, field);
  }

  /** Empties the row for a flow that this packet begins; a stretch at an edge keeps what its run knows. */
  begin(slot: number, batch: PacketBatch, entry: number, flags: number): void {
    const ints = this.slots.ints[slot >>> BLOCK_BITS]!;
    const numbers = this.slots.numbers[slot >>> BLOCK_BITS]!;
    const at = (slot & ROW_MASK) * ROW_INTS;
    const n = (slot & ROW_MASK) * ROW_NUMBERS;
    const timeUs = batch.numbers[entry >>> 1]!;
    numbers[n + START_US] = timeUs;
    numbers[n + END_US] = timeUs;
    for (let i = n + PACKETS; i < n + POSITION; i++) numbers[i] = 0;
    ints[at + LETTERS] = 0;
    ints[at + LETTERS + 1] = 0;
    ints[at + LETTERS + 2] = 0;
    ints[at + SEEN] = 0;
    ints[at + FLAGS] = batch.ints[entry + SIDE] === 0 ? flags | FIRST_BY_A : flags;
    ints[at + NAMES] = batch.ints[entry + PACKET_NAMES]! & TUNNEL_NUMBER;
    const extra = ints[at + EXTRA]!;
    if ((flags & EDGE) === 0) {
      if (extra !== 0) this.extras.give(extra);
      ints[at + EXTRA] = 0;
    } else if (extra === 0) ints[at + EXTRA] = this.extras.take();
    else this.extras.dropSpans(extra);
  }

  /**
   * Adds the packets from `from` on, as long as they are usual: of an open flow, a little later than its last, in the
   * same second as the one before, no SYN behind an ending, no edge. Gives the first that it leaves alone. `position` is that of the
   * packet before.
   */
  addUsual(batch: PacketBatch, from: number, end: number, position: number): number {
    const { ints: packets, numbers: times } = batch;
    const { ints: blocks, numbers: numberBlocks, hints } = this.slots;
    const { idleUs, pieceFromUs, fromUs, untilUs, over } = this.usual;
    let at = from;
    for (; at < end; at += ENTRY) {
      const slot = hints[at / ENTRY]!;
      const timeUs = times[at >>> 1]!;
      const shape = packets[at + SHAPE]!;
      if ((shape & IS_ERROR) !== 0 || slot < 0 || !(timeUs >= fromUs && timeUs < untilUs)) break;
      const ints = blocks[slot >>> BLOCK_BITS]!;
      const row = slot & ROW_MASK;
      const i = row * ROW_INTS;
      const protocol = packets[at + KEY + KEY_PROTOCOL]!;
      const isOther =
        ints[i + ADDRESS_A] !== packets[at + KEY + KEY_A] ||
        ints[i + ADDRESS_B] !== packets[at + KEY + KEY_B] ||
        ints[i + PORTS] !== packets[at + KEY + KEY_PORTS] ||
        ints[i + PROTOCOL] !== protocol ||
        (ints[i + FLAGS]! & EDGE) !== 0 ||
        ((shape & IS_SYN) !== 0 && (ints[i + SEEN]! & ENDED) !== 0) ||
        ((protocol & IS_WIDE) !== 0 && !this.slots.holdsUpper(slot, packets, at + KEY + KEY_UPPER));
      if (isOther) break;
      const numbers = numberBlocks[slot >>> BLOCK_BITS]!;
      const n = row * ROW_NUMBERS;
      const endUs = numbers[n + END_US]!;
      const gap = timeUs - endUs;
      const isLate = gap < 0 || gap >= idleUs || endUs < pieceFromUs || numbers[n + POSITION]! <= over; // prettier-ignore
      if (isLate) break;
      numbers[n + POSITION] = position + (at - from) / ENTRY + 1;
      this.#count(ints, numbers, row, batch, at);
    }
    return at;
  }

  /** Adds a packet to the flow. */
  add(slot: number, batch: PacketBatch, entry: number, position: number): void {
    const ints = this.slots.ints[slot >>> BLOCK_BITS]!;
    const numbers = this.slots.numbers[slot >>> BLOCK_BITS]!;
    this.#count(ints, numbers, slot & ROW_MASK, batch, entry);
    numbers[(slot & ROW_MASK) * ROW_NUMBERS + POSITION] = position;
  }

  addError(slot: number, ofA: boolean, bit: number): void {
    const ints = this.slots.ints[slot >>> BLOCK_BITS]!;
    const shift = ofA ? ERRORS_SHIFT : ERRORS_SHIFT + ERROR_BITS;
    ints[(slot & ROW_MASK) * ROW_INTS + FLAGS]! |= bit << shift;
  }

  remove(slot: number): void {
    const ints = this.slots.ints[slot >>> BLOCK_BITS]!;
    const at = (slot & ROW_MASK) * ROW_INTS + EXTRA;
    if (ints[at] !== 0) this.extras.give(ints[at]!);
    ints[at] = 0;
    this.slots.remove(slot);
  }

  facts(slot: number): FlowFacts {
    return this.#read(slot, noFacts(), true);
  }

  /** What the facts amount to. */
  flow(slot: number): Flow {
    return toFlow(this.#read(slot, this.#lent, false));
  }

  /** `withSpans`: those too that say no more than the sum of payload, because all segments came in order. */
  #read(slot: number, into: Facts, withSpans: boolean): Facts {
    const ints = this.slots.ints[slot >>> BLOCK_BITS]!;
    const numbers = this.slots.numbers[slot >>> BLOCK_BITS]!;
    const at = (slot & ROW_MASK) * ROW_INTS;
    const n = (slot & ROW_MASK) * ROW_NUMBERS;
    const ports = ints[at + PORTS]!;
    const protocol = ints[at + PROTOCOL]!;
    const flags = ints[at + FLAGS]!;
    const names = ints[at + NAMES]!;
    const isWide = (protocol & IS_WIDE) !== 0;
    if (isWide) this.slots.readUpper(slot, this.#upper);
    const errors = flags >>> ERRORS_SHIFT;
    into.protocol = protocol & 0xff;
    into.oneWay = (protocol & ONE_WAY) !== 0;
    into.addressA = this.#addressText(isWide, 0, ints[at + ADDRESS_A]!);
    into.addressB = this.#addressText(isWide, 3, ints[at + ADDRESS_B]!);
    into.portA = ports >>> 16;
    into.portB = ports & 0xffff;
    into.startUs = numbers[n + START_US]!;
    into.endUs = numbers[n + END_US]!;
    into.packetsA = numbers[n + PACKETS]!;
    into.packetsB = numbers[n + PACKETS + 1]!;
    into.ipBytesA = numbers[n + IP_BYTES]!;
    into.ipBytesB = numbers[n + IP_BYTES + 1]!;
    into.payloadA = numbers[n + PAYLOAD]!;
    into.payloadB = numbers[n + PAYLOAD + 1]!;
    into.spanA = this.#span(ints, at, 0, numbers[n + PAYLOAD]!, withSpans);
    into.spanB = this.#span(ints, at, 1, numbers[n + PAYLOAD + 1]!, withSpans);
    into.unnumberedA = (flags & UNNUMBERED_A) !== 0;
    into.unnumberedB = (flags & UNNUMBERED_B) !== 0;
    into.letters = this.#lettersText(ints, at);
    into.firstByA = (flags & FIRST_BY_A) !== 0;
    into.inherited = (flags & INHERITED_A) !== 0 ? 'A' : (flags & INHERITED_B) !== 0 ? 'B' : '';
    into.service = this.#names.services[names & SERVICE_NUMBER]!;
    into.tunnel = this.#names.tunnels.fact(names >>> 16);
    into.errorsA = errors & ((1 << ERROR_BITS) - 1);
    into.errorsB = (errors >>> ERROR_BITS) & ((1 << ERROR_BITS) - 1);
    return into;
  }

  #count(
    ints: Int32Array,
    numbers: Float64Array,
    row: number,
    batch: PacketBatch,
    entry: number,
  ): void {
    const packet = batch.ints;
    const timeUs = batch.numbers[entry >>> 1]!;
    const at = row * ROW_INTS;
    const n = row * ROW_NUMBERS;
    const side = packet[entry + SIDE]!;
    if (timeUs > numbers[n + END_US]!) numbers[n + END_US] = timeUs;
    else if (timeUs < numbers[n + START_US]!) numbers[n + START_US] = timeUs;
    numbers[n + PACKETS + side]!++;
    numbers[n + IP_BYTES + side]! += packet[entry + IP_LENGTH]! >>> 0;
    const fresh = packet[entry + PACKET_LETTERS]! & ~ints[at + SEEN]!;
    if (fresh !== 0) addLetters(ints, at, fresh);
    const service = packet[entry + PACKET_NAMES]! & SERVICE_NUMBER;
    if (service !== 0 && (ints[at + NAMES]! & SERVICE_NUMBER) === 0) ints[at + NAMES]! |= service;
    const length = packet[entry + PAYLOAD_LENGTH]! >>> 0;
    if (length === 0) return;
    const sum = numbers[n + PAYLOAD + side]!;
    numbers[n + PAYLOAD + side] = sum + length;
    if ((packet[entry + KEY + KEY_PROTOCOL]! & 0xff) === TCP) {
      this.#addSegment(ints, at, packet, entry, sum);
    }
  }

  /** The usual segment begins where the last one ended, and then bytes and place say it all. */
  #addSegment(ints: Int32Array, at: number, packet: Int32Array, entry: number, sum: number): void {
    const side = packet[entry + SIDE]!;
    if ((packet[entry + SHAPE]! & IS_UNNUMBERED) !== 0) {
      ints[at + FLAGS]! |= side === 0 ? UNNUMBERED_A : UNNUMBERED_B;
      return;
    }
    const start = packet[entry + SEQUENCE]!;
    const length = packet[entry + PAYLOAD_LENGTH]!;
    const next = ints[at + NEXT_SEQUENCE + side]!;
    const extra = ints[at + EXTRA]!;
    if (extra !== 0 && this.extras.keepsSpan(extra, side)) {
      this.extras.addSegment(extra, side, start, length);
    } else if (sum === 0 || start === next) {
      ints[at + NEXT_SEQUENCE + side] = start + length;
    } else {
      const row = extra === 0 ? this.extras.take() : extra;
      ints[at + EXTRA] = row;
      this.extras.beginSpan(row, side, next, sum);
      this.extras.addSegment(row, side, start, length);
    }
  }

  #span(
    ints: Int32Array,
    at: number,
    side: number,
    bytes: number,
    always: boolean,
  ): SequenceSpan | undefined {
    if (bytes === 0 || (ints[at + PROTOCOL]! & 0xff) !== TCP) return undefined;
    const extra = ints[at + EXTRA]!;
    if (extra !== 0 && this.extras.keepsSpan(extra, side)) return this.extras.span(extra, side);
    if (!always) return undefined;
    const next = ints[at + NEXT_SEQUENCE + side]! >>> 0;
    return { first: (next - bytes) >>> 0, last: next, reach: bytes, below: bytes, above: 0 };
  }

  #addressText(isWide: boolean, from: number, lowest: number): string {
    return isWide ? this.#texts.wide(this.#upper, from, lowest) : this.#texts.narrow(lowest);
  }

  /** The same string for the same letters. */
  #lettersText(ints: Int32Array, at: number): string {
    const code = ints[at + LETTERS]! + ints[at + LETTERS + 1]! * 2 ** 30;
    const isWhole = Number.isSafeInteger(code) && ints[at + LETTERS + 2] === 0;
    const known = isWhole ? this.#letterTexts.get(code) : undefined;
    if (known !== undefined) return known;
    let text = '';
    const count = bitCount(ints[at + SEEN]!);
    for (let i = 0; i < count; i++) {
      const word = ints[at + LETTERS + Math.floor(i / LETTERS_A_WORD)]!;
      text += letterAt(((word >>> (5 * (i % LETTERS_A_WORD))) & 31) - 1);
    }
    if (isWhole && this.#letterTexts.size < MOST_REMEMBERED) this.#letterTexts.set(code, text);
    return text;
  }
}

type Facts = { -readonly [K in keyof FlowFacts]: FlowFacts[K] };

/** All of them, in their order. */
function noFacts(): Facts {
  return {
    protocol: 0,
    oneWay: false,
    addressA: '',
    addressB: '',
    portA: 0,
    portB: 0,
    startUs: 0,
    endUs: 0,
    packetsA: 0,
    packetsB: 0,
    ipBytesA: 0,
    ipBytesB: 0,
    payloadA: 0,
    payloadB: 0,
    spanA: undefined,
    spanB: undefined,
    unnumberedA: false,
    unnumberedB: false,
    letters: '',
    firstByA: false,
    inherited: '',
    service: '',
    tunnel: undefined,
    errorsA: 0,
    errorsB: 0,
  };
}

/** Appends the letters of the set bits, each as its bit's number + 1. */
function addLetters(ints: Int32Array, at: number, fresh: number): void {
  const seen = ints[at + SEEN]!;
  let count = bitCount(seen);
  const meant = withoutIdleWindow(fresh, seen);
  for (let rest = meant; rest !== 0; rest &= rest - 1) {
    const code = 32 - Math.clz32(rest & -rest);
    const word = count < LETTERS_A_WORD ? 0 : count < 2 * LETTERS_A_WORD ? 1 : 2;
    ints[at + LETTERS + word]! |= code << (5 * (count - word * LETTERS_A_WORD));
    count++;
  }
  ints[at + SEEN] = seen | meant;
}

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}
