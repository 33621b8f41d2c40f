import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Flow } from '../flow/flow.ts';
import { hashCodes, hashText } from '../stats/hash.ts';
import { readTextKey, toTextKey, writeTextKey } from '../stats/text-key.ts';
import { ChannelIndex, channelText, compareKeys, type ChannelKey } from './channel-index.ts';
import { Channel, type ChannelMessage } from './channel.ts';
import type { FlowDigest } from './flow-digest.ts';
import type { FlowOutcome } from './flow-outcome.ts';
import { parseQuad, writeQuad } from './quad.ts';

export type { ChannelKey } from './channel-index.ts';

/** A channel with its key, which a lane has none. */
export type ChannelEntry = readonly [key: ChannelKey | undefined, channel: Channel];

const EXACT_CHANNELS = 1024;
const LANES = 1024;

/**
 * An originator's channels: each by itself while there are at most 1,024 of them, else all of them added up in
 * 1,024 lanes by hash. Which of the two depends only on how many distinct channels there are, not on the order
 * they came in; memory is bounded and a periodic channel still shows in its lane.
 */
export class ChannelTable {
  #exact: ChannelIndex | undefined = new ChannelIndex();
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
    this.#channelOf(flow).add(flow, outcome);
  }

  /** The same by the flow's digest. */
  addDigest(flow: FlowDigest): void {
    const { responderQuad, responderText, protocol, responderPort } = flow;
    this.#channelAt(responderQuad, responderText, protocol, responderPort).add(flow, flow.outcome);
  }

  /** Counts a message that was read on the channel. */
  addMessage(key: ChannelKey, message: ChannelMessage): void {
    this.#channelOf(key).addMessage(message);
  }

  /**
   * The channels with their keys (`undefined` for lanes), in an order that depends on the data alone. They are for
   * reading: what is added to them may not be kept.
   */
  *entries(): IterableIterator<ChannelEntry> {
    yield* this.#exact === undefined ? this.unsorted() : sorted(this.#exact);
  }

  /** The same, channels by themselves in no order that means anything; `compareKeys` tells which comes first. */
  unsorted(): readonly ChannelEntry[] {
    if (this.#exact !== undefined) return this.#exact.entries();
    const lanes = this.#lanes.filter((lane) => lane !== undefined);
    return lanes.map((lane) => [undefined, lane]);
  }

  merge(other: ChannelTable): void {
    if (other.#exact === undefined) {
      this.#toLanes();
      for (const [index, lane] of other.#lanes.entries()) {
        if (lane !== undefined) this.#lane(index).merge(lane);
      }
      return;
    }
    for (const [key, channel] of other.#exact.entries()) this.#channelOf(key).merge(channel);
  }

  /** One byte: 0 for channels by themselves, in the order of their texts, 1 for lanes, by index. */
  encode(writer: ByteWriter): void {
    writer.u8(this.#exact === undefined ? 1 : 0);
    writer.varint(this.size);
    if (this.#exact !== undefined) {
      for (const [key, channel] of sorted(this.#exact)) {
        writer.varint(key.protocol);
        writer.varint(key.responderPort);
        writeTextKey(writer, key.responder);
        channel.encode(writer);
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
      const key = { protocol, responderPort, responder };
      const text = channelText(key);
      const isKey = protocol <= MAX_PROTOCOL && responderPort <= MAX_PORT;
      if (text <= before || !isKey || responder === '' || toTextKey(responder) !== responder) {
        reader.truncated = true;
      } else this.#channelOf(key).merge(Channel.decode(reader));
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

  #channelOf(key: ChannelKey): Channel {
    const { responder, protocol, responderPort } = key;
    return this.#channelAt(parseQuad(responder), responder, protocol, responderPort);
  }

  /** `quad` is the responder's word, or −1 and then `text` is asked for. */
  #channelAt(quad: number, text: string, protocol: number, port: number): Channel {
    if (this.#exact !== undefined) {
      const known = this.#exact.find(quad, text, protocol, port);
      if (known !== undefined) return known;
      if (this.#exact.size < EXACT_CHANNELS) return this.#exact.add(quad, text, protocol, port);
      this.#toLanes();
    }
    return this.#lane(laneOf(quad, text, protocol, port));
  }

  #lane(index: number): Channel {
    return (this.#lanes[index] ??= new Channel());
  }

  #toLanes(): void {
    const exact = this.#exact;
    if (exact === undefined) return;
    this.#exact = undefined;
    this.#lanes = new Array<Channel | undefined>(LANES).fill(undefined);
    for (const [key, channel] of exact.entries()) {
      const { responder, protocol, responderPort } = key;
      const index = laneOf(parseQuad(responder), responder, protocol, responderPort);
      this.#lane(index).merge(channel);
    }
  }
}

function sorted(channels: ChannelIndex): [ChannelKey, Channel][] {
  return channels.entries().sort(([a], [b]) => compareKeys(a, b));
}

const MAX_PROTOCOL = 0xff;
const MAX_PORT = 0xffff;

const codes = new Uint8Array(32);
const SPACE = 32;

/** By the hash of the key's text, which an IPv4 address need not become for it. */
function laneOf(quad: number, text: string, protocol: number, responderPort: number): number {
  if (quad < 0) return hashText(channelText({ responder: text, protocol, responderPort })) % LANES;
  let at = writeDecimal(0, protocol);
  codes[at++] = SPACE;
  at = writeDecimal(at, responderPort);
  codes[at++] = SPACE;
  return hashCodes(codes, writeQuad(codes, at, quad)) % LANES;
}

function writeDecimal(at: number, value: number): number {
  let digits = 1;
  for (let power = 10; power <= value; power *= 10) digits++;
  let rest = value;
  for (let i = at + digits - 1; i >= at; i--) {
    codes[i] = 48 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  return at + digits;
}
