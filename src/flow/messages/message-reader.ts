import type { Packet } from '../../capture/packet.ts';
import type { AppEvent } from '../event.ts';
import type { MessageSink } from './conversation.ts';
import { MessageAssembler } from './message-assembler.ts';
import { Message } from './message.ts';
import { QuicHellos } from './quic.ts';
import { readDatagram, readSegment } from './read-messages.ts';
import { RepeatedSegments } from './repeated-segments.ts';

const TCP = 6;
const UDP = 17;

/**
 * Reads what payloads say into events: most from one packet alone, a message that spans packets from all of them.
 * What is unfinished is bounded and kept between calls: packets go in in the capture's order, `end` at its end. A
 * message that began before the first packet, or ends behind the last, is lost or half known, and counted.
 */
export class MessageReader {
  readonly #message = new Message();
  readonly #assembler = new MessageAssembler(this.#message);
  readonly #quic = new QuicHellos();
  readonly #once = new OnceSink();

  /** Messages begun and not finished, of TCP. */
  get unfinished(): number {
    return this.#assembler.size;
  }

  /** Reads a packet and gives the name of the service it was recognised as, `''` if of none. */
  read(packet: Packet, sink: MessageSink): string {
    if (packet.payloadCaptured === 0 || packet.laterFragment) return '';
    if (packet.protocol === TCP) return this.#readSegment(packet, sink);
    if (packet.protocol !== UDP) return '';
    this.#message.ofPacket(packet, false);
    const service = readDatagram(packet, this.#message, sink);
    if (service === 'quic') this.#quic.read(packet, sink);
    return service;
  }

  /** Reports and counts what is unfinished, as far as it came. */
  end(sink: MessageSink): void {
    this.#assembler.end(sink);
    this.#quic.end(sink);
  }

  #readSegment(packet: Packet, sink: MessageSink): string {
    // The rest of a message says nothing of the service that its beginning did not say.
    if (this.#assembler.size > 0 && this.#assembler.join(packet, sink)) return '';
    const message = this.#message;
    message.ofPacket(packet, true);
    const once = this.#once;
    once.begin(packet, sink);
    const service = readSegment(packet, message, once);
    if (message.wanted !== 0 && !once.isRepeat()) this.#assembler.begin(packet, sink);
    return service;
  }
}

/** Passes on what a segment says unless the same segment said it before. Most say nothing and are not remembered. */
class OnceSink implements MessageSink {
  readonly #segments = new RepeatedSegments();
  #packet: Packet | undefined;
  #sink: MessageSink | undefined;
  #repeat: boolean | undefined;

  begin(packet: Packet, sink: MessageSink): void {
    this.#packet = packet;
    this.#sink = sink;
    this.#repeat = undefined;
  }

  isRepeat(): boolean {
    return (this.#repeat ??= this.#segments.isRepeat(this.#packet!));
  }

  event(event: AppEvent): void {
    if (!this.isRepeat()) this.#sink!.event(event);
  }

  skipped(reason: string, count: number): void {
    if (!this.isRepeat()) this.#sink!.skipped(reason, count);
  }
}
