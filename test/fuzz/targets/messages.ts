import { emptyPacket, type Packet } from '../../../src/capture/packet.ts';
import type { AppEvent } from '../../../src/flow/event.ts';
import {
  chromeHello,
  dnsQuery,
  dnsResponse,
  hello,
  answer,
} from '../../flow/messages/message-bytes.ts';
import { MessageReader } from '../../../src/flow/messages/message-reader.ts';
import { Digest, Outcome } from '../digest.ts';
import { mustHold, type FuzzTarget } from '../fuzz-target.ts';
import { dialoguesOf, syntheticCaptures, type Dialogue } from '../synthetic-traffic.ts';

/** Server ports whose protocols are told apart by them, and some of none. */
const PORTS = [
  53, 443, 80, 22, 21, 23, 25, 67, 69, 88, 110, 123, 135, 137, 138, 139, 143, 161, 162, 389, 445, 465, 500, 587, 636,
  853, 993, 1080, 1433, 1900, 2323, 3128, 3268, 3306, 3333, 3389, 4444, 5060, 5222, 5353, 5355, 5432, 5672, 5900, 6379,
  6667, 6881, 8080, 8333, 8443, 9200, 11211, 27017, 40_000, 51_413,
]; // prettier-ignore
/** Longer texts than this are in no event. */
const LONGEST_EVENT = 64 * 1024;
const MARGIN = 64;
/** Of one turn, in seeds: heads of messages are where lengths are. */
const MOST_SEED_PAYLOAD = 700;

/**
 * Input: server port, transport, then turns: 16 bits of which the top says the server speaks, the next that a
 * segment is lost before it, the third that the snap length cut it, the rest its length.
 */
export const messages: FuzzTarget = {
  name: 'messages',
  maxLength: 3000,
  seeds: () => [
    ...syntheticCaptures().flatMap(({ bytes }) => dialoguesOf(bytes, 5).slice(0, 6).map(packedDialogue)),
    ...handMade().map(packedDialogue),
  ],
  seedsOfCapture: (capture) => dialoguesOf(capture, 4).slice(0, 6).map(packedDialogue),
  run: (input) => {
    const outcome = new Outcome();
    const first = read(input, 0, outcome);
    const second = read(input, 0xff, outcome);
    mustHold(first === second, 'bytes outside the input change the result');
    return outcome.value;
  },
}; // prettier-ignore

function read(input: Uint8Array, filler: number, outcome: Outcome): number {
  const digest = new Digest();
  let events = 0;
  const sink = {
    event: (event: AppEvent): void => {
      events++;
      const text = JSON.stringify(event);
      mustHold(text.length < LONGEST_EVENT, 'an event without a bound');
      mustHold(event.originator !== '' && event.responder !== '', 'an event of nobody');
      digest.text(text);
      outcome.saw(event.kind);
    },
    skipped: (reason: string, count: number): void => {
      mustHold(reason.length < 100 && count > 0, 'a reason without a bound');
      digest.text(reason);
      outcome.saw(reason);
    },
  };
  const reader = new MessageReader();
  for (const packet of turnsOf(input, filler)) {
    const service = reader.read(packet, sink);
    digest.text(service);
    if (service !== '') outcome.saw(service);
  }
  reader.end(sink);
  mustHold(events <= input.length + 4, 'more events than bytes');
  outcome.sawSize('events', events);
  return digest.value;
}

/** The turns as packets, each in a place of its own that the next overwrites. */
function* turnsOf(input: Uint8Array, filler: number): Generator<Packet> {
  const packet = emptyPacket();
  const buffer = new Uint8Array(input.length + 2 * MARGIN);
  const port = PORTS[(input[0] ?? 0) % PORTS.length]!;
  const kind = input[1] ?? 0;
  packet.protocol = (kind & 1) === 0 ? 6 : 17;
  packet.timeUs = 1_700_000_000_000_000;
  packet.data = buffer;
  buffer.fill(filler, 0, MARGIN);
  const next = [1000, 5000];
  for (let at = 2; at < input.length;) {
    const header = ((input[at] ?? 0) << 8) | (input[at + 1] ?? 0);
    const payload = input.subarray(at + 2, at + 2 + (header & 0x1fff));
    const side = header >>> 15;
    buffer.set(payload, MARGIN);
    buffer.fill(filler, MARGIN + payload.length, 2 * MARGIN + payload.length);
    packet.timeUs += 1000;
    setEnds(packet, side === 0, port);
    if ((header & 0x4000) !== 0) next[side]! += 700;
    packet.tcpSequence = next[side]!;
    packet.tcpAcknowledgment = next[1 - side]!;
    packet.tcpFlags = packet.protocol === 6 ? 0x18 : 0;
    packet.payloadOffset = MARGIN;
    packet.payloadCaptured = payload.length;
    packet.payloadLength = payload.length + ((header & 0x2000) === 0 ? 0 : 600);
    packet.ipLength = packet.payloadLength + 40;
    next[side]! += packet.payloadLength;
    yield packet;
    at += 2 + payload.length;
  }
}

