import { CONN_STATES, type ConnState, type Flow, type IcmpError } from '../flow/flow.ts';
import { hashNumbers } from '../stats/hash.ts';
import { digestHostText, digestQuad } from './end-digest.ts';
import { digestService, hashFlow, type FlowDigest, type FlowSource } from './flow-digest.ts';
import { FLOW_OUTCOMES, flowOutcome } from './flow-outcome.ts';
import { formatQuad, parseQuad } from './quad.ts';
import { TextPool } from './text-pool.ts';

/** What a row takes. */
export const ROW_BYTES = 104;

/** The two ends of a flow in a row: a link to a row is `2 · row + side`. */
export const ORIGINATOR_SIDE = 0;
export const RESPONDER_SIDE = 1;
/** Ends a list of links. */
const NO_LINK = -1;

const BLOCK_BITS = 12;
const BLOCK_MASK = (1 << BLOCK_BITS) - 1;

// A row is 104 bytes: nine 64-bit floats …
const NUMBERS = 9;
const START_US = 0;
const END_US = 1;
const ORIGINATOR_PACKETS = 2;
const RESPONDER_PACKETS = 3;
const ORIGINATOR_IP_BYTES = 4;
const RESPONDER_IP_BYTES = 5;
const ORIGINATOR_BYTES = 6;
const RESPONDER_BYTES = 7;
const FLOW_HASH = 8;

// … and eight 32-bit integers.
const INTS = 8;
const ADDRESS = 0; // + side: the word of an IPv4 address, else a number of the pool
const NEXT = 2; // + side: link to the next row of that end's host
const PORTS = 4;
const BITS = 5;
const SERVICE = 6;
const HISTORY = 7;

// Of `BITS`, over the protocol's eight.
const STATE_SHIFT = 8; // 0 for none, else one more than the place in CONN_STATES
const STATE_MASK = 0xf;
const ESTABLISHED = 1 << 12;
const ERROR_SHIFT = 13;
const ERROR_MASK = 0x3;
const IS_TEXT = 1 << 15; // << side: the address is no IPv4 address
const IS_HELD = 1 << 17; // << side: that end's host has it in its list
const OUTCOME_SHIFT = 19; // the place in FLOW_OUTCOMES
const OUTCOME_MASK = 0x3;

const ICMP_ERRORS: readonly (IcmpError | undefined)[] = [undefined, 'unreachable', 'timeExceeded', 'other']; // prettier-ignore
const STATES: readonly (ConnState | '')[] = ['', ...CONN_STATES];
const STATE_NUMBERS: ReadonlyMap<string, number> = new Map(STATES.map((state, i) => [state, i]));

/**
 * Flows of hosts that have few, or few since they were last added up: in rows outside the heap, once for both ends,
 * because a million small objects take twice the memory and most of the time of a collector. A row goes when neither
 * end holds it any more.
 */
export class HeldFlows implements FlowSource {
  readonly #numbers: Float64Array[] = [];
  readonly #ints: Int32Array[] = [];
  readonly #texts = new TextPool();
  #rows = 0;
  #held = 0;
  #free = NO_LINK;

  /** Rows there is room for, held or free. */
  get rows(): number {
    return this.#rows;
  }

  /** Rows that somebody holds. */
  get held(): number {
    return this.#held;
  }

