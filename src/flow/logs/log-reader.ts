import { readLines } from '../../bytes/lines.ts';
import type { TrafficSink } from '../event.ts';

/** Why a line of a log gave nothing; the keys under which `TrafficSink.skipped` counts them. */
export type SkipReason =
  /** Not what the format says a line looks like: cut off, garbled, or an address that is none. */
  | 'malformedLine'
  /** Longer than 1 MiB. */
  | 'lineTooLong'
  /** A data line before any heading that names its columns. */
  | 'lineBeforeHeading'
  /** A Zeek log that says nothing about flows or messages we use (x509, files, weird …). */
  | 'unusedZeekLog'
  /** A NetBIOS name query, which Zeek keeps in its dns.log. */
  | 'notDns'
  /** Not an IP flow: ARP, LLC, a monitor's own records. */
  | 'notIp'
  /** A flow table whose address columns were removed: there is no host to gather it under. */
  | 'flowWithoutAddresses';

/** What a line was: a record that was passed on, nothing to read (blank, heading), or skipped. */
export type LineOutcome = 'record' | 'nothing' | SkipReason;

/** A log format: given where records go, it gives the function that reads one line after another. */
export type LogReader = (sink: TrafficSink) => (line: string) => LineOutcome;

/** Reads a whole log; gives the number of records. Content never makes it throw. */
export async function readLog(
  reader: LogReader,
  chunks: AsyncIterable<Uint8Array>,
  sink: TrafficSink,
): Promise<number> {
  const skips = new Map<SkipReason, number>();
  const skip = (reason: SkipReason): unknown => skips.set(reason, (skips.get(reason) ?? 0) + 1);
  const readLine = reader(sink);
  let records = 0;
  try {
    for await (const lines of readLines(chunks, { onTooLong: () => skip('lineTooLong') })) {
      for (const line of lines) {
        const outcome = readLine(line);
        if (outcome === 'record') records++;
        else if (outcome !== 'nothing') skip(outcome);
      }
    }
  } finally {
    for (const [reason, count] of skips) sink.skipped(reason, count);
  }
  return records;
}
