import type { AppEvent, TrafficSink, Visibility } from '../../../src/flow/event.ts';
import type { Flow } from '../../../src/flow/flow.ts';
import type { LogReader, SkippedLines } from '../../../src/flow/logs/log-reader.ts';
import { readLog } from '../../../src/flow/logs/log-reader.ts';

/** Keeps what a reader gives. */
export class RecordingSink implements TrafficSink {
  readonly flows: Flow[] = [];
  readonly events: AppEvent[] = [];
  readonly shown: Visibility[] = [];
  readonly skips: Record<string, number> = {};
  flow(flow: Flow): void {
    this.flows.push(flow);
  }
  event(event: AppEvent): void {
    this.events.push(event);
  }
  visibility(shown: Visibility): void {
    this.shown.push(shown);
  }
  skipped(reason: string, count: number): void {
    this.skips[reason] = (this.skips[reason] ?? 0) + count;
  }
}

/** Bytes of a text in chunks of a size. */
// eslint-disable-next-line @typescript-eslint/require-await
export async function* chunksOf(text: string, size = 1000): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export async function readText(
  reader: LogReader,
  text: string,
): Promise<
  RecordingSink & { records: number; lines: number; skippedLines: readonly SkippedLines[] }
> {
  const sink = new RecordingSink();
  const { records, lines, skips: skippedLines } = await readLog(reader, chunksOf(text), sink);
  return Object.assign(sink, { records, lines, skippedLines });
}
