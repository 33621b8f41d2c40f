import type { TrafficSink } from '../../flow/event.ts';
import { readTraffic, type ReadSummary } from '../../flow/read-traffic.ts';
import type { InputFormat } from '../../flow/recognise-input.ts';
import type { Section } from './section.ts';

/**
 * Logs of which every line can be read by itself, once the heading is known: those may be cut anywhere. The others keep
 * something from line to line (sessions, the other direction of a flow).
 */
const BY_LINES: ReadonlySet<InputFormat> = new Set([
  'zeek-tsv', 'zeek-json', 'argus-csv', 'cicflowmeter-csv', 'unsw-nb15-csv', 'web-log', 'web-json', 'cowrie-csv', 'flow-csv',
] as const); // prettier-ignore

/** Those of a table with a heading. */
const WITH_HEADING: ReadonlySet<InputFormat> = new Set([
  'argus-csv', 'cicflowmeter-csv', 'cowrie-csv', 'flow-csv',
] as const); // prettier-ignore

const NEWLINE = 10;
const HASH = 35;

export function isReadByLines(format: InputFormat): boolean {
  return BY_LINES.has(format);
}

/** Reads the lines whose first byte stands in the section. The counts of lines are those of the section alone. */
export async function readLogSection(
  format: InputFormat,
  section: Section,
  sink: TrafficSink,
): Promise<ReadSummary> {
  const heading = section.start === 0 ? new Uint8Array(0) : headingOf(format, section.head);
  const headingLines = heading.reduce((lines, byte) => lines + (byte === NEWLINE ? 1 : 0), 0);
  function* chunks(): Generator<Uint8Array> {
    if (heading.length > 0) yield heading;
    yield* ownLines(section);
  }
  const summary = await readTraffic(format, oneByOne(chunks()), sink);
  return {
    ...summary,
    lines: (summary.lines ?? 0) - headingLines,
    skips: (summary.skips ?? []).map((skip) => ({ ...skip, firstLine: skip.firstLine - headingLines })), // prettier-ignore
  };
}

async function* oneByOne(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

/** Whole lines of the file's beginning that say what its columns are. */
function headingOf(format: InputFormat, head: Uint8Array): Uint8Array {
  let end = 0;
  if (format === 'zeek-tsv') {
    while (head[end] === HASH && head.includes(NEWLINE, end)) end = head.indexOf(NEWLINE, end) + 1; // prettier-ignore
  } else if (WITH_HEADING.has(format)) end = head.indexOf(NEWLINE) + 1;
  return head.subarray(0, end);
}

/** The bytes of the section's own lines. One that ends exactly where the section does is its last. */
function* ownLines({ start, length, lead, chunks }: Section): Generator<Uint8Array> {
  const end = start + length;
  let at = start - lead;
  let isInside = start === 0;
  let lastByte = NEWLINE;
  for (const chunk of chunks) {
    const from = at;
    at += chunk.length;
    let begin = 0;
    if (!isInside) {
      // A line begins behind the first newline that stands at `start − 1` or later.
      const newline = chunk.indexOf(NEWLINE, Math.max(0, start - 1 - from));
      if (newline < 0) continue;
      begin = newline + 1;
      isInside = true;
      if (from + begin >= end) return;
    }
    const own = Math.max(begin, Math.min(chunk.length, end - from));
    if (own > begin) {
      yield chunk.subarray(begin, own);
      lastByte = chunk[own - 1]!;
    }
    if (own === chunk.length) continue;
    if (lastByte === NEWLINE) return;
    const newline = chunk.indexOf(NEWLINE, own);
    yield chunk.subarray(own, newline < 0 ? chunk.length : newline + 1);
    if (newline >= 0) return;
  }
}
