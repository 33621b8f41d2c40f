import { CaptureDecoder } from '../capture/capture-decoder.ts';
import { FragmentTable } from '../capture/fragment-table.ts';
import type { Packet } from '../capture/packet.ts';
import type { TrafficSink, Visibility } from './event.ts';
import type { FlowTableOptions } from './flow-options.ts';
import type { FlowPart } from './flow-part.ts';
import { FlowTable } from './flow-table.ts';
import { MessageReader } from './messages/message-reader.ts';

export interface ReadCaptureOptions extends Omit<FlowTableOptions, 'part'> {
  /** Called after each chunk with the bytes read so far. */
  readonly onProgress?: (bytesRead: number) => void;
}

/** What was read; what was not is with the sink, by reason. */
export interface CaptureSummary {
  /** IP packets. */
  readonly packets: number;
  /** Frames, with those that held no IP packet. */
  readonly frames: number;
  readonly bytes: number;
  /** Why reading ended before the bytes did: `notACapture`. */
  readonly stopped: string | undefined;
}

/** A capture's bytes → flows and events. Content never makes it throw. */
export async function readCapture(
  chunks: AsyncIterable<Uint8Array>,
  sink: TrafficSink,
  options: ReadCaptureOptions = {},
): Promise<CaptureSummary> {
  const sequence = new CaptureSequence(sink, { ...options, part: false });
  const summary = await sequence.read(chunks, options.onProgress, true);
  sequence.end();
  return summary;
}

/** The same for one part of a capture (a rotated file): what touches its edges is handed out, to be stitched. */
export async function readCapturePart(
  chunks: AsyncIterable<Uint8Array>,
  sink: TrafficSink,
  options: ReadCaptureOptions = {},
): Promise<CaptureSummary & { readonly part: FlowPart }> {
  const sequence = new CaptureSequence(sink, { ...options, part: true });
  const summary = await sequence.read(chunks, options.onProgress, true);
  return { ...summary, part: sequence.endPart() };
}

/** Captures that follow each other in time, read as one: a flow or a message goes on from one into the next. */
export class CaptureSequence {
  readonly #sink: TrafficSink;
  readonly #table: FlowTable;
  readonly #messages = new MessageReader();
  readonly #fragments = new FragmentTable();

  constructor(sink: TrafficSink, options: FlowTableOptions = {}) {
    this.#sink = sink;
    this.#table = new FlowTable(sink, options);
  }

  /** The latest packet so far; `-Infinity` before there is one. */
  get lastUs(): number {
    return this.#table.lastUs;
  }

  /** Datagrams of which fragments are missing so far. */
  get pendingDatagrams(): number {
    return this.#fragments.datagrams;
  }

  /** Reads the next capture; `isLast`: what it leaves incomplete stays so. */
  async read(
    chunks: AsyncIterable<Uint8Array>,
    onProgress?: (bytesRead: number) => void,
    isLast = false,
  ): Promise<CaptureSummary> {
    const decoder = this.decoder();
    let bytes = 0;
    for await (const chunk of chunks) {
      decoder.push(chunk);
      bytes += chunk.length;
      onProgress?.(bytes);
    }
    const { packets, frames, stopped } = this.endCapture(decoder, isLast);
    return { packets, frames, bytes, stopped };
  }

  /** The same for those who push the bytes themselves: the decoder of the next capture, to be given to `endCapture`. */
  decoder(): CaptureDecoder {
    const sink = this.#sink;
    const table = this.#table;
    const messages = this.#messages;
    sink.visibility(CAPTURE_SHOWS);
    const observe = (packet: Packet): void => {
      table.observe(packet, messages.read(packet, sink));
    };
    const plain = table.plainSink((packet) => messages.read(packet, sink));
    return new CaptureDecoder(observe, undefined, this.#fragments, plain);
  }

  /**
   * A decoder of what stands before the first capture of this sequence: it gives no flow and no event, but the rest
   * of a message that begins there is known for what it is.
   */
  warmUpDecoder(): CaptureDecoder {
    const messages = this.#messages;
    const observe = (packet: Packet): void => void messages.read(packet, NOBODY);
    return new CaptureDecoder(observe, undefined, this.#fragments);
  }

  /** A capture is over: counts what of it could not be read. */
  endCapture(decoder: CaptureDecoder, isLast = false): CaptureDecoder {
    decoder.end();
    if (isLast) decoder.flushFragments();
    for (const [reason, count] of decoder.skipped) this.#sink.skipped(reason, count);
    return decoder;
  }

  /** There are no more captures: what is still open is handed on. */
  end(): void {
    if (this.#fragments.datagrams > 0) this.#flush();
    this.#messages.end(this.#sink);
    this.#table.flush();
  }

  /** What the last capture left incomplete comes out. */
  #flush(): void {
    const decoder = this.decoder();
    decoder.flushFragments();
    for (const [reason, count] of decoder.skipped) this.#sink.skipped(reason, count);
  }

  /** The same for one part of a longer sequence; `isWarm`: who reads the next one knows of messages begun here. */
  endPart(isWarm = false): FlowPart {
    if (!isWarm) this.#messages.end(this.#sink);
    return this.#table.finishPart();
  }
}

/** What a capture can show: everything. */
export const CAPTURE_SHOWS: Visibility = {
  packets: true, connState: true, history: true, dns: true, http: true, tls: true, ssh: true, payload: true,
}; // prettier-ignore

const NOBODY: TrafficSink = {
  flow: () => undefined,
  event: () => undefined,
  visibility: () => undefined,
  skipped: () => undefined,
};
