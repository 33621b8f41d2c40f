import { DONE, INPUT_KEY, SKIPS_KEY } from '../job/cluster/job-keys.ts';
import type { JobRecord } from '../job/cluster/job-record.ts';
import { parseJson } from '../job/cluster/job-skips.ts';
import { fromTsvLine } from '../job/cluster/tsv-record.ts';
import type { JobOutput } from '../job/engines/cluster-job.ts';

/** The last stage's records out of the files that a cluster gave: lines of NDJSON, or of the `tsv` wire. */
export function recordsOfOutput(
  engine: 'spark' | 'hadoop',
  { parts, reports }: JobOutput,
  read: (path: string) => Uint8Array,
): JobRecord[] {
  if (engine === 'hadoop') return parts.flatMap((path) => linesOf(read(path)).map(fromTsvLine));
  return [
    ...parts.flatMap((path) => linesOf(read(path)).map(doneRecord)),
    ...reports.flatMap((path) => linesOf(read(path)).map(reportRecord)),
  ];
}

/** A line of a part names its host first. */
function doneRecord(line: string): JobRecord {
  const host = /^\{"host":("(?:[^"\\]|\\.)*")/.exec(line)?.[1] ?? '""';
  return { key: DONE + (JSON.parse(host) as string), value: Buffer.from(line) };
}

/** Counts are a list, what was read of an input is an object. */
function reportRecord(line: string): JobRecord {
  const value = Buffer.from(line);
  const report = parseJson(value);
  if (Array.isArray(report)) return { key: SKIPS_KEY, value };
  return { key: INPUT_KEY + String((report as { path?: unknown }).path), value };
}

function linesOf(bytes: Uint8Array): string[] {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString().split('\n').filter((line) => line !== ''); // prettier-ignore
}
