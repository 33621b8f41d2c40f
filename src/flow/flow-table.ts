import { TCP_ACK, TCP_SYN, type Packet } from '../capture/packet.ts';
import { CaptureClock } from './capture-clock.ts';
import { originatorIsA } from './conn-state.ts';
import type { TrafficSink } from './event.ts';
import { FIRST_US, RUN_END_US, RUN_FIRST_US, RUN_HIGH } from './flow-extras.ts';
import { FlowKey } from './flow-key.ts';
import { ENDED } from './flow-letters.ts';
import { cutBefore, flowRules, idleTimeoutOf } from './flow-options.ts';
import type { FlowRules, FlowTableOptions } from './flow-options.ts';
import { NEVER, type EdgeFlow, type FlowPart } from './flow-part.ts';
import {
  EDGE,
  FIRST_IS_SYN,
  FIRST_OF_KEY,
  FlowRows,
  INHERITED_A,
  INHERITED_B,
} from './flow-rows.ts';
import { NONE } from './flow-slots.ts';
import { belongs, type Belongs } from './flow-splitting.ts';
import { icmpErrorBit } from './icmp-error.ts';
import { KeyHash } from './key-hash.ts';
import { toFlow } from './to-flow.ts';

/** Slots that one packet may look at, to find what is over. */
const SWEEP_STEP = 8;
const LEAST_PASS = 256;
/** Of so many the longest idle has to leave a full table. */
const EVICTION_CHOICE = 8;

/**
 * Packets in, flows out. Whatever is held per flow are facts that merge; see `FlowFacts` for what is made of
 * them, `belongs` for when a flow ends, `CaptureClock` for when it leaves the table.
 */
export class FlowTable {
  readonly #sink: Pick<TrafficSink, 'flow' | 'skipped'>;
  readonly #rules: FlowRules;
  readonly #leastIdleUs: number;
  readonly #part: boolean;
  readonly #key: FlowKey;
  readonly #quotedKey: FlowKey;
  #rows = new FlowRows();
  #clock: CaptureClock;
  /** The piece of time, between two cuts, that the newest packet is in. */
  #pieceFromUs = NaN;
  #pieceUntilUs = NaN;
  #edges: EdgeFlow[] = [];
  /** A pass over the slots is under way while the hand is before its end. */
  #hand = 0;
  #passEnd = 0;
  /** What the clock had given up when the last pass began. */
  #sweptOver = -1;
  #evicted = 0;
  #edgesRefused = 0;