  /** Puts a usable flow down, which nobody holds yet, with the words of its IPv4 addresses (−1 for what is none). */
  add(flow: Flow, originatorQuad: number, responderQuad: number): number {
    const row = this.#takeRow();
    const numbers = this.#numbers[row >>> BLOCK_BITS]!;
    const ints = this.#ints[row >>> BLOCK_BITS]!;
    const n = (row & BLOCK_MASK) * NUMBERS;
    const i = (row & BLOCK_MASK) * INTS;
    numbers[n + START_US] = flow.startUs;
    numbers[n + END_US] = flow.endUs;
    numbers[n + ORIGINATOR_PACKETS] = flow.originatorPackets;
    numbers[n + RESPONDER_PACKETS] = flow.responderPackets;
    numbers[n + ORIGINATOR_IP_BYTES] = flow.originatorIpBytes;
    numbers[n + RESPONDER_IP_BYTES] = flow.responderIpBytes;
    numbers[n + ORIGINATOR_BYTES] = flow.originatorBytes;
    numbers[n + RESPONDER_BYTES] = flow.responderBytes;
    numbers[n + FLOW_HASH] = hashFlow(flow, originatorQuad, responderQuad);
    let bits = flow.protocol | (STATE_NUMBERS.get(flow.connState)! << STATE_SHIFT);
    bits |= FLOW_OUTCOMES.indexOf(flowOutcome(flow)) << OUTCOME_SHIFT;
    if (flow.established) bits |= ESTABLISHED;
    if (flow.icmpError !== undefined) bits |= ICMP_ERRORS.indexOf(flow.icmpError) << ERROR_SHIFT;
    if (originatorQuad < 0) bits |= IS_TEXT;
    if (responderQuad < 0) bits |= IS_TEXT << RESPONDER_SIDE;
    const texts = this.#texts;
    ints[i + ADDRESS] = originatorQuad < 0 ? texts.take(flow.originator) : originatorQuad;
    ints[i + ADDRESS + 1] = responderQuad < 0 ? texts.take(flow.responder) : responderQuad;
    ints[i + PORTS] = (flow.originatorPort << 16) | flow.responderPort;
    ints[i + BITS] = bits;
    ints[i + SERVICE] = texts.take(flow.service);
    ints[i + HISTORY] = texts.take(flow.history);
    return row;
  }

  /** Copies a row of another store, which nobody holds here yet. */
  copy(other: HeldFlows, from: number): number {
    const row = this.#takeRow();
    const n = (row & BLOCK_MASK) * NUMBERS;
    const i = (row & BLOCK_MASK) * INTS;
    const fromN = (from & BLOCK_MASK) * NUMBERS;
    const fromI = (from & BLOCK_MASK) * INTS;
    const numbers = other.#numbers[from >>> BLOCK_BITS]!;
    const otherInts = other.#ints[from >>> BLOCK_BITS]!;
    const ints = this.#ints[row >>> BLOCK_BITS]!;
    this.#numbers[row >>> BLOCK_BITS]!.set(numbers.subarray(fromN, fromN + NUMBERS), n);
    ints.set(otherInts.subarray(fromI, fromI + INTS), i);
    const bits = otherInts[fromI + BITS]! & ~(IS_HELD | (IS_HELD << RESPONDER_SIDE));
    ints[i + BITS] = bits;
    const retake = (place: number): void => {
      ints[i + place] = this.#texts.take(other.#texts.text(otherInts[fromI + place]!));
    };
    if ((bits & IS_TEXT) !== 0) retake(ADDRESS);
    if ((bits & (IS_TEXT << RESPONDER_SIDE)) !== 0) retake(ADDRESS + RESPONDER_SIDE);
    retake(SERVICE);
    retake(HISTORY);
    return row;
  }

  /** Puts the row at the head of the list of that end's host, and gives the list's new head. */
  hold(row: number, side: number, head: number): number {
    const ints = this.#ints[row >>> BLOCK_BITS]!;
    const i = (row & BLOCK_MASK) * INTS;
    ints[i + NEXT + side] = head;
    ints[i + BITS]! |= IS_HELD << side;
    return 2 * row + side;
  }

  next(link: number): number {
    const row = link >>> 1;
    return this.#ints[row >>> BLOCK_BITS]![(row & BLOCK_MASK) * INTS + NEXT + (link & 1)]!;
  }

  /** The host of that end lets go of the row. */
  release(link: number): void {
    const row = link >>> 1;
    const ints = this.#ints[row >>> BLOCK_BITS]!;
    const i = (row & BLOCK_MASK) * INTS;
    ints[i + BITS]! &= ~(IS_HELD << (link & 1));
    const bits = ints[i + BITS]!;
    if ((bits & (IS_HELD | (IS_HELD << RESPONDER_SIDE))) !== 0) return;
    if ((bits & IS_TEXT) !== 0) this.#texts.give(ints[i + ADDRESS]!);
    if ((bits & (IS_TEXT << RESPONDER_SIDE)) !== 0) this.#texts.give(ints[i + ADDRESS + 1]!);
    this.#texts.give(ints[i + SERVICE]!);
    this.#texts.give(ints[i + HISTORY]!);
    ints[i + NEXT] = this.#free;
    this.#free = row;
    this.#held--;
  }

