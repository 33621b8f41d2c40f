import type { Packet } from '../capture/packet.ts';
import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from '../capture/packet.ts';
import { formatAddress } from '../bytes/ip-address.ts';
import { CaptureClock } from './capture-clock.ts';
import { originatorIsA } from './conn-state.ts';
import type { TrafficSink } from './event.ts';
import type { FlowFacts } from './flow-facts.ts';
import { FlowKey, ONE_WAY } from './flow-key.ts';
import { cutBefore, flowRules, idleTimeoutOf } from './flow-options.ts';
import type { FlowRules, FlowTableOptions } from './flow-options.ts';
import { NEVER, type EdgeFlow, type FlowPart } from './flow-part.ts';
import { FlowSlots, KEY_WORDS, NONE } from './flow-slots.ts';
import { belongs, type Belongs } from './flow-splitting.ts';
import { toFlow } from './to-flow.ts';

const TCP = 6;

/** Bits of a slot's flags. */
const FIRST_BY_A = 1;
/** A FIN or RST was seen. */
const ENDED = 2;
/** What stood before this part may belong to it: the stitcher decides. */
const EDGE = 4;
const FIRST_IS_SYN = 8;
const INHERITED_A = 16;
const INHERITED_B = 32;
/** The first stretch of its key in this part. */
const FIRST_OF_KEY = 64;

/** First-occurrence letters by code; B's have the fourth bit set. */
const LETTERS = 'SHADFR__shadfr__';
const SYN_BIT = 1;
const SYN_ACK_BIT = 2;
const ACK_BIT = 4;
const DATA_BIT = 8;
const FIN_BIT = 16;
const RST_BIT = 32;

/**
 * Packets in, flows out. Whatever is held per flow are facts that merge; see `FlowFacts` for what is made of
 * them, `belongs` for when a flow ends, `CaptureClock` for when it leaves the table.
 */
export class FlowTable {
  readonly #sink: Pick<TrafficSink, 'flow' | 'skipped'>;
  readonly #rules: FlowRules;
  readonly #part: boolean;
  readonly #key = new FlowKey();
  readonly #serviceNames: string[] = [''];
  readonly #serviceNumbers = new Map<string, number>([['', 0]]);
  #slots = new FlowSlots();
  #clock: CaptureClock;
  #edges: EdgeFlow[] = [];
  #sweep = 0;
  #evicted = 0;
  #edgesRefused = 0;

  constructor(sink: Pick<TrafficSink, 'flow' | 'skipped'>, options: FlowTableOptions = {}) {
    this.#sink = sink;
    this.#rules = flowRules(options);
    this.#part = options.part ?? false;
    this.#clock = new CaptureClock(this.#rules.forgetAfterSeconds);
  }

  /** Flows in the table now. */
  get openFlows(): number {
    return this.#slots.size;
  }

  /** Adds a packet; `service` is what its payload was recognised as, `''` if it was not. */
  observe(packet: Packet, service = ''): void {
    const key = this.#key;
    this.#clock.tick(packet.timeUs);
    key.set(packet);
    let slot = this.#slots.find(key.words, key.hash);
    if (slot === NONE) slot = this.#open(packet);
    else this.#place(slot, packet);
    this.#count(slot, packet);
    if (service !== '' && this.#slots.service[slot] === 0) {
      this.#slots.service[slot] = this.#serviceNumber(service);
    }
    // Two slots a packet: the hand must be faster than new flows can lengthen the table before it.
    this.#sweepOne();
    this.#sweepOne();
  }

