import { TCP_SYN, type Packet } from '../../capture/packet.ts';
import { BoundedTable, directionHash, sameWords } from './bounded-table.ts';
import type { Ends, MessageSink } from './conversation.ts';
import { EMPTY_LINE, type Message, type MessageRead } from './message.ts';

/** A DNS message over TCP behind its length, the longest that is read; others are far shorter. */
const MAX_MESSAGE = 65_535 + 2;
const BOUNDS = { maxEntries: 4096, maxHeld: 32 << 20, maxAgeUs: 10e6 };
/** Segments kept that came before their turn. */
const MAX_EARLY = 8;
/** A sequence number further off is of another connection between the same ports. */
const SAME_CONNECTION = 1 << 20;

interface EarlySegment {
  readonly sequence: number;
  readonly bytes: Uint8Array;
}

/** One direction of a TCP connection with a message begun and not finished. */
interface Stream {
  readonly hash: number;
  readonly ends: { -readonly [K in keyof Ends]: Ends[K] };
  readonly startedUs: number;
  held: number;
  read: MessageRead;
  wanted: number;
  stage: number;
  bytes: Uint8Array;
  length: number;
  /** Bytes in which the empty line has been looked for. */
  scanned: number;
  nextSequence: number;
  /** Bytes that the snap length took. */
  missing: number;
  early: EarlySegment[];
}

/**
 * Joins the segments of messages that span them, by TCP sequence number: only for directions in which a message has
 * begun and not ended, in bounded memory, for ten seconds of capture time. What never ends is given to its reader as
 * far as it came.
 */
export class MessageAssembler {
  readonly #streams = new BoundedTable<Stream>(BOUNDS);
  readonly #message: Message;
  #sink: MessageSink | undefined;

  /** `message` is filled for the readers. */
  constructor(message: Message) {
    this.#message = message;
  }

  /** Directions with an unfinished message. */
  get size(): number {
    return this.#streams.size;
  }

  /** Keeps what the reader of `#message` waits for; it was found in this packet. */
  begin(packet: Packet, sink: MessageSink): void {
    const message = this.#message;
    const { start, end, wanted, waiting, stage } = message;
    if (wanted > MAX_MESSAGE || end - start > MAX_MESSAGE) {
      message.mayGrow = false;
      message.wanted = 0;
      waiting!(message, sink);
      return;
    }
    const bytes = message.data.slice(start, end);
    const syn = (packet.tcpFlags & TCP_SYN) === 0 ? 0 : 1;
    const stream: Stream = {
      hash: hashOf(packet),
      ends: {
        timeUs: packet.timeUs,
        protocol: packet.protocol,
        source: packet.source.slice(),
        destination: packet.destination.slice(),
        sourcePort: packet.sourcePort,
        destinationPort: packet.destinationPort,
      },
      startedUs: packet.timeUs,
      held: bytes.length,
      read: waiting!,
      wanted,
      stage,
      bytes,
      length: bytes.length,
      scanned: bytes.length,
      nextSequence: (packet.tcpSequence + packet.payloadLength + syn) | 0,
      missing: 0,
      early: [],
    };
    this.#sink = sink;
    this.#streams.add(stream.hash, stream, this.#release);
  }

  /** Adds the packet to the message it goes on with; `false` if it goes on with none. */
  join(packet: Packet, sink: MessageSink): boolean {
    this.#sink = sink;
    this.#streams.expire(packet.timeUs, this.#release);
    const stream = this.#streams.get(hashOf(packet));
    if (stream === undefined || !isOf(stream.ends, packet)) return false;
    const ahead = (packet.tcpSequence - stream.nextSequence) | 0;
    if (ahead > SAME_CONNECTION || ahead < -SAME_CONNECTION) {
      this.#end(stream);
      return false;
    }
    stream.ends.timeUs = packet.timeUs;
    if (ahead > 0) this.#keepEarly(stream, packet, ahead);
    else {
      const from = packet.payloadOffset;
      const to = from + packet.payloadCaptured;
      this.#append(stream, packet.data, from - ahead, to);
      const missing = packet.payloadLength - packet.payloadCaptured;
      if (missing > 0 && packet.payloadLength > -ahead) {
        stream.missing = missing;
        this.#end(stream);
      } else {
        this.#appendEarly(stream);
        this.#readOn(stream);
      }
    }
    this.#streams.shrink(this.#release);
    return true;
  }

