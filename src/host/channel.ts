import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Flow } from '../flow/flow.ts';
import { addCells, plainCells, readCells, writeCells } from '../stats/cells.ts';
import { ContactTimes } from '../stats/contact-times.ts';
import { QuantileSketch } from '../stats/quantiles.ts';
import { TopShare } from '../stats/top-share.ts';
import { hashNumbers } from '../stats/hash.ts';
import { saturatingAdd } from '../stats/whole-number.ts';
import { FLOW_OUTCOMES, type FlowOutcome } from './flow-outcome.ts';

const COUNTERS = [
  'flows',
  'succeeded',
  'rejected',
  'established',
  'originatorBytes',
  'responderBytes',
  'originatorPackets',
  'responderPackets',
  'durationUs',
  'byteFlows',
  'packetFlows',
  'loginFailures',
  'loginSuccesses',
  'resetFlows', // ended by RST of either side after a handshake
  'ircMessages',
  'miningMessages',
  'controlMessages', // connects to shares and binds to interfaces that administer another machine
] as const;

export type ChannelCounter = (typeof COUNTERS)[number];

/** What is counted of messages rather than of flows. */
export type ChannelMessage = Extract<
  ChannelCounter,
  'loginFailures' | 'loginSuccesses' | 'ircMessages' | 'miningMessages' | 'controlMessages'
>;

const COUNTER_INDEX = Object.fromEntries(COUNTERS.map((name, index) => [name, index])) as Record<
  ChannelCounter,
  number
>;

/** What a channel is made of. */
export type ChannelFlow = Pick<
  Flow,
  'startUs' | 'endUs' | 'established' | 'connState' | 'originatorBytes' | 'responderBytes' | 'originatorPackets' | 'responderPackets'
>; // prettier-ignore

/** Most channels have few flows, and those as plain numbers are a quarter of the summaries' size. */
const FEW_FLOWS = 4;
/** A flow in numbers: start, duration, bytes and packets both ways, and what became of it. */
const WIDTH = 7;
/** The place in `FLOW_OUTCOMES`. */
const OUTCOME_BITS = 7;
const SUCCEEDED = FLOW_OUTCOMES.indexOf('succeeded');
const IS_ESTABLISHED = 8;
const IS_RESET = 16;

/**
 * What one originator did with one (responder, protocol, responder port), or with all channels of one lane.
 * Every part is addition, so channels may be merged in any order.
 */
export class Channel {
  /** The flows of a channel with at most four and no messages; then its summaries are still to be made. */
  #few: readonly number[] | undefined;
  #summary: ChannelSummary | undefined;

  /** The number of flows. */
  get flows(): number {
    return this.#few === undefined ? this.count('flows') : this.#few.length / WIDTH;
  }

  /** The number of contacts, which `contacts` has too. */
  get contactCount(): number {
    return this.#few === undefined ? this.contacts.count : this.#few.length / WIDTH;
  }

