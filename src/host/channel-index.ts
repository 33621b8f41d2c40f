import { Channel } from './channel.ts';
import { formatQuad, quadRank } from './quad.ts';

/** What a channel is about. */
export interface ChannelKey {
  readonly responder: string;
  readonly protocol: number;
  readonly responderPort: number;
}

/** The one text of a channel's key: it orders channels and hashes them into lanes. */
export function channelText({ protocol, responderPort, responder }: ChannelKey): string {
  return `${protocol} ${responderPort} ${responder}`;
}

/** The key of a channel to an IPv4 address, which is a text only once somebody asks for it. */
class QuadKey implements ChannelKey {
  readonly quad: number;
  readonly ports: number;

  constructor(quad: number, ports: number) {
    this.quad = quad;
    this.ports = ports;
  }

  get responder(): string {
    return formatQuad(this.quad);
  }

  get protocol(): number {
    return this.ports >>> 16;
  }

  get responderPort(): number {
    return this.ports & 0xffff;
  }
}

/** The responder, as something to count by: cheaper than its text where it is an IPv4 address. */
export function responderOf(key: ChannelKey): number | string {
  return key instanceof QuadKey ? key.quad : key.responder;
}

/** Negative when the first key's text comes first; no two keys of one table have the same. */
export function compareKeys(a: ChannelKey, b: ChannelKey): number {
  if (!(a instanceof QuadKey) || !(b instanceof QuadKey)) {
    return channelText(a) < channelText(b) ? -1 : 1;
  }
  if (a.ports === b.ports) return quadRank(a.quad) - quadRank(b.quad);
  if (a.protocol !== b.protocol) return decimalRank(a.protocol) - decimalRank(b.protocol);
  return decimalRank(a.responderPort) - decimalRank(b.responderPort);
}

/** Orders numbers of up to five digits as a text does in which something less than a digit follows them. */
function decimalRank(value: number): number {
  let padded = value;
  let digits = 5;
  for (; padded < 10_000 && digits > 1; digits--) padded *= 10;
  return padded * 8 + digits;
}

/** Up to so many are looked through one by one. */
const FEW = 8;

/** Channels by (responder, protocol, responder port): of IPv4 responders by two words, without a text for the key. */
export class ChannelIndex {
  readonly #words: number[] = [];
  readonly #ports: number[] = [];
  readonly #channels: Channel[] = [];
  /** One more than a channel's place, 0 for none; once there are more than a few. */
  #table: Int32Array | undefined;
  /** Of all other responders. */
  #others: Map<string, Channel> | undefined;

  get size(): number {
    return this.#channels.length + (this.#others?.size ?? 0);
  }

  /** `quad` is the responder's word, or −1 and then `text` is asked for. */
  find(quad: number, text: string, protocol: number, port: number): Channel | undefined {
    if (quad < 0) {
      return this.#others?.get(channelText({ responder: text, protocol, responderPort: port }));
    }
    const place = this.#placeOf(quad | 0, (protocol << 16) | port);
    return place < 0 ? undefined : this.#channels[place];
  }

  /** Adds a channel that is not there yet. */
  add(quad: number, text: string, protocol: number, port: number): Channel {
    const channel = new Channel();
    if (quad < 0) {
      const key = channelText({ responder: text, protocol, responderPort: port });
      (this.#others ??= new Map()).set(key, channel);
      return channel;
    }
    const place = this.#channels.length;
    this.#words[place] = quad | 0;
    this.#ports[place] = (protocol << 16) | port;
    this.#channels[place] = channel;
    if (place < FEW) return channel;
    if (this.#table === undefined || 2 * place >= this.#table.length) this.#rehash();
    else this.#enter(this.#table, place);
    return channel;
  }

  /** In no order that means anything. */
  entries(): [ChannelKey, Channel][] {
    const all: [ChannelKey, Channel][] = [];
    for (const [place, channel] of this.#channels.entries()) {
      all.push([new QuadKey(this.#words[place]!, this.#ports[place]!), channel]);
    }
    for (const [text, channel] of this.#others ?? []) all.push([channelKey(text), channel]);
    return all;
  }

  #placeOf(word: number, ports: number): number {
    const table = this.#table;
    if (table === undefined) {
      for (let i = 0; i < this.#words.length; i++) {
        if (this.#words[i] === word && this.#ports[i] === ports) return i;
      }
      return -1;
    }
    const mask = table.length - 1;
    for (let at = mixed(word, ports) & mask; ; at = (at + 1) & mask) {
      const place = table[at]! - 1;
      if (place < 0 || (this.#words[place] === word && this.#ports[place] === ports)) return place;
    }
  }

  #rehash(): void {
    const table = new Int32Array(this.#table === undefined ? 8 * FEW : 2 * this.#table.length);
    for (let place = 0; place < this.#channels.length; place++) this.#enter(table, place);
    this.#table = table;
  }

  #enter(table: Int32Array, place: number): void {
    const mask = table.length - 1;
    let at = mixed(this.#words[place]!, this.#ports[place]!) & mask;
    while (table[at] !== 0) at = (at + 1) & mask;
    table[at] = place + 1;
  }
}

/** The responder may hold spaces: not every log names hosts by their address. */
function channelKey(text: string): ChannelKey {
  const [protocol = '', port = ''] = text.split(' ', 2);
  const responder = text.slice(protocol.length + port.length + 2);
  return { responder, protocol: Number(protocol), responderPort: Number(port) };
}

function mixed(word: number, ports: number): number {
  let h = Math.imul(word ^ Math.imul(ports, 0x9e3779b1), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
