import { LineSplitter } from '../../bytes/lines.ts';
import type { TrafficSink } from '../event.ts';
import { decodeText } from './text-cache.ts';
import { AS_UTC, type LocalTime } from './time-zone.ts';

/** Why a line of a log gave nothing; the keys under which `TrafficSink.skipped` counts them. */
export type SkipReason =
  /** Not what the format says a line looks like: cut off, garbled, or an address that is none. */
  | 'malformedLine'
  /** Longer than 1 MiB; of the records of a document, 32 MiB. */
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
  | 'flowWithoutAddresses'
  /** A well-formed line about something else: a service's own messages, an event nothing is made of. */
  | 'unusedLine'
  /** A flow log says that it recorded nothing, or left records out. */
  | 'logSaysNoData';

/** Reasons with which nothing is wrong: such a line says something that nobody here uses. */
const ORDINARY: ReadonlySet<SkipReason> = new Set([
  'unusedZeekLog', 'notDns', 'notIp', 'unusedLine', 'logSaysNoData',
] as const); // prettier-ignore

/** What a line was: a record that was passed on, nothing to read (blank, heading), or skipped. */
export type LineOutcome = 'record' | 'nothing' | SkipReason;

/** Reads the line that lies in `bytes` from `start` to `end`. */
type ReadLine = (bytes: Uint8Array, start: number, end: number) => LineOutcome;

/**
 * A log format: given where records go, it gives the function that reads one line after another. A reader that holds
 * something back (a session whose end has not come) says with `atEnd` what is to be done after the last line. Times
 * that a line gives without a zone are `local`.
 */
export type LogReader = (sink: TrafficSink, atEnd: (finish: () => void) => void, local: LocalTime) => ReadLine; // prettier-ignore

/** A log format read from texts; where speed matters less than it is easy to read. */
export function textLog(
  read: (...given: Parameters<LogReader>) => (line: string) => LineOutcome,
): LogReader {
  return (...given) => {
    const readText = read(...given);
    return (bytes, start, end) => readText(decodeText(bytes, start, end));
  };
}

/** Lines that gave nothing for one reason. */
export interface SkippedLines {
  readonly reason: SkipReason;
  readonly count: number;
  /** Number of the first of them, from 1. */
  readonly firstLine: number;
  /** Nothing is wrong with them. */
  readonly ordinary: boolean;
}

export interface LogSummary {
  /** Lines that gave a flow or an event. */
  readonly records: number;
  /** Lines in all, blank ones and headings too. */
  readonly lines: number;
  /** Most frequent first. */
  readonly skips: readonly SkippedLines[];
}

export interface LogOptions {
  /** What times without a zone are. */
  readonly local?: LocalTime;
  /** Of a line, in bytes. */
  readonly maxLength?: number;
}

/** Longer lines are counted and left. */
const MOST_LINE_BYTES = 1 << 20;

/** Reads a whole log. Content never makes it throw. */
export async function readLog(
  reader: LogReader,
  chunks: AsyncIterable<Uint8Array>,
  sink: TrafficSink,
  { local = AS_UTC, maxLength = MOST_LINE_BYTES }: LogOptions = {},
): Promise<LogSummary> {
  const skips = new Map<SkipReason, { count: number; firstLine: number }>();
  let records = 0;
  let lines = 0;
  const skip = (reason: SkipReason): void => {
    const known = skips.get(reason);
    if (known === undefined) skips.set(reason, { count: 1, firstLine: lines });
    else known.count++;
  };
  const finishes: (() => void)[] = [];
  const readLine = reader(sink, (finish) => finishes.push(finish), local);
  const splitter = new LineSplitter(
    (bytes, start, end) => {
      lines++;
      const outcome = readLine(bytes, start, end);
      if (outcome === 'record') records++;
      else if (outcome !== 'nothing') skip(outcome);
    },
    {
      maxLength,
      onTooLong: () => {
        lines++;
        skip('lineTooLong');
      },
    },
  );
  try {
    for await (const chunk of chunks) splitter.push(chunk);
    splitter.end();
  } finally {
    for (const finish of finishes) finish();
    for (const [reason, { count }] of skips) sink.skipped(reason, count);
  }
  const list = [...skips].map(([reason, { count, firstLine }]) => ({ reason, count, firstLine, ordinary: ORDINARY.has(reason) })); // prettier-ignore
  return { records, lines, skips: list.sort((a, b) => b.count - a.count) };
}

/** Nothing but blanks. */
export function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i]! > 32) return false;
  return true;
}