  /** The longest flow, µs; 0 when there is none. */
  get longestUs(): number {
    if (this.#few === undefined) return this.durations.count > 0 ? this.durations.max : 0;
    let longestUs = 0;
    for (let i = 1; i < this.#few.length; i += WIDTH) {
      if (this.#few[i]! > longestUs) longestUs = this.#few[i]!;
    }
    return longestUs;
  }

  /** The sum of what the originator sent: the counter, without making the summaries for it. */
  get originatorBytes(): number {
    if (this.#few === undefined) return this.count('originatorBytes');
    let bytes = 0;
    for (let i = 0; i < this.#few.length; i += WIDTH) {
      const [sent, received] = [this.#few[i + 2]!, this.#few[i + 3]!];
      if (sent >= 0 && received >= 0) bytes = saturatingAdd(bytes, sent);
    }
    return bytes;
  }

  /** The number of flows answered in protocol: the counter, without making the summaries for it. */
  get succeeded(): number {
    if (this.#few === undefined) return this.count('succeeded');
    let flows = 0;
    for (let i = WIDTH - 1; i < this.#few.length; i += WIDTH) {
      if ((this.#few[i]! & OUTCOME_BITS) === SUCCEEDED) flows++;
    }
    return flows;
  }

  /** Messages of a kind, without making the summaries for it. */
  messages(message: ChannelMessage): number {
    return this.#few === undefined ? this.count(message) : 0;
  }

  get contacts(): ContactTimes {
    return this.#made().contacts;
  }

  get originatorSizes(): QuantileSketch {
    return this.#made().originatorSizes;
  }

  get responderSizes(): QuantileSketch {
    return this.#made().responderSizes;
  }

  get durations(): QuantileSketch {
    return this.#made().durations;
  }

  /** Flows of one shape: both sizes to the nearest power of 2^¼, so that near-equal dialogues count as alike. */
  get shapes(): TopShare {
    return this.#made().shapes;
  }

  count(counter: ChannelCounter): number {
    return this.#made().counters[COUNTER_INDEX[counter]]!;
  }

  add(flow: ChannelFlow, outcome: FlowOutcome): void {
    if (this.#summary === undefined) {
      const few = this.#few;
      if (few === undefined || few.length < FEW_FLOWS * WIDTH) {
        const numbers = numbersOf(flow, outcome);
        this.#few = few === undefined ? numbers : few.concat(numbers);
        return;
      }
    }
    this.#made().add(numbersOf(flow, outcome), 0);
  }

  addMessage(message: ChannelMessage): void {
    this.#made().bump(COUNTER_INDEX[message], 1);
  }

  merge(other: Channel): void {
    const few = other.#few;
    if (few === undefined) {
      if (other.#summary !== undefined) this.#made().merge(other.#summary);
      return;
    }
    if (this.#summary === undefined) {
      const all = (this.#few ?? []).concat(few);
      if (all.length <= FEW_FLOWS * WIDTH) {
        this.#few = all;
        return;
      }
    }
    const { length } = few; // fixed first: the other may be this one
    for (let i = 0; i < length; i += WIDTH) this.#made().add(few, i);
  }

  encode(writer: ByteWriter): void {
    (this.#summary ?? summaryOf(this.#few ?? [])).encode(writer);
  }

  static decode(reader: ByteReader): Channel {
    const channel = new Channel();
    const summary = new ChannelSummary();
    summary.fill(reader);
    if (!reader.truncated) channel.#summary = summary;
    return channel;
  }

  #made(): ChannelSummary {
    if (this.#summary !== undefined) return this.#summary;
    this.#summary = summaryOf(this.#few ?? []);
    this.#few = undefined;
    return this.#summary;
  }
}

/** What becomes of a channel's flows once they are added up. */
class ChannelSummary {
  readonly counters = plainCells(COUNTERS.length);
  contacts = new ContactTimes();
  originatorSizes = new QuantileSketch();
  responderSizes = new QuantileSketch();
  durations = new QuantileSketch();
  shapes = new TopShare();

  /** Adds the flow whose numbers begin at `at`. */
  add(numbers: readonly number[], at: number): void {
    const [durationUs, bits] = [numbers[at + 1]!, numbers[at + 6]!];
    const outcome = FLOW_OUTCOMES[bits & OUTCOME_BITS];
    this.bump(COUNTER_INDEX.flows, 1);
    this.bump(COUNTER_INDEX.durationUs, durationUs);
    if (outcome === 'succeeded') this.bump(COUNTER_INDEX.succeeded, 1);
    if (outcome === 'rejected') this.bump(COUNTER_INDEX.rejected, 1);
    if ((bits & IS_ESTABLISHED) !== 0) this.bump(COUNTER_INDEX.established, 1);
    if ((bits & IS_RESET) !== 0) this.bump(COUNTER_INDEX.resetFlows, 1);
    this.contacts.add(numbers[at]!);
    this.durations.add(durationUs);
    this.#addBytes(numbers[at + 2]!, numbers[at + 3]!);
    this.#addPackets(numbers[at + 4]!, numbers[at + 5]!);
  }

  bump(index: number, by: number): void {
    this.counters[index] = saturatingAdd(this.counters[index]!, by);
  }

  merge(other: ChannelSummary): void {
    addCells(this.counters, other.counters);
    this.contacts.merge(other.contacts);
    this.originatorSizes.merge(other.originatorSizes);
    this.responderSizes.merge(other.responderSizes);
    this.durations.merge(other.durations);
    this.shapes.merge(other.shapes);
  }

  encode(writer: ByteWriter): void {
    writeCells(writer, this.counters);
    this.contacts.encode(writer);
    this.originatorSizes.encode(writer);
    this.responderSizes.encode(writer);
    this.durations.encode(writer);
    this.shapes.encode(writer);
  }

  /** Fills one that is empty. */
  fill(reader: ByteReader): void {
    readCells(reader, this.counters);
    this.contacts = ContactTimes.decode(reader);
    this.originatorSizes = QuantileSketch.decode(reader);
    this.responderSizes = QuantileSketch.decode(reader);
    this.durations = QuantileSketch.decode(reader);
    this.shapes = TopShare.decode(reader);
  }

  #addBytes(originatorBytes: number, responderBytes: number): void {
    if (Number.isNaN(originatorBytes) || Number.isNaN(responderBytes)) return;
    this.bump(COUNTER_INDEX.byteFlows, 1);
    this.bump(COUNTER_INDEX.originatorBytes, originatorBytes);
    this.bump(COUNTER_INDEX.responderBytes, responderBytes);
    this.originatorSizes.add(originatorBytes);
    this.responderSizes.add(responderBytes);
    this.shapes.add(hashNumbers(quarterLog2(originatorBytes), quarterLog2(responderBytes)));
  }

  #addPackets(originatorPackets: number, responderPackets: number): void {
    if (Number.isNaN(originatorPackets) || Number.isNaN(responderPackets)) return;
    this.bump(COUNTER_INDEX.packetFlows, 1);
    this.bump(COUNTER_INDEX.originatorPackets, originatorPackets);
    this.bump(COUNTER_INDEX.responderPackets, responderPackets);
  }
}

function summaryOf(few: readonly number[]): ChannelSummary {
  const summary = new ChannelSummary();
  for (let i = 0; i < few.length; i += WIDTH) summary.add(few, i);
  return summary;
}

function numbersOf(flow: ChannelFlow, outcome: FlowOutcome): number[] {
  let bits = FLOW_OUTCOMES.indexOf(outcome);
  if (flow.established) bits |= IS_ESTABLISHED;
  if (flow.connState === 'RSTO' || flow.connState === 'RSTR') bits |= IS_RESET;
  return [
    flow.startUs,
    Math.max(0, flow.endUs - flow.startUs),
    flow.originatorBytes,
    flow.responderBytes,
    flow.originatorPackets,
    flow.responderPackets,
    bits,
  ];
}

function quarterLog2(bytes: number): number {
  return Math.round(4 * Math.log2(1 + bytes));
}
