import type { Packet } from '../../capture/packet.ts';
import { addressScope, formatAddress } from '../../bytes/ip-address.ts';
import { conversation, type MessageSink } from './conversation.ts';

/** DNS messages (RFC 1035 §4), also multicast DNS and LLMNR, over UDP and, behind a length, over TCP. */

const HEADER = 12;
const A = 1;
const AAAA = 28;
/** RFC 1035 §2.3.4. */
const MAX_NAME = 255;
const MAX_ADDRESSES = 16;
/** Answers looked at for addresses and TTLs: a message of 64 kB cannot hold us up. */
const MAX_ANSWERS = 256;

const UDP = 17;

/** Reads the DNS message of a packet; `false` if it is none. */
export function readDns(packet: Packet, sink: MessageSink): boolean {
  const { data } = packet;
  let start = packet.payloadOffset;
  const end = start + packet.payloadCaptured;
  let bytes = packet.payloadLength;
  if (packet.protocol !== UDP) {
    if (packet.payloadCaptured < 2 + HEADER) return false; // a lone length or the rest of a long message
    bytes = u16(data, start);
    start += 2;
    if (bytes < HEADER) return malformed(sink);
  }
  if (end - start < HEADER) {
    if (packet.payloadCaptured === packet.payloadLength) return malformed(sink);
    return cut(sink);
  }
  const message = new DnsMessage(data, start, Math.min(end, start + bytes));
  const flags = message.u16(2);
  const questions = message.u16(4);
  const isResponse = (flags & 0x8000) !== 0;
  const opcode = (flags >>> 11) & 15;
  if (questions > 64 || opcode > 6) return malformed(sink);
  if (opcode !== 0) return true; // NOTIFY, UPDATE and the like: DNS, but no look-up
  const complete = end - start >= bytes;
  if (!isResponse) return readQuery(packet, message, questions, complete, sink);
  return readResponse(packet, message, questions, { flags, bytes, complete }, sink);
}

function readQuery(
  packet: Packet,
  message: DnsMessage,
  questions: number,
  complete: boolean,
  sink: MessageSink,
): boolean {
  if (questions === 0) return true;
  const name = message.name();
  const queryType = message.next16();
  message.next16();
  if (message.isBroken()) return complete ? malformed(sink) : cut(sink);
  sink.event({ kind: 'dns-query', ...conversation(packet, true), name, queryType });
  return true;
}

function readResponse(
  packet: Packet,
  message: DnsMessage,
  questions: number,
  { flags, bytes, complete }: { flags: number; bytes: number; complete: boolean },
  sink: MessageSink,
): boolean {
  let name = '';
  let queryType = NaN;
  for (let i = 0; i < questions && !message.isBroken(); i++) {
    const asked = message.name();
    const type = message.next16();
    message.next16();
    if (i === 0) [name, queryType] = [asked, type];
  }
  if (message.isBroken()) return complete ? malformed(sink) : cut(sink);
  const answers = message.u16(6);
  const seen = message.answers(answers);
  if (message.isBroken() && complete) return malformed(sink);
  if (message.isBroken()) sink.skipped('truncated:dns', 1);
  // Multicast DNS announces unasked to everybody: there is no client to name.
  if (addressScope(packet.destination) === 'multicast') return true;
  sink.event({
    kind: 'dns-response',
    ...conversation(packet, false),
    name: questions === 0 ? seen.firstName : name,
    queryType: questions === 0 ? seen.firstType : queryType,
    responseCode: flags & 15,
    answers,
    messageBytes: bytes,
    addresses: seen.addresses,
    minTtl: seen.minTtl,
  });
  return true;
}

function malformed(sink: MessageSink): false {
  sink.skipped('malformed:dns', 1);
  return false;
}

/** Cut off by the snap length or a segment's end before anything could be told. */
function cut(sink: MessageSink): true {
  sink.skipped('truncated:dns', 1);
  return true;
}

function u16(data: Uint8Array, at: number): number {
  return (data[at]! << 8) | data[at + 1]!;
}

interface Answers {
  readonly firstName: string;
  readonly firstType: number;
  readonly addresses: string[];
  readonly minTtl: number;
}

/** A cursor over one message. Once it is broken nothing more can be trusted. */
class DnsMessage {
  readonly #data: Uint8Array;
  readonly #start: number;
  readonly #end: number;
  #at: number;
  #broken = false;

  constructor(data: Uint8Array, start: number, end: number) {
    this.#data = data;
    this.#start = start;
    this.#end = end;
    this.#at = start + HEADER;
  }

  isBroken(): boolean {
    return this.#broken;
  }

  /** A field of the header, which is there. */
  u16(offset: number): number {
    return u16(this.#data, this.#start + offset);
  }

  next16(): number {
    if (!this.#has(2)) return 0;
    this.#at += 2;
    return u16(this.#data, this.#at - 2);
  }

  /**
   * A name, following compression pointers (RFC 1035 §4.1.4) only backwards, each before the one that led
   * there, so that they end.
   */
  name(): string {
    const data = this.#data;
    let at = this.#at;
    let limit = at;
    let jumped = false;
    let text = '';
    for (;;) {
      if (at >= this.#end) return this.#fail();
      const length = data[at]!;
      if (length === 0) {
        if (!jumped) this.#at = at + 1;
        return text;
      }
      if (length >= 0xc0) {
        if (at + 1 >= this.#end) return this.#fail();
        const target = this.#start + (((length & 0x3f) << 8) | data[at + 1]!);
        if (!jumped) this.#at = at + 2;
        if (target >= limit) return this.#fail();
        jumped = true;
        at = limit = target;
        continue;
      }
      if (length > 63 || at + 1 + length > this.#end) return this.#fail();
      if (text.length + length > MAX_NAME) return this.#fail();
      if (text !== '') text += '.';
      text += label(data, at + 1, length);
      at += 1 + length;
    }
  }

  answers(count: number): Answers {
    const addresses: string[] = [];
    let minTtl = NaN;
    let firstName = '';
    let firstType = NaN;
    for (let i = 0; i < count && i < MAX_ANSWERS && !this.#broken; i++) {
      const name = this.name();
      const type = this.next16();
      this.next16();
      const ttl = this.next16() * 65536 + this.next16();
      const length = this.next16();
      if (!this.#has(length)) break;
      if (i === 0) [firstName, firstType] = [name, type];
      if (!(minTtl <= ttl)) minTtl = ttl;
      const address = this.#address(type, length);
      if (address !== '' && addresses.length < MAX_ADDRESSES) addresses.push(address);
      this.#at += length;
    }
    return { firstName, firstType, addresses, minTtl };
  }

  #address(type: number, length: number): string {
    const at = this.#at;
    const word = (i: number) => u16(this.#data, at + i) * 65536 + u16(this.#data, at + i + 2);
    if (type === A && length === 4) return formatAddress([0, 0, 0xffff, word(0)]);
    if (type === AAAA && length === 16) return formatAddress([word(0), word(4), word(8), word(12)]);
    return '';
  }

  #has(length: number): boolean {
    if (!this.#broken && length <= this.#end - this.#at) return true;
    this.#broken = true;
    return false;
  }

  #fail(): '' {
    this.#broken = true;
    return '';
  }
}

/** Lower case; what is not printable ASCII becomes `?`. */
function label(data: Uint8Array, start: number, length: number): string {
  let text = '';
  for (let i = start; i < start + length; i++) {
    const byte = data[i]!;
    text += byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '?';
  }
  return text.toLowerCase();
}
