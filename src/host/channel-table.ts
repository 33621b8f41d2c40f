import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { hashText } from '../stats/hash.ts';
import { Channel } from './channel.ts';

/** What a channel is about. */
export interface ChannelKey {
  readonly responder: string;
  readonly protocol: number;
  readonly responderPort: number;
}

const EXACT_CHANNELS = 1024;
const LANES = 1024;

/**
 * An originator's channels: each by itself while there are at most 1,024 of them, else all of them added up in
 * 1,024 lanes by hash. Which of the two depends only on how many distinct channels there are, not on the order
 * they came in; memory is bounded and a periodic channel still shows in its lane.
 */
export class ChannelTable {
  #exact: Map<string, Channel> | undefined = new Map();
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

  /** The channel (or its lane) to add to. */
  channel(key: ChannelKey): Channel {
    return this.#channelOf(`${key.protocol} ${key.responderPort} ${key.responder}`);
  }

  /** The channels with their keys (`undefined` for lanes), in an order that depends on the data alone. */
  *entries(): IterableIterator<readonly [ChannelKey | undefined, Channel]> {
    if (this.#exact !== undefined) {
      for (const [text, channel] of sorted(this.#exact)) yield [toKey(text), channel];
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
    for (const [text, channel] of other.#exact) this.#channelOf(text).merge(channel);
  }

  encode(writer: ByteWriter): void {
    if (this.#exact !== undefined) {
      writer.u8(0);
      writer.varint(this.#exact.size);
      for (const [text, channel] of sorted(this.#exact)) {
        writer.text(text);
        channel.encode(writer);
      }
      return;
    }
    writer.u8(1);
    writer.varint(this.size);
    for (const [index, lane] of this.#lanes.entries()) {
      if (lane === undefined) continue;
      writer.varint(index);
      lane.encode(writer);
    }
  }

  static decode(reader: ByteReader): ChannelTable {
    const table = new ChannelTable();
    const inLanes = reader.u8() === 1;
    const count = reader.varint();
    if (count > (inLanes ? LANES : EXACT_CHANNELS)) reader.truncated = true;
    if (inLanes) table.#toLanes();
    for (let i = 0; i < count && !reader.truncated; i++) {
      if (inLanes) {
        const index = reader.varint();
        if (index >= LANES) reader.truncated = true;
        else table.#lane(index).merge(Channel.decode(reader));
      } else {
        table.#channelOf(reader.text()).merge(Channel.decode(reader));
      }
    }
    return table;
  }

  #channelOf(text: string): Channel {
    if (this.#exact !== undefined) {
      const known = this.#exact.get(text);
      if (known !== undefined) return known;
      if (this.#exact.size < EXACT_CHANNELS) {
        const channel = new Channel();
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
    for (const [text, channel] of exact) this.#lane(hashText(text) % LANES).merge(channel);
  }
}

function sorted(channels: Map<string, Channel>): [string, Channel][] {
  return [...channels].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

function toKey(text: string): ChannelKey {
  const [protocol = '', port = '', responder = ''] = text.split(' ');
  return { responder, protocol: Number(protocol), responderPort: Number(port) };
}
