import { CaptureDecoder } from '../capture/capture-decoder.ts';
import type { TrafficSink } from './event.ts';
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
  const table = new FlowTable(sink, { ...options, part: false });
  const summary = await readPackets(chunks, sink, table, options);
  table.flush();
  return summary;
}

/** The same for one part of a capture (a rotated file): what touches its edges is handed out, to be stitched. */
export async function readCapturePart(
  chunks: AsyncIterable<Uint8Array>,
  sink: TrafficSink,
  options: ReadCaptureOptions = {},
): Promise<CaptureSummary & { readonly part: FlowPart }> {
  const table = new FlowTable(sink, { ...options, part: true });
  const summary = await readPackets(chunks, sink, table, options);
  return { ...summary, part: table.finishPart() };
}

async function readPackets(
  chunks: AsyncIterable<Uint8Array>,
  sink: TrafficSink,
  table: FlowTable,
  options: ReadCaptureOptions,
): Promise<CaptureSummary> {
  sink.visibility({
    packets: true,
    connState: true,
    history: true,
    dns: true,
    http: true,
    tls: true,
    ssh: true,
  });
  const messages = new MessageReader();
  const decoder = new CaptureDecoder((packet) => {
    table.observe(packet, messages.read(packet, sink));
  });
  let bytes = 0;
  for await (const chunk of chunks) {
    decoder.push(chunk);
    bytes += chunk.length;
    options.onProgress?.(bytes);
  }
  decoder.end();
  messages.end(sink);
  for (const [reason, count] of decoder.skipped) sink.skipped(reason, count);
  const { packets, frames, stopped } = decoder;
  return { packets, frames, bytes, stopped };
}
