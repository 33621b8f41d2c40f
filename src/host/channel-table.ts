import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Flow } from '../flow/flow.ts';
import { hashText } from '../stats/hash.ts';
import { readTextKey, toTextKey, writeTextKey } from '../stats/text-key.ts';
import { Channel, type ChannelMessage } from './channel.ts';
import { flowOutcome, type FlowOutcome } from './flow-outcome.ts';

/** What a channel is about. */
export interface ChannelKey {
  readonly responder: string;
  readonly protocol: number;
  readonly responderPort: number;
}

const EXACT_CHANNELS = 1024;
const LANES = 1024;

/** Most channels have few flows, and those are a tenth of a channel's size: it is made when there are more. */
const FEW_FLOWS = 4;

type Held = Channel | Flow[];

/**
 * An originator's channels: each by itself while there are at most 1,024 of them, else all of them added up in
 * 1,024 lanes by hash. Which of the two depends only on how many distinct channels there are, not on the order
 * they came in; memory is bounded and a periodic channel still shows in its lane.
 */
export class ChannelTable {
  #exact: Map<string, Held> | undefined = new Map();
  #lanes: (Channel | undefined)[] = [];

  /** False when the channels were too many and are held in lanes. */
  get exact(): boolean {
    return this.#exact !== undefined;
  }

  get size(): number {
    return (
      this.#exact?.size ?? this.#lanes.reduce((n, lane) => n + (lane === undefined ? 0 : 1), 0)
    );
  }

  add(flow: Flow, outcome: FlowOutcome): void {
    this.#add(toText(flow), flow, outcome);
  }

  #add(text: string, flow: Flow, outcome: FlowOutcome): void {
    if (this.#exact !== undefined) {
      const held = this.#exact.get(text);
      if (held === undefined && this.#exact.size < EXACT_CHANNELS) {
        this.#exact.set(text, [flow]);
        return;
      }
      if (held !== undefined && !(held instanceof Channel) && held.length < FEW_FLOWS) {
        held.push(flow);
        return;
      }
    }
    this.#channelOf(text).add(flow, outcome);
  }

  /** Counts a message that was read on the channel. */
  addMessage(key: ChannelKey, message: ChannelMessage): void {
    this.#channelOf(toText(key)).addMessage(message);
  }

  /**
   * The channels with their keys (`undefined` for lanes), in an order that depends on the data alone. They are for
   * reading: what is added to them may not be kept.
   */
  *entries(): IterableIterator<readonly [ChannelKey | undefined, Channel]> {
    if (this.#exact !== undefined) {
      for (const [text, held] of sorted(this.#exact)) yield [toKey(text), toChannel(held)];
      return;
    }
    for (const lane of this.#lanes) if (lane !== undefined) yield [undefined, lane];
  }

  merge(other: ChannelTable): void {
    if (other.#exact === undefined) {
      this.#toLanes();
      for (const [index, lane] of other.#lanes.entries()) {
        if (lane !== undefined) this.#lane(index).merge(lane);
      }
      return;
    }
    for (const [text, held] of other.#exact) {
      if (held instanceof Channel) this.#channelOf(text).merge(held);
      else for (const flow of held.slice()) this.#add(text, flow, flowOutcome(flow));
    }
  }

  /** One byte: 0 for channels by themselves, in the order of their texts, 1 for lanes, by index. */
  encode(writer: ByteWriter): void {
    writer.u8(this.#exact === undefined ? 1 : 0);
    writer.varint(this.size);
    if (this.#exact !== undefined) {
      for (const [text, held] of sorted(this.#exact)) {
        const { protocol, responderPort, responder } = toKey(text);
        writer.varint(protocol);
        writer.varint(responderPort);
        writeTextKey(writer, responder);
        toChannel(held).encode(writer);
      }
      return;
    }
    for (const [index, lane] of this.#lanes.entries()) {
      if (lane === undefined) continue;
      writer.varint(index);
      lane.encode(writer);
    }
  }

  static decode(reader: ByteReader): ChannelTable {
    const table = new ChannelTable();
    const form = reader.u8();
    const count = reader.varint();
    if (form > 1 || count > (form === 1 ? LANES : EXACT_CHANNELS)) reader.truncated = true;
    else if (form === 1) table.#decodeLanes(reader, count);
    else table.#decodeExact(reader, count);
    return reader.truncated ? new ChannelTable() : table;
  }

  #decodeExact(reader: ByteReader, count: number): void {
    let before = '';
    for (let i = 0; i < count && !reader.truncated; i++) {
      const [protocol, responderPort] = [reader.varint(), reader.varint()];
      const responder = readTextKey(reader);
      const text = toText({ protocol, responderPort, responder });
      if (text <= before || responder === '' || toTextKey(responder) !== responder) {
        reader.truncated = true;
      } else this.#channelOf(text).merge(Channel.decode(reader));
      before = text;
    }
  }

  #decodeLanes(reader: ByteReader, count: number): void {
    this.#toLanes();
    let before = -1;
    for (let i = 0; i < count && !reader.truncated; i++) {
      const index = reader.varint();
      if (index <= before || index >= LANES) reader.truncated = true;
      else this.#lane(index).merge(Channel.decode(reader));
      before = index;
    }
  }

  #channelOf(text: string): Channel {
    if (this.#exact !== undefined) {
      const known = this.#exact.get(text);
      if (known instanceof Channel) return known;
      if (known !== undefined || this.#exact.size < EXACT_CHANNELS) {
        const channel = known === undefined ? new Channel() : toChannel(known);
        this.#exact.set(text, channel);
        return channel;
      }
      this.#toLanes();
    }
    return this.#lane(hashText(text) % LANES);
  }

  #lane(index: number): Channel {
    return (this.#lanes[index] ??= new Channel());
  }

  #toLanes(): void {
    const exact = this.#exact;
    if (exact === undefined) return;
    this.#exact = undefined;
    this.#lanes = new Array<Channel | undefined>(LANES).fill(undefined);
    for (const [text, held] of exact) {
      const lane = this.#lane(hashText(text) % LANES);
      if (held instanceof Channel) lane.merge(held);
      else for (const flow of held) lane.add(flow, flowOutcome(flow));
    }
  }
}

function toChannel(held: Held): Channel {
  if (held instanceof Channel) return held;
  const channel = new Channel();
  for (const flow of held) channel.add(flow, flowOutcome(flow));
  return channel;
}

function sorted(channels: Map<string, Held>): [string, Held][] {
  return [...channels].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

function toText({ protocol, responderPort, responder }: ChannelKey): string {
  return `${protocol} ${responderPort} ${responder}`;
}

/** The responder may hold spaces: not every log names hosts by their address. */
function toKey(text: string): ChannelKey {
  const [protocol = '', port = ''] = text.split(' ', 2);
  const responder = text.slice(protocol.length + port.length + 2);
  return { responder, protocol: Number(protocol), responderPort: Number(port) };
}
