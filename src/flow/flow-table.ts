import type { Packet } from '../capture/packet.ts';
import type { PlainSink } from '../capture/plain-packets.ts';
import { CaptureClock } from './capture-clock.ts';
import { originatorIsA } from './conn-state.ts';
import type { TrafficSink } from './event.ts';
import { FIRST_US, RUN_END_US, RUN_FIRST_US, RUN_HIGH } from './flow-extras.ts';
import { KEY_LAYOUT } from './flow-key.ts';
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
import { FlowTunnels } from './flow-tunnels.ts';
import { KeyHash } from './key-hash.ts';
import { NameNumbers } from './name-numbers.ts';
import { ENTRY_LAYOUT, PacketBatch, type ReadPayload } from './packet-batch.ts';
import { toFlow } from './to-flow.ts';

const { ENTRY, ERROR_BIT, IS_ERROR, IS_SYN, KEY, SHAPE, SIDE } = ENTRY_LAYOUT;

const { KEY_PROTOCOL } = KEY_LAYOUT;

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
  readonly #part: boolean;
  readonly #services = new NameNumbers();
  readonly #tunnels = new FlowTunnels();
  readonly #batch: PacketBatch;
  #rows: FlowRows;
  #clock: CaptureClock;
  #edges: EdgeFlow[] = [];
  /** A pass over the slots is under way while the hand is before its end. */
  #hand = 0;
  #passEnd = 0;
  /** What the clock had given up when the last pass began. */
  #sweptOver = -1;
  #evicted = 0;
  #edgesRefused = 0;
  #lastUs = -Infinity;

  constructor(sink: Pick<TrafficSink, 'flow' | 'skipped'>, options: FlowTableOptions = {}) {
    this.#sink = sink;
    this.#rules = flowRules(options);
    this.#part = options.part ?? false;
    const hash = new KeyHash(this.#rules.hashSeed);
    this.#batch = new PacketBatch(hash, this.#services, () => this.#drain());
    this.#rows = this.#emptyRows();
    this.#clock = new CaptureClock(this.#rules.forgetAfterSeconds);
  }

  /** The latest packet so far; `-Infinity` before there is one. */
  get lastUs(): number {
    this.#drain();
    return this.#lastUs;
  }

  /** Flows in the table now. */
  get openFlows(): number {
    this.#drain();
    return this.#rows.slots.size;
  }

  /**
   * Adds a packet; `service` is what its payload was recognised as, `''` if it was not. It takes effect, flows that
   * it ends included, with the packets that come after it, some dozens at a time.
   */
  observe(packet: Packet, service = ''): void {
    this.#batch.add(packet, service, this.#tunnels);
  }

  /**
   * Where a decoder may put packets of the usual shape, among those that `observe` gets; `readPayload`, of which the
   * last one holds, is asked for the service of those that have a payload.
   */
  plainSink(readPayload?: ReadPayload): PlainSink {
    this.#batch.readPayload = readPayload;
    return this.#batch;
  }

  /** Emits everything that is still open and starts afresh. */
  flush(): void {
    if (this.#part) throw new TypeError('flush: expected a table without `part`; use finishPart');
    this.#drain();
    const rows = this.#rows;
    const { end } = rows.slots;
    for (let slot = 0; slot < end; slot++) {
      if (rows.slots.isUsed(slot)) this.#sink.flow(rows.flow(slot));
    }
    this.#reset();
  }

  /** Hands out what the parts before and after may belong to (and emits the rest), and starts afresh. */
  finishPart(): FlowPart {
    if (!this.#part) throw new TypeError('finishPart: expected a table with `part: true`');
    this.#drain();
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
    const { refused } = this.#tunnels;
    if (this.#evicted > 0) this.#sink.skipped('flowTableFull', this.#evicted);
    if (this.#edgesRefused > 0) this.#sink.skipped('flowEdgesFull', this.#edgesRefused);
    if (refused > 0) this.#sink.skipped('flowTunnelsFull', refused);
    this.#tunnels.refused = 0;
    this.#rows = this.#emptyRows();
    this.#clock = new CaptureClock(this.#rules.forgetAfterSeconds);
    this.#edges = [];
    this.#hand = 0;
    this.#passEnd = 0;
    this.#sweptOver = -1;
    this.#evicted = 0;
    this.#edgesRefused = 0;
  }

  #emptyRows(): FlowRows {
    const rows = new FlowRows({ services: this.#services.names, tunnels: this.#tunnels });
    rows.usual.idleUs = Math.min(this.#rules.idleTimeoutUs, this.#rules.tcpIdleTimeoutUs);
    return rows;
  }

  #drain(): void {
    const batch = this.#batch;
    const { ints, place: end } = batch;
    batch.clear();
    const rows = this.#rows;
    const clock = this.#clock;
    rows.slots.touch(ints, KEY, ENTRY, end);
    this.#lastUs = latest(batch.numbers, end, this.#lastUs);
    for (let entry = 0; entry < end;) {
      // While a pass is under way some slots are looked at behind every packet.
      const isPassing = this.#hand < this.#passEnd;
      const next = rows.addUsual(batch, entry, isPassing ? entry + ENTRY : end, clock.position);
      if (next > entry) {
        clock.position += (next - entry) / ENTRY;
        if (isPassing) this.#sweepOn();
        entry = next;
      } else {
        if ((ints[entry + SHAPE]! & IS_ERROR) === 0) this.#add(entry);
        else this.#addError(entry);
        entry += ENTRY;
      }
    }
  }

  #add(entry: number): void {
    const timeUs = this.#batch.numbers[entry >>> 1]!;
    if (this.#clock.tick(timeUs)) this.#enterSecond(timeUs);
    const rows = this.#rows;
    let slot = rows.slots.find(this.#batch.ints, entry + KEY);
    if (slot === NONE) slot = this.#open(entry);
    else this.#place(slot, entry);
    rows.add(slot, this.#batch, entry, this.#clock.position);
    if (this.#hand < this.#passEnd) this.#sweepOn();
  }

  #enterSecond(timeUs: number): void {
    const { usual } = this.#rows;
    const { fromUs, untilUs, over } = this.#clock;
    const pieceFromUs = cutBefore(this.#rules, timeUs);
    usual.pieceFromUs = pieceFromUs;
    usual.fromUs = Math.max(fromUs, pieceFromUs);
    usual.untilUs = Math.min(untilUs, pieceFromUs + this.#rules.cutEveryUs);
    usual.over = over;
    this.#beginPass();
  }

  /** A slot for a key that has none. */
  #open(entry: number): number {
    const rows = this.#rows;
    if (rows.slots.size >= this.#rules.maxFlows) this.#makeRoom();
    const slot = rows.slots.add(this.#batch.ints, entry + KEY);
    const isEdge = this.#mayBelongToEarlier();
    this.#begin(slot, entry, isEdge ? EDGE | FIRST_OF_KEY : 0);
    if (isEdge) {
      const { numbers } = rows.extras;
      const timeUs = this.#batch.numbers[entry >>> 1]!;
      for (const field of [FIRST_US, RUN_FIRST_US, RUN_END_US]) {
        numbers[rows.edgePlace(slot, field)] = timeUs;
      }
      numbers[rows.edgePlace(slot, RUN_HIGH)] = this.#clock.highSeconds;
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

  /** Ends the slot's flow and begins another if the packet does not belong to it. */
  #place(slot: number, entry: number): void {
    if ((this.#rows.flags(slot) & EDGE) !== 0) {
      this.#placeAtEdge(slot, entry);
      return;
    }
    const how = this.#belongs(slot, entry);
    if (how === 'joins') return;
    const facts = this.#rows.facts(slot);
    this.#sink.flow(toFlow(facts));
    const inherited = how === 'splits' ? 0 : originatorIsA(facts) ? INHERITED_A : INHERITED_B;
    this.#begin(slot, entry, inherited);
  }

  #begin(slot: number, entry: number, flags: number): void {
    const syn = this.#isSyn(entry) ? FIRST_IS_SYN : 0;
    this.#rows.begin(slot, this.#batch, entry, flags | syn);
  }

  #isSyn(entry: number): boolean {
    return (this.#batch.ints[entry + SHAPE]! & IS_SYN) !== 0;
  }

  #protocol(entry: number): number {
    return this.#batch.ints[entry + KEY + KEY_PROTOCOL]! & 0xff;
  }

  #belongs(slot: number, entry: number): Belongs {
    const rows = this.#rows;
    if (rows.position(slot) <= this.#clock.over) return 'splits';
    const endUs = rows.endUs(slot);
    const flow = {
      protocol: this.#protocol(entry),
      endUs,
      bucketUs: cutBefore(this.#rules, endUs), // no flow reaches over a cut
      ended: (rows.seen(slot) & ENDED) !== 0,
    };
    const timeUs = this.#batch.numbers[entry >>> 1]!;
    return belongs(flow, timeUs, this.#isSyn(entry), this.#rules);
  }

  /**
   * The same decision when an unknown flow from before the part may be the true beginning. Where every possible
   * beginning gives the same answer it is taken here; where not, the stretch ends and the stitcher decides.
   * What is unknown: whether FIN or RST was seen, and a last time below `runFirstUs` + idle (or it did not join).
   */
  #placeAtEdge(slot: number, entry: number): void {
    const rows = this.#rows;
    const { numbers } = rows.extras;
    const timeUs = this.#batch.numbers[entry >>> 1]!;
    const isSyn = this.#isSyn(entry);
    const idle = idleTimeoutOf(this.#rules, this.#protocol(entry));
    const runFirstUs = numbers[rows.edgePlace(slot, RUN_FIRST_US)]!;
    const runEndUs = numbers[rows.edgePlace(slot, RUN_END_US)]!;
    const how = this.#belongs(slot, entry);
    const gap = timeUs - rows.endUs(slot);
    const surelySplits =
      rows.position(slot) <= this.#clock.over ||
      gap <= -idle ||
      timeUs >= Math.max(runEndUs, runFirstUs + idle) + idle ||
      (isSyn && (rows.seen(slot) & ENDED) !== 0);
    if (surelySplits) {
      this.#edges.push(this.#edge(slot, undefined, true));
      this.#begin(slot, entry, 0);
      return;
    }
    const surelyJoins =
      how === 'joins' &&
      timeUs >= runFirstUs &&
      timeUs - runEndUs > -idle &&
      (!isSyn || (rows.flags(slot) & FIRST_IS_SYN) !== 0);
    if (timeUs > runEndUs) numbers[rows.edgePlace(slot, RUN_END_US)] = timeUs;
    if (surelyJoins) return;
    this.#edges.push(this.#edge(slot, undefined, false));
    this.#begin(slot, entry, EDGE);
    rows.extras.numbers[rows.edgePlace(slot, FIRST_US)] = timeUs;
  }

  /**
   * An ICMP error is said of the flow whose packet it quotes: the last one of that key, as long as the clock has
   * not forgotten it. It opens none, ends none and keeps none open, so that a cut cannot change what it does.
   */
  #addError(entry: number): void {
    const rows = this.#rows;
    const ofA = this.#batch.ints[entry + SIDE] === 0;
    const slot = rows.slots.find(this.#batch.ints, entry + KEY);
    if (slot !== NONE) {
      if (rows.position(slot) <= this.#clock.over) return;
      rows.addError(slot, ofA, this.#batch.ints[entry + ERROR_BIT]!);
    } else if (this.#mayBelongToEarlier()) this.#edges.push(this.#errorEdge(entry, ofA));
  }

  #errorEdge(entry: number, ofA: boolean): EdgeFlow {
    const rows = this.#rows;
    const slot = rows.slots.add(this.#batch.ints, entry + KEY);
    rows.begin(slot, this.#batch, entry, EDGE | FIRST_OF_KEY);
    rows.extras.numbers[rows.edgePlace(slot, RUN_HIGH)] = this.#clock.highSeconds;
    rows.addError(slot, ofA, this.#batch.ints[entry + ERROR_BIT]!);
    const edge = this.#edge(slot, undefined, false);
    rows.remove(slot);
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

  #sweepOn(): void {
    this.#sweep(Math.min(this.#passEnd, this.#hand + SWEEP_STEP));
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
    else this.#sink.flow(this.#rows.flow(slot));
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

function latest(times: Float64Array, end: number, before: number): number {
  let latestUs = before;
  for (let entry = 0; entry < end; entry += ENTRY) {
    const timeUs = times[entry >>> 1]!;
    if (timeUs > latestUs) latestUs = timeUs;
  }
  return latestUs;
}
