import { captureStartUs } from '../capture/capture-start.ts';
import { findRanges, nextRecord } from '../capture/capture-ranges.ts';
import { withSeekable, type CaptureRange } from './read-range.ts';

/** A range is no smaller: below this, starting a worker's part and stitching it costs more than it brings. */
const LEAST_RANGE_BYTES = 1 << 25;
/** How much of what stands before a range is looked at for messages that begin there. */
const WARM_UP_BYTES = 1 << 22;

export interface PlanOptions {
  /** How many ranges there are to be over all files, at most. */
  readonly ranges: number;
  /** For tests: see `LEAST_RANGE_BYTES`, `WARM_UP_BYTES`. */
  readonly leastRangeBytes?: number;
  readonly warmUpBytes?: number;
}

/**
 * Cuts captures that follow each other into ranges, in their order. Every file is cut at least at its ends;
 * `undefined` if one of them is no capture that can be cut.
 */
export function planRanges(
  paths: readonly string[],
  options: PlanOptions,
): CaptureRange[] | undefined {
  const least = options.leastRangeBytes ?? LEAST_RANGE_BYTES;
  const sizes = paths.map((path) => withSeekable(path, ({ size }) => size));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const target = Math.max(least, Math.ceil(total / options.ranges));
  const ranges: CaptureRange[] = [];
  for (const [index, path] of paths.entries()) {
    const count = Math.max(1, Math.round(sizes[index]! / target));
    const found = withSeekable(path, (bytes) => findRanges(bytes, count));
    if (found === undefined) return undefined;
    const { headers, starts } = found;
    const startUs = withSeekable(path, (bytes) => captureStartUs(bytes.readAt(0, 1 << 16)));
    for (const [i, from] of starts.entries()) {
      const to = starts[i + 1] ?? sizes[index]!;
      const isEnd = i + 1 === starts.length;
      const isLast = isEnd && index + 1 === paths.length;
      ranges.push({ path, headers, from, to, isStart: i === 0, isEnd, isLast, startUs, warmUp: undefined }); // prettier-ignore
    }
  }
  return withWarmUps(ranges, options.warmUpBytes ?? WARM_UP_BYTES);
}

/** Each range but the first with the end of the one before it, from a place where a record seems to begin. */
function withWarmUps(ranges: readonly CaptureRange[], warmUpBytes: number): CaptureRange[] {
  return ranges.map((range, i) => {
    const before = ranges[i - 1];
    if (before === undefined) return range;
    const { path, headers, from, to } = before;
    const near = Math.max(from, to - warmUpBytes);
    const start =
      near === from ? from : withSeekable(path, (bytes) => nextRecord(bytes, headers, near));
    return { ...range, warmUp: { path, headers, from: Math.min(start, to), to } };
  });
}
