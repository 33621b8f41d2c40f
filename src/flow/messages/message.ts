import type { Packet } from '../../capture/packet.ts';
import type { Ends, MessageSink } from './conversation.ts';

/** Reads messages from `message.start` on; `false` when the bytes are none of this protocol's. */
export type MessageRead = (message: Message, sink: MessageSink) => boolean;

/** Instead of a number of bytes: up to an empty line. */
export const EMPTY_LINE = -1;

const NOBODY: Ends = {
  timeUs: 0,
  protocol: 0,
  source: new Uint32Array(4),
  destination: new Uint32Array(4),
  sourcePort: 0,
  destinationPort: 0,
};

/**
 * What one side said, from the beginning of a message on: a packet's payload, or those of several packets joined.
 * One object is filled again and again; a reader keeps nothing of it. A reader that finds the message unfinished
 * calls `waitFor` and is called again, with the same bytes and more, unless nothing more can come (`mayGrow`): then
 * it reports what is there.
 */
export class Message {
  ends: Ends = NOBODY;
  data: Uint8Array = new Uint8Array(0);
  /** A reader moves it behind what it has done with. */
  start = 0;
  end = 0;
  /** Bytes from `start` on as the packet's header says; more than are there if the packet was cut by the snap length. */
  claimed = 0;
  mayGrow = false;
  /** What the reader has done so far with bytes that it wants to see again; 0 at first. */
  stage = 0;
  /** Who waits for how many bytes from `start` on (or `EMPTY_LINE`); 0 when nobody does. */
  wanted = 0;
  waiting: MessageRead | undefined;

  ofPacket(packet: Packet, mayGrow: boolean): void {
    this.ends = packet;
    this.data = packet.data;
    this.start = packet.payloadOffset;
    this.end = packet.payloadOffset + packet.payloadCaptured;
    this.claimed = packet.payloadLength;
    this.mayGrow = mayGrow && packet.payloadCaptured >= packet.payloadLength;
    this.stage = 0;
    this.wanted = 0;
  }

  get length(): number {
    return this.end - this.start;
  }

  /** Whether all of it was captured. */
  get isWhole(): boolean {
    return this.claimed <= this.end - this.start;
  }

  /** Asks to be called again when so many bytes are there; more than a message may have are not waited for. */
  waitFor(bytes: number, read: MessageRead): true {
    this.wanted = bytes;
    this.waiting = read;
    return true;
  }

  /** Counts a message that ends too early: `truncated` where the snap length cut it, else never finished. */
  countCut(protocol: string, sink: MessageSink): void {
    sink.skipped(this.isWhole ? 'messageIncomplete' : `truncated:${protocol}`, 1);
  }

  startsWith(text: string): boolean {
    if (this.end - this.start < text.length) return false;
    for (let i = 0; i < text.length; i++) {
      if (this.data[this.start + i] !== text.charCodeAt(i)) return false;
    }
    return true;
  }
}