  /** A flow from the host to itself. */
  isToItself(row: number): boolean {
    const ints = this.#ints[row >>> BLOCK_BITS]!;
    const i = (row & BLOCK_MASK) * INTS;
    const bits = ints[i + BITS]!;
    const alike = ((bits & IS_TEXT) !== 0) === ((bits & (IS_TEXT << RESPONDER_SIDE)) !== 0);
    return alike && ints[i + ADDRESS] === ints[i + ADDRESS + 1];
  }

  /** A hash of what `areAlike` compares. */
  likeness(link: number): number {
    const row = link >>> 1;
    const ints = this.#ints[row >>> BLOCK_BITS]!;
    const i = (row & BLOCK_MASK) * INTS;
    const n = (row & BLOCK_MASK) * NUMBERS;
    const numbers = this.#numbers[row >>> BLOCK_BITS]!;
    const peer = ints[i + ADDRESS + ((link & 1) ^ 1)]!;
    const sizes = numbers[n + ORIGINATOR_BYTES]! * 31 + numbers[n + RESPONDER_BYTES]!;
    const shape = hashNumbers(numbers[n + ORIGINATOR_IP_BYTES]! | 0, sizes | 0);
    return hashNumbers(shape, peer ^ Math.imul(ints[i + PORTS]! & 0xffff, 0x9e3779b1));
  }

  /** True for two links whose flows differ in time, in the port of the originator and in the host's address alone. */
  areAlike(link: number, other: number): boolean {
    const [row, otherRow] = [link >>> 1, other >>> 1];
    const ints = this.#ints[row >>> BLOCK_BITS]!;
    const otherInts = this.#ints[otherRow >>> BLOCK_BITS]!;
    const i = (row & BLOCK_MASK) * INTS;
    const j = (otherRow & BLOCK_MASK) * INTS;
    const side = link & 1;
    const peer = side ^ 1;
    const likeBits = ~((IS_TEXT << side) | IS_HELD | (IS_HELD << RESPONDER_SIDE));
    if (
      side !== (other & 1) ||
      ints[i + ADDRESS + peer] !== otherInts[j + ADDRESS + peer] ||
      ((ints[i + BITS]! ^ otherInts[j + BITS]!) & likeBits) !== 0 ||
      ((ints[i + PORTS]! ^ otherInts[j + PORTS]!) & 0xffff) !== 0 ||
      ints[i + SERVICE] !== otherInts[j + SERVICE]
    ) {
      return false;
    }
    const numbers = this.#numbers[row >>> BLOCK_BITS]!;
    const others = this.#numbers[otherRow >>> BLOCK_BITS]!;
    const n = (row & BLOCK_MASK) * NUMBERS;
    const m = (otherRow & BLOCK_MASK) * NUMBERS;
    const lastsUs = numbers[n + END_US]! - numbers[n + START_US]!;
    if (lastsUs !== others[m + END_US]! - others[m + START_US]!) return false;
    for (let k = ORIGINATOR_PACKETS; k <= RESPONDER_BYTES; k++) {
      if (!Object.is(numbers[n + k], others[m + k])) return false;
    }
    return true;
  }

  flowAt(row: number): Flow {
    const numbers = this.#numbers[row >>> BLOCK_BITS]!;
    const ints = this.#ints[row >>> BLOCK_BITS]!;
    const n = (row & BLOCK_MASK) * NUMBERS;
    const i = (row & BLOCK_MASK) * INTS;
    const bits = ints[i + BITS]!;
    const flow = {
      startUs: numbers[n + START_US]!,
      endUs: numbers[n + END_US]!,
      originator: this.#address(ints[i + ADDRESS]!, bits & IS_TEXT),
      responder: this.#address(ints[i + ADDRESS + 1]!, bits & (IS_TEXT << RESPONDER_SIDE)),
      originatorPort: ints[i + PORTS]! >>> 16,
      responderPort: ints[i + PORTS]! & 0xffff,
      protocol: bits & 0xff,
      service: this.#texts.text(ints[i + SERVICE]!),
      originatorPackets: numbers[n + ORIGINATOR_PACKETS]!,
      responderPackets: numbers[n + RESPONDER_PACKETS]!,
      originatorIpBytes: numbers[n + ORIGINATOR_IP_BYTES]!,
      responderIpBytes: numbers[n + RESPONDER_IP_BYTES]!,
      originatorBytes: numbers[n + ORIGINATOR_BYTES]!,
      responderBytes: numbers[n + RESPONDER_BYTES]!,
      connState: STATES[(bits >>> STATE_SHIFT) & STATE_MASK]!,
      history: this.#texts.text(ints[i + HISTORY]!),
      established: (bits & ESTABLISHED) !== 0,
    };
    const icmpError = ICMP_ERRORS[(bits >>> ERROR_SHIFT) & ERROR_MASK];
    return icmpError === undefined ? flow : { ...flow, icmpError };
  }

