import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Flow } from '../flow/flow.ts';
import { readCells, writeCells } from '../stats/cells.ts';
import { ContactTimes } from '../stats/contact-times.ts';
import { QuantileSketch } from '../stats/quantiles.ts';
import { TopShare } from '../stats/top-share.ts';
import { hashNumbers } from '../stats/hash.ts';
import { saturatingAdd } from '../stats/whole-number.ts';
import type { FlowOutcome } from './flow-outcome.ts';

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

/**
 * What one originator did with one (responder, protocol, responder port), or with all channels of one lane.
 * Every part is addition, so channels may be merged in any order.
 */
export class Channel {
  /** A plain array: a typed one of this length costs as much again outside the heap, and most of the time to make. */
  readonly #counters: number[] = COUNTERS.map(() => 0);
  readonly contacts = new ContactTimes();
  readonly originatorSizes = new QuantileSketch();
  readonly responderSizes = new QuantileSketch();
  readonly durations = new QuantileSketch();
  /** Flows of one shape: both sizes to the nearest power of 2^¼, so that near-equal dialogues count as alike. */
  readonly shapes = new TopShare();

  count(counter: ChannelCounter): number {
    return this.#counters[COUNTER_INDEX[counter]]!;
  }

  add(flow: Flow, outcome: FlowOutcome): void {
    const durationUs = Math.max(0, flow.endUs - flow.startUs);
    this.#bump('flows', 1);
    this.#bump('durationUs', durationUs);
    if (outcome === 'succeeded') this.#bump('succeeded', 1);
    if (outcome === 'rejected') this.#bump('rejected', 1);
    if (flow.established) this.#bump('established', 1);
    if (flow.connState === 'RSTO' || flow.connState === 'RSTR') this.#bump('resetFlows', 1);
    this.contacts.add(flow.startUs);
    this.durations.add(durationUs);
    if (!Number.isNaN(flow.originatorBytes) && !Number.isNaN(flow.responderBytes)) {
      this.#bump('byteFlows', 1);
      this.#bump('originatorBytes', flow.originatorBytes);
      this.#bump('responderBytes', flow.responderBytes);
      this.originatorSizes.add(flow.originatorBytes);
      this.responderSizes.add(flow.responderBytes);
      this.shapes.add(
        hashNumbers(quarterLog2(flow.originatorBytes), quarterLog2(flow.responderBytes)),
      );
    }
    if (!Number.isNaN(flow.originatorPackets) && !Number.isNaN(flow.responderPackets)) {
      this.#bump('packetFlows', 1);
      this.#bump('originatorPackets', flow.originatorPackets);
      this.#bump('responderPackets', flow.responderPackets);
    }
  }

  addMessage(message: ChannelMessage): void {
    this.#bump(message, 1);
  }

  merge(other: Channel): void {
    for (let i = 0; i < COUNTERS.length; i++) {
      this.#counters[i] = saturatingAdd(this.#counters[i]!, other.#counters[i]!);
    }
    this.contacts.merge(other.contacts);
    this.originatorSizes.merge(other.originatorSizes);
    this.responderSizes.merge(other.responderSizes);
    this.durations.merge(other.durations);
    this.shapes.merge(other.shapes);
  }

  encode(writer: ByteWriter): void {
    writeCells(writer, this.#counters);
    this.contacts.encode(writer);
    this.originatorSizes.encode(writer);
    this.responderSizes.encode(writer);
    this.durations.encode(writer);
    this.shapes.encode(writer);
  }

  static decode(reader: ByteReader): Channel {
    const channel = new Channel();
    const counters = new Float64Array(COUNTERS.length);
    readCells(reader, counters);
    for (let i = 0; i < COUNTERS.length; i++) channel.#counters[i] = counters[i]!;
    channel.contacts.merge(ContactTimes.decode(reader));
    channel.originatorSizes.merge(QuantileSketch.decode(reader));
    channel.responderSizes.merge(QuantileSketch.decode(reader));
    channel.durations.merge(QuantileSketch.decode(reader));
    channel.shapes.merge(TopShare.decode(reader));
    return reader.truncated ? new Channel() : channel;
  }

  #bump(counter: ChannelCounter, by: number): void {
    const index = COUNTER_INDEX[counter];
    this.#counters[index] = saturatingAdd(this.#counters[index]!, by);
  }
}

function quarterLog2(bytes: number): number {
  return Math.round(4 * Math.log2(1 + bytes));
}