  constructor(sink: Pick<TrafficSink, 'flow' | 'skipped'>, options: FlowTableOptions = {}) {
    this.#sink = sink;
    this.#rules = flowRules(options);
    this.#leastIdleUs = Math.min(this.#rules.idleTimeoutUs, this.#rules.tcpIdleTimeoutUs);
    this.#part = options.part ?? false;
    const hash = new KeyHash(this.#rules.hashSeed);
    this.#key = new FlowKey(hash);
    this.#quotedKey = new FlowKey(hash);
    this.#clock = new CaptureClock(this.#rules.forgetAfterSeconds);
  }

  /** Flows in the table now. */
  get openFlows(): number {
    return this.#rows.slots.size;
  }

  /** Adds a packet; `service` is what its payload was recognised as, `''` if it was not. */
  observe(packet: Packet, service = ''): void {
    const { timeUs } = packet;
    if (this.#clock.tick(timeUs)) this.#beginPass();
    if (!(timeUs >= this.#pieceFromUs && timeUs < this.#pieceUntilUs)) this.#enterPiece(timeUs);
    const key = this.#key;
    key.set(packet, packet.laterFragment);
    const rows = this.#rows;
    let slot = rows.slots.find(key);
    if (slot === NONE) slot = this.#open(packet);
    else if (!this.#surelyJoins(slot, packet)) this.#place(slot, packet);
    rows.count(slot, packet, key.fromA, this.#clock.position);
    if (service !== '') rows.setService(slot, service);
    if (packet.hasQuoted) this.#observeError(packet);
    if (this.#hand < this.#passEnd) this.#sweep(Math.min(this.#passEnd, this.#hand + SWEEP_STEP));
  }

  /** Emits everything that is still open and starts afresh. */
  flush(): void {
    if (this.#part) throw new TypeError('flush: expected a table without `part`; use finishPart');
    const rows = this.#rows;
    const { end } = rows.slots;
    for (let slot = 0; slot < end; slot++) {
      if (rows.slots.isUsed(slot)) this.#sink.flow(toFlow(rows.facts(slot)));
    }
    this.#reset();
  }

  /** Hands out what the parts before and after may belong to (and emits the rest), and starts afresh. */
  finishPart(): FlowPart {
    if (!this.#part) throw new TypeError('finishPart: expected a table with `part: true`');
    const rows = this.#rows;
    const clock = this.#clock;
    const { end } = rows.slots;
    for (let slot = 0; slot < end; slot++) {
      if (!rows.slots.isUsed(slot)) continue;
      const position = rows.position(slot);
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
    const { refused } = this.#rows.tunnels;
    if (this.#evicted > 0) this.#sink.skipped('flowTableFull', this.#evicted);
    if (this.#edgesRefused > 0) this.#sink.skipped('flowEdgesFull', this.#edgesRefused);
    if (refused > 0) this.#sink.skipped('flowTunnelsFull', refused);
    this.#rows = new FlowRows();
    this.#clock = new CaptureClock(this.#rules.forgetAfterSeconds);
    this.#edges = [];
    this.#hand = 0;
    this.#passEnd = 0;
    this.#sweptOver = -1;
    this.#evicted = 0;
    this.#edgesRefused = 0;
  }

  #enterPiece(timeUs: number): void {
    this.#pieceFromUs = cutBefore(this.#rules, timeUs);
    this.#pieceUntilUs = this.#pieceFromUs + this.#rules.cutEveryUs;
  }

  /** A slot for a key that has none. */
  #open(packet: Packet): number {
    const { slots, extras } = this.#rows;
    if (slots.size >= this.#rules.maxFlows) this.#makeRoom();
    const slot = slots.add(this.#key);
    let flags = isPureSyn(packet) ? FIRST_IS_SYN : 0;
    if (this.#mayBelongToEarlier()) flags |= EDGE | FIRST_OF_KEY;
    this.#rows.begin(slot, packet, this.#key.fromA, flags);
    if ((flags & EDGE) !== 0) {
      extras.numbers[this.#rows.edgePlace(slot, FIRST_US)] = packet.timeUs;
      extras.numbers[this.#rows.edgePlace(slot, RUN_FIRST_US)] = packet.timeUs;
      extras.numbers[this.#rows.edgePlace(slot, RUN_END_US)] = packet.timeUs;
      extras.numbers[this.#rows.edgePlace(slot, RUN_HIGH)] = this.#clock.highSeconds;
    }
    return slot;
  }

  /** Whether a flow from before the part can be open still, and there is room to tell the stitcher. */
  #mayBelongToEarlier(): boolean {
    if (!this.#part || this.#clock.over >= 0) return false;
    if (this.#edges.length < this.#rules.maxFlows) return true;
    this.#edgesRefused++;
    return false;
  }

  /** The usual case without building anything: a little later, in the same piece, no SYN, no edge. */
  #surelyJoins(slot: number, packet: Packet): boolean {
    const endUs = this.#rows.endUs(slot);
    const gap = packet.timeUs - endUs;
    return (
      gap >= 0 &&
      gap < this.#leastIdleUs &&
      endUs >= this.#pieceFromUs &&
      (packet.tcpFlags & TCP_SYN) === 0 &&
      this.#rows.position(slot) > this.#clock.over &&
      (this.#rows.flags(slot) & EDGE) === 0
    );
  }

  /** Ends the slot's flow and begins another if the packet does not belong to it. */
  #place(slot: number, packet: Packet): void {
    if ((this.#rows.flags(slot) & EDGE) !== 0) {
      this.#placeAtEdge(slot, packet);
      return;
    }
    const how = this.#belongs(slot, packet);
    if (how === 'joins') return;
    const facts = this.#rows.facts(slot);
    this.#sink.flow(toFlow(facts));
    const inherited = how === 'splits' ? 0 : originatorIsA(facts) ? INHERITED_A : INHERITED_B;
    this.#begin(slot, packet, inherited);
  }

  #begin(slot: number, packet: Packet, flags: number): void {
    const syn = isPureSyn(packet) ? FIRST_IS_SYN : 0;
    this.#rows.begin(slot, packet, this.#key.fromA, flags | syn);
  }

  #belongs(slot: number, packet: Packet): Belongs {
    const rows = this.#rows;
    if (rows.position(slot) <= this.#clock.over) return 'splits';
    const endUs = rows.endUs(slot);
    const flow = {
      protocol: packet.protocol,
      endUs,
      bucketUs: cutBefore(this.#rules, endUs), // no flow reaches over a cut
      ended: (rows.seen(slot) & ENDED) !== 0,
    };
    return belongs(flow, packet.timeUs, isPureSyn(packet), this.#rules);
  }

  /**
   * The same decision when an unknown flow from before the part may be the true beginning. Where every possible
   * beginning gives the same answer it is taken here; where not, the stretch ends and the stitcher decides.
   * What is unknown: whether FIN or RST was seen, and a last time below `runFirstUs` + idle (or it did not join).
   */
  #placeAtEdge(slot: number, packet: Packet): void {
    const rows = this.#rows;
    const { numbers } = rows.extras;
    const { timeUs } = packet;
    const idle = idleTimeoutOf(this.#rules, packet.protocol);
    const runFirstUs = numbers[rows.edgePlace(slot, RUN_FIRST_US)]!;
    const runEndUs = numbers[rows.edgePlace(slot, RUN_END_US)]!;
    const how = this.#belongs(slot, packet);
    const gap = timeUs - rows.endUs(slot);
    const surelySplits =
      rows.position(slot) <= this.#clock.over ||
      gap <= -idle ||
      timeUs >= Math.max(runEndUs, runFirstUs + idle) + idle ||
      (isPureSyn(packet) && (rows.seen(slot) & ENDED) !== 0);
    if (surelySplits) {
      this.#edges.push(this.#edge(slot, undefined, true));
      this.#begin(slot, packet, 0);
      return;
    }
    const surelyJoins =
      how === 'joins' &&
      timeUs >= runFirstUs &&
      timeUs - runEndUs > -idle &&
      (!isPureSyn(packet) || (rows.flags(slot) & FIRST_IS_SYN) !== 0);
    if (timeUs > runEndUs) numbers[rows.edgePlace(slot, RUN_END_US)] = timeUs;
    if (surelyJoins) return;
    this.#edges.push(this.#edge(slot, undefined, false));
    this.#begin(slot, packet, EDGE);
    rows.extras.numbers[rows.edgePlace(slot, FIRST_US)] = timeUs;
  }

  /**
   * An ICMP error is said of the flow whose packet it quotes: the last one of that key, as long as the clock has
   * not forgotten it. It opens none, ends none and keeps none open, so that a cut cannot change what it does.
   */
  #observeError(packet: Packet): void {
    const rows = this.#rows;
    const { quoted } = packet;
    const key = this.#quotedKey;
    key.set(quoted, false);
    const bit = icmpErrorBit(packet.protocol, packet.sourcePort, packet.destinationPort);
    const slot = rows.slots.find(key);
    if (slot !== NONE) {
      if (rows.position(slot) > this.#clock.over) rows.addError(slot, key.fromA, bit);
    } else if (this.#mayBelongToEarlier()) this.#edges.push(this.#errorEdge(packet, bit));
  }

  #errorEdge(packet: Packet, bit: number): EdgeFlow {
    const { slots } = this.#rows;
    const slot = slots.add(this.#quotedKey);
    this.#rows.begin(slot, packet, this.#quotedKey.fromA, EDGE | FIRST_OF_KEY);
    const place = this.#rows.edgePlace(slot, RUN_HIGH);
    this.#rows.extras.numbers[place] = this.#clock.highSeconds;
    this.#rows.addError(slot, this.#quotedKey.fromA, bit);
    const edge = this.#edge(slot, undefined, false);
    this.#rows.remove(slot);
    return edge;
  }

  /** Lets one flow go, whatever is over first. */
  #makeRoom(): void {
    const { slots } = this.#rows;
    // A whole pass where it has enough to find; it costs each packet since the last one eight looks at most.
    if (this.#clock.over - this.#sweptOver >= slots.end >>> 3) {
      this.#hand = 0;
      this.#passEnd = slots.end;
      this.#sweptOver = this.#clock.over;
      this.#sweep(slots.end);
      if (slots.size < this.#rules.maxFlows) return;
    }
    const slot = this.#longIdle();
    // One that is over anyway, whom the sweep had not reached yet, loses nothing.
    if (this.#rows.position(slot) > this.#clock.over) this.#evicted++;
    this.#give(slot);
    this.#rows.remove(slot);
  }

  /** The longest idle of the next few slots in turn. */
  #longIdle(): number {
    const rows = this.#rows;
    const { end } = rows.slots;
    let chosen = NONE;
    for (let looked = 0; looked < EVICTION_CHOICE || chosen === NONE; looked++) {
      if (this.#hand >= end) this.#hand = 0;
      const slot = this.#hand++;
      if (!rows.slots.isUsed(slot)) continue;
      if (chosen === NONE || rows.position(slot) < rows.position(chosen)) chosen = slot;
    }
    return chosen;
  }

  /**
   * What is over leaves without a timer or a sorted queue: once the clock has given up half as many packets as there
   * are slots, all slots are looked at, a few a packet. That is two looks a packet, and at most about two thirds of
   * the table are over.
   */
  #beginPass(): void {
    const { over } = this.#clock;
    const { end } = this.#rows.slots;
    if (this.#hand < this.#passEnd || over - this.#sweptOver < Math.max(end >>> 1, LEAST_PASS))
      return;
    this.#sweptOver = over;
    this.#hand = 0;
    this.#passEnd = end;
  }

  #sweep(until: number): void {
    const { over } = this.#clock;
    for (; this.#hand < until; this.#hand++) {
      if (this.#rows.position(this.#hand) > over) continue; // so are free ones
      this.#give(this.#hand);
      this.#rows.remove(this.#hand);
    }
  }

  /** A flow that is over leaves: to the sink, or to the stitcher if its beginning is not known. */
  #give(slot: number): void {
    if ((this.#rows.flags(slot) & EDGE) !== 0) this.#edges.push(this.#edge(slot, undefined, true));
    else this.#sink.flow(toFlow(this.#rows.facts(slot)));
  }

  #edge(slot: number, lowAfter: number | undefined, isOver: boolean): EdgeFlow {
    const rows = this.#rows;
    const { numbers } = rows.extras;
    const facts = rows.facts(slot);
    const flags = rows.flags(slot);
    const isEdge = (flags & EDGE) !== 0;
    return {
      facts,
      firstUs: isEdge ? numbers[rows.edgePlace(slot, FIRST_US)]! : facts.startUs,
      firstIsSyn: (flags & FIRST_IS_SYN) !== 0,
      isNew: !isEdge,
      highBefore:
        (flags & FIRST_OF_KEY) !== 0 ? numbers[rows.edgePlace(slot, RUN_HIGH)]! : undefined,
      lowAfter,
      isOver,
    };
  }
}

function isPureSyn(packet: Packet): boolean {
  return (packet.tcpFlags & (TCP_SYN | TCP_ACK)) === TCP_SYN;
}
