import { recogniseCapture, type CaptureFormat } from '../capture/recognise-capture.ts';
import { stitchParts, type FlowPart } from '../flow/flow-part.ts';
import type { TrafficSink } from '../flow/event.ts';
import { CAPTURE_SHOWS } from '../flow/read-capture.ts';
import { HostTable, type HostTableOptions } from '../host/host-table.ts';
import type { RangeResult } from './capture-worker.ts';
import { readRanges, type WorkersOptions } from './capture-workers.ts';
import { systemCode } from './errors.ts';
import { planRanges, type PlanOptions } from './plan-ranges.ts';
import type { CaptureRange } from './read-range.ts';
import { ROTATION_SLACK_US } from './rotated-files.ts';

export interface ParallelOptions extends Pick<WorkersOptions, 'workers' | 'onBytes' | 'entry'> {
  readonly plan?: Omit<PlanOptions, 'ranges'>;
}

/** What was read of one file. */
export interface FileInParallel {
  readonly path: string;
  readonly format: CaptureFormat;
  readonly packets: number;
  /** It goes on where the file before it ended: they were read as one. */
  readonly joins: boolean;
}

/** Ranges a worker when flows are sent back as they are: so many are held in memory. */
const RANGES_OF_TRAFFIC = 8;

/**
 * Reads captures that follow each other (or one) in several threads, into profiles: each thread fills a table of
 * its own, and only those and the flows that touch a cut come back. The same table as one thread makes;
 * `undefined` if the captures cannot be cut.
 */
export async function profileInParallel(
  paths: readonly string[],
  table: HostTable,
  options: ParallelOptions & { readonly table?: HostTableOptions | undefined },
): Promise<FileInParallel[] | undefined> {
  const workers = { ...options, profiles: options.table ?? {} };
  return readParts(paths, table, workers, options.workers, ({ profiles }) => {
    if (profiles !== undefined) table.merge(HostTable.decode(profiles, options.table));
  });
}

/** The same with the flows and events themselves, range by range. */
export async function readInParallel(
  paths: readonly string[],
  sink: TrafficSink,
  options: ParallelOptions,
): Promise<FileInParallel[] | undefined> {
  sink.visibility(CAPTURE_SHOWS);
  const ranges = options.workers * RANGES_OF_TRAFFIC;
  return readParts(paths, sink, options, ranges, ({ traffic }) => {
    if (traffic === undefined) return;
    for (const flow of traffic.flows) sink.flow(flow);
    for (const event of traffic.events) sink.event(event);
    for (const [reason, count] of traffic.skips) sink.skipped(reason, count);
  });
}

async function readParts(
  paths: readonly string[],
  sink: TrafficSink,
  options: WorkersOptions & Pick<ParallelOptions, 'plan'>,
  count: number,
  take: (result: RangeResult) => void,
): Promise<FileInParallel[] | undefined> {
  const ranges = plan(paths, { ...options.plan, ranges: count });
  if (ranges === undefined) return undefined;
  const files: { path: string; format: CaptureFormat; packets: number; joins: boolean }[] = [];
  let parts: FlowPart[] = [];
  let latestUs = -Infinity;
  for await (const { range, result } of readRanges(ranges, options)) {
    const { part, packets, lastUs } = result.read;
    if (range.isStart) {
      const joins = files.length > 0 && !(range.startUs < latestUs - ROTATION_SLACK_US);
      if (!joins) {
        stitchParts(parts, sink);
        parts = [];
      }
      files.push({ path: range.path, format: recogniseCapture(range.headers)!, packets: 0, joins });
    }
    take(result);
    parts.push(part);
    files.at(-1)!.packets += packets;
    latestUs = Math.max(latestUs, lastUs);
  }
  stitchParts(parts, sink);
  return files;
}

/** What cannot be opened is left to the reading in one thread, which says why. */
function plan(paths: readonly string[], options: PlanOptions): CaptureRange[] | undefined {
  try {
    return planRanges(paths, options);
  } catch (cause) {
    if (systemCode(cause) === '') throw cause;
    return undefined;
  }
}