  /** Makes `digest` that of the link's flow, as its end counts it; it is good until the next. */
  digest(link: number, digest: FlowDigest): void {
    const row = link >>> 1;
    const numbers = this.#numbers[row >>> BLOCK_BITS]!;
    const ints = this.#ints[row >>> BLOCK_BITS]!;
    const n = (row & BLOCK_MASK) * NUMBERS;
    const i = (row & BLOCK_MASK) * INTS;
    const bits = ints[i + BITS]!;
    digest.startUs = numbers[n + START_US]!;
    digest.endUs = numbers[n + END_US]!;
    digest.originatorPackets = numbers[n + ORIGINATOR_PACKETS]!;
    digest.responderPackets = numbers[n + RESPONDER_PACKETS]!;
    digest.originatorIpBytes = numbers[n + ORIGINATOR_IP_BYTES]!;
    digest.responderIpBytes = numbers[n + RESPONDER_IP_BYTES]!;
    digest.originatorBytes = numbers[n + ORIGINATOR_BYTES]!;
    digest.responderBytes = numbers[n + RESPONDER_BYTES]!;
    digest.originatorPort = ints[i + PORTS]! >>> 16;
    digest.responderPort = ints[i + PORTS]! & 0xffff;
    digest.protocol = bits & 0xff;
    digest.connState = STATES[(bits >>> STATE_SHIFT) & STATE_MASK]!;
    digest.established = (bits & ESTABLISHED) !== 0;
    digest.icmpError = ICMP_ERRORS[(bits >>> ERROR_SHIFT) & ERROR_MASK];
    digest.outcome = FLOW_OUTCOMES[(bits >>> OUTCOME_SHIFT) & OUTCOME_MASK]!;
    digest.flowHash = numbers[n + FLOW_HASH]!;
    digest.portHash = hashNumbers(digest.protocol, digest.responderPort);
    digest.service = digestService(digest.protocol, digest.responderPort, this.#texts.text(ints[i + SERVICE]!)); // prettier-ignore
    const isQuad = (bits & (IS_TEXT << RESPONDER_SIDE)) === 0;
    digest.responderQuad = isQuad ? ints[i + ADDRESS + 1]! >>> 0 : -1;
    digest.responderText = isQuad ? '' : this.#texts.text(ints[i + ADDRESS + 1]!);
    const peerSide = (link & 1) ^ 1;
    const peer = ints[i + ADDRESS + peerSide]!;
    if ((bits & (IS_TEXT << peerSide)) === 0) digestQuad(peer, digest.peer);
    else digestHostText(this.#texts.text(peer), digest.peer);
    digest.source = this;
    digest.row = row;
  }

  #address(value: number, isText: number): string {
    return isText === 0 ? formatQuad(value) : this.#texts.text(value);
  }

  #takeRow(): number {
    this.#held++;
    if (this.#free !== NO_LINK) {
      const row = this.#free;
      this.#free = this.#ints[row >>> BLOCK_BITS]![(row & BLOCK_MASK) * INTS + NEXT]!;
      return row;
    }
    if ((this.#rows & BLOCK_MASK) === 0) {
      this.#numbers.push(new Float64Array(NUMBERS << BLOCK_BITS));
      this.#ints.push(new Int32Array(INTS << BLOCK_BITS));
    }
    return this.#rows++;
  }
}

/** The words of the IPv4 addresses at a flow's ends, −1 for what is none. */
export interface FlowEnds {
  readonly originatorQuad: number;
  readonly responderQuad: number;
}

export function flowEnds(flow: Flow): FlowEnds {
  return { originatorQuad: parseQuad(flow.originator), responderQuad: parseQuad(flow.responder) };
}
