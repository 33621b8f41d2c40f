import { parseAddress } from '../src/bytes/ip-address.ts';
import { TCP_ACK, TCP_FIN, TCP_PSH, TCP_SYN } from '../src/capture/packet.ts';
import { tcpFrame } from '../src/synth/frames/tcp-frame.ts';
import { udpFrame } from '../src/synth/frames/udp-frame.ts';
import { dnsQuery, dnsResponse, DNS_TYPES } from '../src/synth/payloads/dns-message.ts';
import { clientHello } from '../src/synth/payloads/tls-message.ts';
import { httpRequest } from '../src/synth/payloads/http-message.ts';
import { Random } from '../src/synth/random.ts';

/**
 * The traffic of the bench as pcap bytes, in chunks that are overwritten: frames of the generator's own builders
 * with addresses, ports and sequence numbers written over them, because a packet must cost less to make than to read.
 */
export interface Traffic {
  readonly packets: number;
  /** Bytes kept of each frame. */
  readonly snapLength: number;
  readonly chunks: Iterable<Uint8Array>;
}

const CHUNK = 1 << 20;
const START_SECONDS = 1_700_000_000;
const ETHERNET = 14;
const SOURCE = ETHERNET + 12;
const TRANSPORT = ETHERNET + 20;

/**
 * TCP conversations of TLS and HTTP, and DNS lookups, 20,000 at a time, each sending one to four packets when it is
 * its turn; 650 B a packet when nothing is cut.
 */
export function mixedTraffic(packets: number, snapLength = 65535): Traffic {
  return { packets, snapLength, chunks: mixed(packets, snapLength) };
}

/**
 * SYNs of 80 B from ever new sources to one server; two packets in three open a flow, the third is the server's
 * answer to, or a repetition of, one that is open.
 */
export function floodTraffic(packets: number): Traffic {
  return { packets, snapLength: 65535, chunks: flood(packets) };
}

/** Packet records in a buffer that is handed out when it is full. */
class Records {
  readonly #bytes = new Uint8Array(CHUNK);
  readonly #view = new DataView(this.#bytes.buffer);
  readonly #snapLength: number;
  readonly #stepUs: number;
  #at = 0;
  #timeUs = 0;

  constructor(snapLength: number, stepUs: number) {
    this.#snapLength = snapLength;
    this.#stepUs = stepUs;
    const header = [0xa1b2c3d4, 0x00040002, 0, 0, snapLength, 1];
    for (const word of header) {
      this.#view.setUint32(this.#at, word, true);
      this.#at += 4;
    }
  }

  get isFull(): boolean {
    return this.#at > CHUNK - 2048;
  }

  take(): Uint8Array {
    const full = this.#bytes.subarray(0, this.#at);
    this.#at = 0;
    return full;
  }