function setEnds(packet: Packet, fromClient: boolean, port: number): void {
  const client = fromClient ? packet.source : packet.destination;
  const server = fromClient ? packet.destination : packet.source;
  client.set([0, 0, 0xffff, 0x0a000001]);
  server.set([0, 0, 0xffff, 0x0a000002]);
  packet.sourcePort = fromClient ? 50_001 : port;
  packet.destinationPort = fromClient ? port : 50_001;
}

function packedDialogue({ protocol, serverPort, turns }: Dialogue): Uint8Array {
  const port = PORTS.indexOf(serverPort);
  const parts: Uint8Array[] = [
    Uint8Array.of(port < 0 ? PORTS.length - 1 : port, protocol === 17 ? 1 : 0),
  ];
  for (const { fromClient, payload } of turns) {
    const part = payload.subarray(0, MOST_SEED_PAYLOAD);
    parts.push(
      Uint8Array.of((fromClient ? 0 : 0x80) | (part.length >>> 8), part.length & 255),
      part,
    );
  }
  return new Uint8Array(Buffer.concat(parts));
}

function handMade(): Dialogue[] {
  const said = (protocol: number, serverPort: number, ...payloads: (Uint8Array | string)[]): Dialogue => ({
    protocol,
    serverPort,
    turns: payloads.map((payload, i) => ({
      fromClient: i % 2 === 0,
      payload: typeof payload === 'string' ? new Uint8Array(Buffer.from(payload, 'latin1')) : payload,
    })),
  });
  const addresses = [answer(1, 60, [10, 0, 0, 9]), answer(16, 5, [3, 97, 98, 99]), answer(5, 9, [0xc0, 12])];
  return [
    said(17, 53, dnsQuery('www.example.com'), dnsResponse('www.example.com', 1, 0, addresses)),
    said(17, 5353, dnsQuery('_http._tcp.local', 12), dnsResponse('_http._tcp.local', 12, 3)),
    said(6, 443, chromeHello(), hello(2, [3, 3, ...new Array<number>(32).fill(1), 0, 0x13, 1, 0, 0, 6, 0, 43, 0, 2, 3, 4])),
    said(6, 80, 'GET /a?b=c HTTP/1.1\r\nHost: a.example\r\nUser-Agent: x\r\nAuthorization: Basic YTpi\r\n\r\n', 'HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nok'),
    said(6, 21, 'USER a\r\n', '331 need password\r\n', 'PASS b\r\n', '530 Login incorrect\r\n'),
    said(6, 25, 'EHLO x\r\n', '250-a\r\n250 AUTH LOGIN\r\n', 'AUTH PLAIN AGEAYg==\r\n', '535 no\r\n'),
    said(6, 22, 'SSH-2.0-OpenSSH_9.6 comment\r\n', 'SSH-2.0-Go\r\n'),
    said(6, 3389, Uint8Array.of(3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0), Uint8Array.of(3, 0, 0, 19, 14, 0xd0, 0, 0, 0, 0, 0, 2, 0, 8, 0, 2, 0, 0, 0)),
    said(6, 6379, '*2\r\n$4\r\nAUTH\r\n$1\r\nx\r\n', '-ERR invalid password\r\n'),
    said(6, 1080, Uint8Array.of(5, 1, 0), Uint8Array.of(5, 0), Uint8Array.of(5, 1, 0, 3, 4, 97, 46, 98, 99, 0, 80), Uint8Array.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0)),
    said(6, 389, Uint8Array.of(0x30, 12, 2, 1, 1, 0x60, 7, 2, 1, 3, 4, 0, 0x80, 0), Uint8Array.of(0x30, 12, 2, 1, 1, 0x61, 7, 10, 1, 49, 4, 0, 4, 0)),
    said(6, 80, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', Uint8Array.of(0, 0, 0, 4, 0, 0, 0, 0, 0)),
    said(6, 3333, '{"id":1,"method":"mining.subscribe","params":[]}\n', '{"id":1,"result":true,"error":null}\n'),
    said(6, 6667, 'NICK a\r\nUSER a b c :d\r\n', ':irc.example 001 a :Welcome\r\n'),
  ];
} // prettier-ignore
