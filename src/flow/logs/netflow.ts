import { formatAddress } from '../../bytes/ip-address.ts';
import { CaptureDecoder } from '../../capture/capture-decoder.ts';
import type { Packet } from '../../capture/packet.ts';
import type { TrafficSink } from '../event.ts';
import { isNetflow, NetflowDecoder } from './netflow-decoder.ts';
import { NOTHING_SHOWN } from './nothing-shown.ts';

/** A message is a UDP datagram, or as long as 16 bits say. */
const MOST_MESSAGE = 1 << 16;
const UDP = 17;

/** Reads a file of NetFlow or IPFIX messages one behind the other; gives the number of records. Content never makes it throw. */
export async function readNetflow(
  chunks: AsyncIterable<Uint8Array>,
  sink: TrafficSink,
): Promise<number> {
  const decoder = startDecoder(sink);
  const messages = new MessageFile(decoder);
  try {
    for await (const chunk of chunks) messages.push(chunk);
    messages.end();
  } finally {
    finish(decoder, sink);
  }
  return decoder.records;
}

/**
 * Reads the NetFlow and IPFIX messages inside a capture of an exporter's datagrams, whatever port they went to; gives
 * the number of records. Other packets are counted under `notNetflow`.
 */
export async function readNetflowCapture(
  chunks: AsyncIterable<Uint8Array>,
  sink: TrafficSink,
): Promise<number> {
  const decoder = startDecoder(sink);
  let others = 0;
  const packets = new CaptureDecoder((packet) => {
    if (!isNetflowPacket(packet)) others++;
    else {
      const { data, payloadOffset, payloadCaptured } = packet;
      const end = payloadOffset + payloadCaptured;
      if (decoder.read(data, payloadOffset, end, formatAddress(packet.source)) !== end) {
        decoder.skip('malformedNetflow');
      }
    }
  });
  try {
    for await (const chunk of chunks) packets.push(chunk);
    packets.end();
  } finally {
    finish(decoder, sink);
    if (others > 0) sink.skipped('notNetflow', others);
    for (const [reason, count] of packets.skipped) sink.skipped(reason, count);
  }
  return decoder.records;
}

/**
 * Whether most packets at the beginning of a capture carry NetFlow or IPFIX, and some record in them can be read: a
 * capture without templates has nothing to tell but that somebody exports.
 */
export function isNetflowCapture(head: Uint8Array): boolean {
  let [netflow, all] = [0, 0];
  const decoder = new NetflowDecoder(NOWHERE);
  const packets = new CaptureDecoder((packet) => {
    all++;
    if (!isNetflowPacket(packet)) return;
    netflow++;
    const { data, payloadOffset, payloadCaptured, source } = packet;
    decoder.read(data, payloadOffset, payloadOffset + payloadCaptured, formatAddress(source));
  });
  packets.push(head);
  return netflow * 2 > all && decoder.records > 0;
}

const NOWHERE: TrafficSink = {
  flow: () => undefined,
  event: () => undefined,
  visibility: () => undefined,
  skipped: () => undefined,
};

function isNetflowPacket(packet: Packet): boolean {
  const { protocol, data, payloadOffset, payloadCaptured, laterFragment } = packet;
  if (protocol !== UDP || laterFragment) return false;
  return isNetflow(data, payloadOffset, payloadOffset + payloadCaptured);
}

function startDecoder(sink: TrafficSink): NetflowDecoder {
  sink.visibility({ ...NOTHING_SHOWN, packets: true, connState: true });
  return new NetflowDecoder(sink);
}

function finish(decoder: NetflowDecoder, sink: TrafficSink): void {
  decoder.end();
  for (const [reason, count] of decoder.skips) sink.skipped(reason, count);
}

/** Messages cut anywhere by chunks. Behind bytes that are no message nothing can be found again: the rest is counted. */
class MessageFile {
  readonly #decoder: NetflowDecoder;
  #rest = new Uint8Array(4 * MOST_MESSAGE);
  #length = 0;
  #isLost = false;

  constructor(decoder: NetflowDecoder) {
    this.#decoder = decoder;
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length && !this.#isLost;) {
      const part = chunk.subarray(at, at + this.#rest.length - this.#length);
      this.#rest.set(part, this.#length);
      this.#length += part.length;
      at += part.length;
      this.#isLost = !this.#read(false);
    }
  }

  end(): void {
    if (this.#isLost) return;
    if (this.#read(true) && this.#length > 0) this.#decoder.skip('truncatedNetflow');
  }

  /** `false` where no message can begin. */
  #read(isAll: boolean): boolean {
    // A buffer that is full without a whole message holds none: messages are shorter.
    const isFull = this.#length === this.#rest.length;
    const next = this.#decoder.read(this.#rest, 0, this.#length, 'file', isAll || isFull);
    if (next < 0 || (next === 0 && isFull)) {
      this.#decoder.skip('malformedNetflow');
      return false;
    }
    this.#rest.copyWithin(0, next, this.#length);
    this.#length -= next;
    return true;
  }
}