  /** Appends a frame and gives the place of its bytes in `view`, to be written over. */
  add(frame: Uint8Array): number {
    const length = Math.min(frame.length, this.#snapLength);
    const view = this.#view;
    const at = this.#at;
    this.#timeUs += this.#stepUs;
    view.setUint32(at, START_SECONDS + Math.floor(this.#timeUs / 1e6), true);
    view.setUint32(at + 4, this.#timeUs % 1e6, true);
    view.setUint32(at + 8, length, true);
    view.setUint32(at + 12, frame.length, true);
    this.#bytes.set(length === frame.length ? frame : frame.subarray(0, length), at + 16);
    this.#at = at + 16 + length;
    return at + 16;
  }

  /** Addresses and ports of a frame without IP options. */
  ends(at: number, from: number, fromPort: number, to: number, toPort: number): void {
    const view = this.#view;
    view.setUint32(at + SOURCE, from);
    view.setUint32(at + SOURCE + 4, to);
    view.setUint16(at + TRANSPORT, fromPort);
    view.setUint16(at + TRANSPORT + 2, toPort);
  }

  sequence(at: number, sequence: number, acknowledgment: number): void {
    this.#view.setUint32(at + TRANSPORT + 4, sequence);
    this.#view.setUint32(at + TRANSPORT + 8, acknowledgment);
  }
}

const route = {
  source: parseAddress('10.0.0.1')!,
  destination: parseAddress('192.0.2.1')!,
  sourceMac: new Uint8Array(6),
  destinationMac: new Uint8Array(6),
  ttl: 64,
  ipId: 0,
};

function segment(flags: number, payload: Uint8Array, options = 0): Uint8Array {
  return tcpFrame(route, {
    sourcePort: 0,
    destinationPort: 0,
    sequence: 0,
    acknowledgment: 0,
    flags,
    window: 64240,
    options: new Uint8Array(options).fill(1), // no-operation
    payload,
  });
}

function datagram(payload: Uint8Array): Uint8Array {
  return udpFrame(route, 0, 0, payload);
}

/** Xorshift (Marsaglia 2003): a packet's dice have to be cheap. */
class Dice {
  #state = 0x2545f491;

  next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return x >>> 0;
  }
}

function noise(length: number, seed: number): Uint8Array {
  const bytes = new Random(seed).bytes(length);
  bytes[0] = 0x17; // an application data record of TLS, continued
  return bytes;
}

const OPEN = 20_000;
/** Steps of a TCP conversation before and after its middle. */
const OPENING = 4;
const CLOSING = 3;

function* mixed(packets: number, snapLength: number): Generator<Uint8Array> {
  const out = new Records(snapLength, 100);
  const dice = new Dice();
  const frames = mixedFrames();
  const client = new Uint32Array(OPEN);
  const server = new Uint32Array(OPEN);
  const clientPort = new Uint16Array(OPEN);
  const serverPort = new Uint16Array(OPEN);
  const step = new Uint32Array(OPEN);
  const length = new Uint32Array(OPEN);
  const clientSequence = new Uint32Array(OPEN);
  const serverSequence = new Uint32Array(OPEN);

  const begin = (i: number): void => {
    const kind = dice.next() % 10;
    client[i] = 0x0a000000 + (dice.next() % 5000);
    server[i] = 0xc6120000 + (dice.next() % 20_000);
    clientPort[i] = 1024 + (dice.next() % 60_000);
    serverPort[i] = kind < 4 ? 53 : kind < 6 ? 80 : 443;
    step[i] = 0;
    length[i] = kind < 4 ? 2 : OPENING + CLOSING + (dice.next() % 60);
    clientSequence[i] = dice.next();
    serverSequence[i] = dice.next();
  };
  for (let i = 0; i < OPEN; i++) begin(i);

  let i = 0;
  let train = 0;
  for (let n = 0; n < packets; n++) {
    if (train-- === 0) {
      i = dice.next() % OPEN;
      train = dice.next() % 4;
    }
    const at = step[i]!++;
    const isDns = serverPort[i] === 53;
    const { frame, payload, back } = isDns ? frames.dns[at]! : tcpStep(frames, at, length[i]!, serverPort[i]!, i); // prettier-ignore
    const place = out.add(frame);
    if (back) out.ends(place, server[i]!, serverPort[i]!, client[i]!, clientPort[i]!);
    else out.ends(place, client[i]!, clientPort[i]!, server[i]!, serverPort[i]!);
    if (!isDns) {
      if (back) out.sequence(place, serverSequence[i]!, clientSequence[i]!);
      else out.sequence(place, clientSequence[i]!, at === 0 ? 0 : serverSequence[i]!);
      if (back) serverSequence[i]! += payload;
      else clientSequence[i]! += payload;
    }
    if (step[i] === length[i]) {
      begin(i);
      train = 0;
    }
    if (out.isFull) yield out.take();
  }
  yield out.take();
}

interface Step {
  readonly frame: Uint8Array;
  /** Sequence numbers it uses up. */
  readonly payload: number;
  readonly back: boolean;
}

type Frames = ReturnType<typeof mixedFrames>;

function tcpStep(frames: Frames, at: number, length: number, port: number, i: number): Step {
  if (at < OPENING - 1) return frames.opening[at]!;
  if (at === OPENING - 1) return port === 80 ? frames.request : frames.hello;
  if (at >= length - CLOSING) return frames.closing[at - (length - CLOSING)]!;
  return frames.middle[(at + i) % frames.middle.length]!;
}

function mixedFrames() {
  const random = new Random(4);
  const none = new Uint8Array(0);
  const make = (back: boolean, flags: number, payload: Uint8Array, uses = 0): Step => ({
    frame: segment(flags, payload, (flags & TCP_SYN) === 0 ? 12 : 20),
    payload: payload.length + uses,
    back,
  });
  const question = { id: 7, name: 'www.example.org', type: DNS_TYPES.A };
  const answer = { type: DNS_TYPES.A, ttl: 300, data: Uint8Array.of(198, 18, 0, 1) };
  const get = httpRequest({
    method: 'GET',
    host: 'www.example.org',
    uri: '/',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
  });
  return {
    opening: [
      make(false, TCP_SYN, none, 1),
      make(true, TCP_SYN | TCP_ACK, none, 1),
      make(false, TCP_ACK, none),
    ],
    hello: make(false, TCP_ACK | TCP_PSH, clientHello(random, 'chrome', 'www.example.org')),
    request: make(false, TCP_ACK | TCP_PSH, get),
    middle: [
      make(true, TCP_ACK, noise(1448, 1)),
      make(false, TCP_ACK, none),
      make(true, TCP_ACK | TCP_PSH, noise(900, 2)),
      make(true, TCP_ACK, noise(900, 3)),
      make(false, TCP_ACK | TCP_PSH, noise(80, 4)),
      make(true, TCP_ACK, noise(1448, 5)),
    ],
    closing: [
      make(false, TCP_ACK | TCP_FIN, none, 1),
      make(true, TCP_ACK | TCP_FIN, none, 1),
      make(false, TCP_ACK, none),
    ],
    dns: [
      { frame: datagram(dnsQuery(question)), payload: 0, back: false },
      { frame: datagram(dnsResponse(question, [answer])), payload: 0, back: true },
    ],
  };
}

const VICTIM = 0xc0000201;

function* flood(packets: number): Generator<Uint8Array> {
  const out = new Records(65535, 10);
  const dice = new Dice();
  const none = new Uint8Array(0);
  const syn = segment(TCP_SYN, none, 24); // 78 B and padding
  const answer = segment(TCP_SYN | TCP_ACK, none, 24);
  const frames = [syn, answer].map((frame) => Uint8Array.from([...frame, 0, 0]));
  const sources = new Uint32Array(packets);
  let opened = 0;
  for (let n = 0; n < packets; n++) {
    const kind = n % 20;
    const isNew = kind < 13; // 65 %: 2.6 million of 4 million
    const source = isNew ? dice.next() : sources[dice.next() % opened]!;
    if (isNew) sources[opened++] = source;
    const port = 1024 + (Math.imul(source, 0x9e3779b1) >>> 17);
    const back = kind >= 17;
    const place = out.add(frames[back ? 1 : 0]!);
    if (back) out.ends(place, VICTIM, 80, source, port);
    else out.ends(place, source, port, VICTIM, 80);
    if (out.isFull) yield out.take();
  }
  yield out.take();
}
