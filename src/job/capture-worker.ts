import { parentPort } from 'node:worker_threads';
import type { AppEvent } from '../flow/event.ts';
import type { Flow } from '../flow/flow.ts';
import { HostTable, type HostTableOptions } from '../host/host-table.ts';
import { readRange, type CaptureRange, type RangeRead } from './read-range.ts';

/** What a worker is to make of a range: host profiles, or the flows and events themselves. */
export interface RangeTask {
  readonly range: CaptureRange;
  readonly profiles: HostTableOptions | undefined;
}

export interface RangeTraffic {
  readonly flows: readonly Flow[];
  readonly events: readonly AppEvent[];
  readonly skips: readonly (readonly [reason: string, count: number])[];
}

export interface RangeResult {
  readonly read: RangeRead;
  /** An encoded `HostTable`, where profiles were asked for; its skips and visibility are in it. */
  readonly profiles: Uint8Array | undefined;
  readonly traffic: RangeTraffic | undefined;
}

/** From a worker: bytes read of its range, what came of it, or what went wrong. */
export type WorkerMessage =
  | { readonly kind: 'bytes'; readonly bytes: number }
  | { readonly kind: 'result'; readonly result: RangeResult }
  | { readonly kind: 'error'; readonly error: unknown };

const PROGRESS_BYTES = 1 << 24;

/** Does a task, in whatever thread. */
export function doRangeTask(task: RangeTask, onBytes: (bytes: number) => void): RangeResult {
  if (task.profiles !== undefined) {
    const table = new HostTable(task.profiles);
    const read = readRange(task.range, table, onBytes);
    return { read, profiles: table.encode(), traffic: undefined };
  }
  const flows: Flow[] = [];
  const events: AppEvent[] = [];
  const skips: [string, number][] = [];
  const sink = {
    flow: (flow: Flow) => void flows.push(flow),
    event: (event: AppEvent) => void events.push(event),
    visibility: () => undefined,
    skipped: (reason: string, count: number) => void skips.push([reason, count]),
  };
  const read = readRange(task.range, sink, onBytes);
  return { read, profiles: undefined, traffic: { flows, events, skips } };
}

// This file is also what a worker thread runs.
parentPort?.on('message', (task: RangeTask) => {
  const port = parentPort!;
  let pending = 0;
  const tell = (message: WorkerMessage, transfer: ArrayBuffer[] = []): void => {
    port.postMessage(message, transfer);
  };
  try {
    const result = doRangeTask(task, (bytes) => {
      pending += bytes;
      if (pending < PROGRESS_BYTES) return;
      tell({ kind: 'bytes', bytes: pending });
      pending = 0;
    });
    tell({ kind: 'bytes', bytes: pending });
    const bytes = result.profiles?.buffer;
    tell({ kind: 'result', result }, bytes instanceof ArrayBuffer ? [bytes] : []);
  } catch (error) {
    tell({ kind: 'error', error });
  }
});