  /** Emits everything that is still open and starts afresh. */
  flush(): void {
    if (this.#part) throw new TypeError('flush: expected a table without `part`; use finishPart');
    for (let slot = this.#slots.oldest; slot !== NONE; slot = this.#slots.next[slot]!) {
      this.#sink.flow(toFlow(this.#facts(slot)));
    }
    this.#reset();
  }

  /** Hands out what the parts before and after may belong to (and emits the rest), and starts afresh. */
  finishPart(): FlowPart {
    if (!this.#part) throw new TypeError('finishPart: expected a table with `part: true`');
    const slots = this.#slots;
    const clock = this.#clock;
    for (let slot = slots.oldest; slot !== NONE; slot = slots.next[slot]!) {
      const position = slots.columns.position[slot]!;
      if (position <= clock.over) this.#give(slot);
      else this.#edges.push(this.#edge(slot, Math.min(clock.lowSince(position), NEVER), false));
    }
    const { lowSeconds, highSeconds, over } = clock;
    const part: FlowPart = {
      edges: this.#edges,
      clock: clock.position === 0 ? undefined : { lowSeconds, highSeconds, forgets: over >= 0 },
    };
    this.#reset();
    return part;
  }

  #reset(): void {
    if (this.#evicted > 0) this.#sink.skipped('flowTableFull', this.#evicted);
    if (this.#edgesRefused > 0) this.#sink.skipped('flowEdgesFull', this.#edgesRefused);
    this.#slots = new FlowSlots();
    this.#clock = new CaptureClock(this.#rules.forgetAfterSeconds);
    this.#edges = [];
    this.#sweep = 0;
    this.#evicted = 0;
    this.#edgesRefused = 0;
  }

  /** A slot for a key that has none. */
  #open(packet: Packet): number {
    if (this.#slots.size >= this.#rules.maxFlows) {
      const { oldest } = this.#slots;
      // One that is over anyway, whom the sweep had not reached yet, loses nothing.
      if (this.#slots.columns.position[oldest]! > this.#clock.over) this.#evicted++;
      this.#give(oldest);
      this.#slots.remove(oldest);
    }
    const slot = this.#slots.add(this.#key.words, this.#key.hash);
    let edge = 0;
    if (this.#part && this.#clock.over < 0) {
      if (this.#edges.length < this.#rules.maxFlows) edge = EDGE | FIRST_OF_KEY;
      else this.#edgesRefused++;
    }
    this.#begin(slot, packet, edge);
    const { columns } = this.#slots;
    columns.runFirstUs[slot] = packet.timeUs;
    columns.runEndUs[slot] = packet.timeUs;
    columns.runHigh[slot] = this.#clock.highSeconds;
    return slot;
  }

  /** Empties the slot's facts for a flow that this packet begins. */
  #begin(slot: number, packet: Packet, flags: number): void {
    const slots = this.#slots;
    const { columns } = slots;
    columns.startUs[slot] = packet.timeUs;
    columns.endUs[slot] = packet.timeUs;
    columns.atomFirstUs[slot] = packet.timeUs;
    columns.bucketUs[slot] = cutBefore(this.#rules, packet.timeUs);
    columns.packetsA[slot] = 0;
    columns.packetsB[slot] = 0;
    columns.ipBytesA[slot] = 0;
    columns.ipBytesB[slot] = 0;
    columns.payloadA[slot] = 0;
    columns.payloadB[slot] = 0;
    slots.lettersLow[slot] = 0;
    slots.lettersHigh[slot] = 0;
    slots.lettersSeen[slot] = 0;
    slots.service[slot] = 0;
    slots.flags[slot] =
      flags | (this.#key.fromA ? FIRST_BY_A : 0) | (isPureSyn(packet) ? FIRST_IS_SYN : 0);
  }

  /** Ends the slot's flow and begins another if the packet does not belong to it. */
  #place(slot: number, packet: Packet): void {
    const flags = this.#slots.flags[slot]!;
    if ((flags & EDGE) !== 0) {
      this.#placeAtEdge(slot, packet);
      return;
    }
    const how = this.#belongs(slot, packet);
    if (how === 'joins') return;
    const facts = this.#facts(slot);
    this.#sink.flow(toFlow(facts));
    const inherited = how === 'splits' ? 0 : originatorIsA(facts) ? INHERITED_A : INHERITED_B;
    this.#begin(slot, packet, inherited);
  }

  #belongs(slot: number, packet: Packet): Belongs {
    const { columns, flags } = this.#slots;
    if (columns.position[slot]! <= this.#clock.over) return 'splits';
    const { timeUs } = packet;
    const gap = timeUs - columns.endUs[slot]!;
    // The usual case without building anything: a little later, in the same piece, no SYN.
    if (gap >= 0 && gap < this.#rules.idleTimeoutUs && gap < this.#rules.tcpIdleTimeoutUs) {
      const inPiece = timeUs - columns.bucketUs[slot]! < this.#rules.cutEveryUs;
      if (inPiece && (packet.tcpFlags & TCP_SYN) === 0) return 'joins';
    }
    const flow = {
      protocol: packet.protocol,
      endUs: columns.endUs[slot]!,
      bucketUs: columns.bucketUs[slot]!,
      ended: (flags[slot]! & ENDED) !== 0,
    };
    return belongs(flow, timeUs, isPureSyn(packet), this.#rules);
  }

  /**
   * The same decision when an unknown flow from before the part may be the true beginning. Where every possible
   * beginning gives the same answer it is taken here; where not, the stretch ends and the stitcher decides.
   * What is unknown: whether FIN or RST was seen, and a last time below `runFirstUs` + idle (or it did not join).
   */
  #placeAtEdge(slot: number, packet: Packet): void {
    const { columns, flags } = this.#slots;
    const { timeUs } = packet;
    const idle = idleTimeoutOf(this.#rules, packet.protocol);
    const runFirstUs = columns.runFirstUs[slot]!;
    const runEndUs = columns.runEndUs[slot]!;
    const how = this.#belongs(slot, packet);
    const gap = timeUs - columns.endUs[slot]!;
    const surelySplits =
      columns.position[slot]! <= this.#clock.over ||
      gap <= -idle ||
      timeUs >= Math.max(runEndUs, runFirstUs + idle) + idle ||
      (isPureSyn(packet) && (flags[slot]! & ENDED) !== 0);
    if (surelySplits) {
      this.#edges.push(this.#edge(slot, undefined, true));
      this.#begin(slot, packet, 0);
      return;
    }
    const surelyJoins =
      how === 'joins' &&
      timeUs >= runFirstUs &&
      timeUs - runEndUs > -idle &&
      (!isPureSyn(packet) || (flags[slot]! & FIRST_IS_SYN) !== 0);
    if (timeUs > runEndUs) columns.runEndUs[slot] = timeUs;
    if (surelyJoins) return;
    this.#edges.push(this.#edge(slot, undefined, false));
    this.#begin(slot, packet, EDGE);
  }

  #count(slot: number, packet: Packet): void {
    const slots = this.#slots;
    const { columns } = slots;
    const { timeUs } = packet;
    const { fromA } = this.#key;
    if (timeUs > columns.endUs[slot]!) columns.endUs[slot] = timeUs;
    else if (timeUs < columns.startUs[slot]!) columns.startUs[slot] = timeUs;
    columns.position[slot] = this.#clock.position;
    if (fromA) {
      columns.packetsA[slot]!++;
      columns.ipBytesA[slot]! += packet.ipLength;
      columns.payloadA[slot]! += packet.payloadLength;
    } else {
      columns.packetsB[slot]!++;
      columns.ipBytesB[slot]! += packet.ipLength;
      columns.payloadB[slot]! += packet.payloadLength;
    }
    const bits = factBits(packet);
    const fresh = (fromA ? bits : bits << 8) & ~slots.lettersSeen[slot]!;
    if (fresh !== 0) this.#addLetters(slot, fresh);
    if ((bits & (FIN_BIT | RST_BIT)) !== 0) slots.flags[slot]! |= ENDED;
    slots.touch(slot);
  }

  /** Appends the letters of the set bits, four bits each. */
  #addLetters(slot: number, fresh: number): void {
    const slots = this.#slots;
    let count = bitCount(slots.lettersSeen[slot]!);
    for (let code = 0; code < 16; code++) {
      if ((fresh & (1 << code)) === 0) continue;
      if (count < 8) slots.lettersLow[slot]! |= code << (4 * count);
      else slots.lettersHigh[slot]! |= code << (4 * (count - 8));
      count++;
    }
    slots.lettersSeen[slot]! |= fresh;
  }

  /** Looks at the next slot in turn, so that what is over leaves without a timer or a sorted queue. */
  #sweepOne(): void {
    const slots = this.#slots;
    if (this.#sweep >= slots.end) this.#sweep = 0;
    const slot = this.#sweep++;
    if (slots.columns.position[slot]! > this.#clock.over || !slots.isUsed(slot)) return;
    this.#give(slot);
    slots.remove(slot);
  }

  /** A flow that is over leaves: to the sink, or to the stitcher if its beginning is not known. */
  #give(slot: number): void {
    if ((this.#slots.flags[slot]! & EDGE) !== 0)
      this.#edges.push(this.#edge(slot, undefined, true));
    else this.#sink.flow(toFlow(this.#facts(slot)));
  }

  #edge(slot: number, lowAfter: number | undefined, isOver: boolean): EdgeFlow {
    const { columns, flags } = this.#slots;
    const bits = flags[slot]!;
    return {
      facts: this.#facts(slot),
      firstUs: columns.atomFirstUs[slot]!,
      firstIsSyn: (bits & FIRST_IS_SYN) !== 0,
      isNew: (bits & EDGE) === 0,
      highBefore: (bits & FIRST_OF_KEY) !== 0 ? columns.runHigh[slot]! : undefined,
      lowAfter,
      isOver,
    };
  }

  #facts(slot: number): FlowFacts {
    const slots = this.#slots;
    const { columns, keys } = slots;
    const start = slot * KEY_WORDS;
    const ports = keys[start + 8]!;
    const protocol = keys[start + 9]!;
    const flags = slots.flags[slot]!;
    return {
      protocol: protocol & 0xff,
      oneWay: (protocol & ONE_WAY) !== 0,
      addressA: formatAddress(keys.subarray(start, start + 4)),
      addressB: formatAddress(keys.subarray(start + 4, start + 8)),
      portA: ports >>> 16,
      portB: ports & 0xffff,
      startUs: columns.startUs[slot]!,
      endUs: columns.endUs[slot]!,
      packetsA: columns.packetsA[slot]!,
      packetsB: columns.packetsB[slot]!,
      ipBytesA: columns.ipBytesA[slot]!,
      ipBytesB: columns.ipBytesB[slot]!,
      payloadA: columns.payloadA[slot]!,
      payloadB: columns.payloadB[slot]!,
      letters: this.#lettersText(slot),
      firstByA: (flags & FIRST_BY_A) !== 0,
      inherited: (flags & INHERITED_A) !== 0 ? 'A' : (flags & INHERITED_B) !== 0 ? 'B' : '',
      service: this.#serviceNames[slots.service[slot]!]!,
    };
  }

  #lettersText(slot: number): string {
    const { lettersLow, lettersHigh, lettersSeen } = this.#slots;
    const count = bitCount(lettersSeen[slot]!);
    let text = '';
    for (let i = 0; i < count; i++) {
      const bits = i < 8 ? lettersLow[slot]! >>> (4 * i) : lettersHigh[slot]! >>> (4 * (i - 8));
      text += LETTERS[bits & 15]!;
    }
    return text;
  }

  #serviceNumber(name: string): number {
    const known = this.#serviceNumbers.get(name);
    if (known !== undefined) return known;
    if (this.#serviceNames.length > 0xffff) return 0;
    this.#serviceNumbers.set(name, this.#serviceNames.length);
    return this.#serviceNames.push(name) - 1;
  }
}

function isPureSyn(packet: Packet): boolean {
  return (packet.tcpFlags & (TCP_SYN | TCP_ACK)) === TCP_SYN;
}

/** What this packet shows happening, one bit a letter. */
function factBits(packet: Packet): number {
  if (packet.protocol !== TCP) return DATA_BIT;
  const flags = packet.tcpFlags;
  let bits = 0;
  if ((flags & TCP_SYN) !== 0) bits |= (flags & TCP_ACK) === 0 ? SYN_BIT : SYN_ACK_BIT;
  if ((flags & TCP_FIN) !== 0) bits |= FIN_BIT;
  if ((flags & TCP_RST) !== 0) return bits | RST_BIT; // what a RST carries is a diagnosis, not data
  if (packet.payloadLength > 0) bits |= DATA_BIT;
  else if (bits === 0 && (flags & TCP_ACK) !== 0) bits |= ACK_BIT;
  return bits;
}

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}