  /** Lets go everything that is unfinished. */
  end(sink: MessageSink): void {
    this.#sink = sink;
    this.#streams.clear(this.#release);
  }

  #grow(stream: Stream, bytes: number): void {
    stream.held += bytes;
    this.#streams.grew(bytes);
  }

  #keepEarly(stream: Stream, packet: Packet, ahead: number): void {
    const { payloadOffset, payloadCaptured, payloadLength } = packet;
    if (payloadCaptured < payloadLength || stream.early.length >= MAX_EARLY) return;
    if (stream.length + ahead + payloadCaptured > MAX_MESSAGE) return;
    const bytes = packet.data.slice(payloadOffset, payloadOffset + payloadCaptured);
    stream.early.push({ sequence: packet.tcpSequence, bytes });
    this.#grow(stream, bytes.length);
  }

  #appendEarly(stream: Stream): void {
    for (let i = 0; i < stream.early.length; i++) {
      const { sequence, bytes } = stream.early[i]!;
      const ahead = (sequence - stream.nextSequence) | 0;
      if (ahead > 0) continue;
      stream.early.splice(i, 1);
      this.#grow(stream, -bytes.length);
      this.#append(stream, bytes, -ahead, bytes.length);
      i = -1; // it may have closed the gap before any other
    }
  }

  #append(stream: Stream, data: Uint8Array, from: number, to: number): void {
    const added = to - from;
    if (added <= 0) return; // sent again
    const taken = Math.min(added, MAX_MESSAGE - stream.length);
    const length = stream.length + taken;
    if (length > stream.bytes.length) {
      const bytes = new Uint8Array(
        Math.min(MAX_MESSAGE, Math.max(2 * stream.bytes.length, length)),
      );
      bytes.set(stream.bytes.subarray(0, stream.length));
      this.#grow(stream, bytes.length - stream.bytes.length);
      stream.bytes = bytes;
    }
    stream.bytes.set(data.subarray(from, from + taken), stream.length);
    stream.length = length;
    stream.nextSequence = (stream.nextSequence + added) | 0;
  }

  /** Calls the reader again if what it waits for is there. */
  #readOn(stream: Stream): void {
    if (!isReady(stream)) {
      if (stream.length >= MAX_MESSAGE) this.#end(stream);
      return;
    }
    const message = this.#fill(stream, true);
    stream.read(message, this.#sink!);
    if (message.wanted === 0 || message.wanted > MAX_MESSAGE) {
      this.#streams.take(stream.hash);
      if (message.wanted === 0) return;
      message.wanted = 0;
      message.mayGrow = false;
      stream.read(message, this.#sink!);
      return;
    }
    stream.bytes.copyWithin(0, message.start, stream.length);
    stream.length -= message.start;
    stream.scanned = stream.length;
    stream.wanted = message.wanted;
    stream.stage = message.stage;
    stream.read = message.waiting!;
  }

  /** Takes the stream out, unfinished. */
  #end(stream: Stream): void {
    this.#streams.take(stream.hash);
    this.#release(stream);
  }

  readonly #release = (stream: Stream): void => {
    stream.read(this.#fill(stream, false), this.#sink!);
  };

  #fill(stream: Stream, mayGrow: boolean): Message {
    const message = this.#message;
    message.ends = stream.ends;
    message.data = stream.bytes;
    message.start = 0;
    message.end = stream.length;
    message.claimed = stream.length + stream.missing;
    message.mayGrow = mayGrow;
    message.stage = stream.stage;
    message.wanted = 0;
    return message;
  }
}

function isReady(stream: Stream): boolean {
  if (stream.wanted !== EMPTY_LINE) return stream.length >= stream.wanted;
  const { bytes, length } = stream;
  for (let i = Math.max(1, stream.scanned - 2); i < length; i++) {
    if (bytes[i] !== 0x0a) continue;
    if (bytes[i - 1] === 0x0a || (bytes[i - 1] === 0x0d && bytes[i - 2] === 0x0a)) return true;
  }
  stream.scanned = length;
  return false;
}

function hashOf(packet: Packet): number {
  return directionHash(
    packet.source,
    packet.destination,
    packet.sourcePort,
    packet.destinationPort,
  );
}

function isOf(ends: Ends, packet: Packet): boolean {
  return (
    ends.sourcePort === packet.sourcePort &&
    ends.destinationPort === packet.destinationPort &&
    sameWords(ends.source, packet.source) &&
    sameWords(ends.destination, packet.destination)
  );
}
