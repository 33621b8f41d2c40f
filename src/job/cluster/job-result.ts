import type { SkippedLines } from '../../flow/logs/log-reader.ts';
import type { FileSkipped } from '../find-inputs.ts';
import { RapsheetError } from '../errors.ts';
import type { LogRead } from '../lines-not-read.ts';
import type { FileRead, InputsRead } from '../read-inputs.ts';
import type { InputReport } from './input-report.ts';
import { DONE, hostOfDone, INPUT_KEY, SKIPS_KEY } from './job-keys.ts';
import type { JobRecord } from './job-record.ts';
import { addSkips, parseJson } from './job-skips.ts';

interface DamagedInput {
  readonly path: string;
  readonly broken: readonly (readonly [reason: string, count: number])[];
}

/** Of a whole file: it, or what it is compressed with, is cut short or has bytes in it that are none of its own. */
const DAMAGE = /^(corrupt|truncated(File|Gzip|Zstd|Lz4))/;

/** What a job gave, put together: as if one process had read everything. */
export interface JobResult extends InputsRead {
  /** Lines of the last stage, and whom they are about, in the order of the hosts' texts. */
  readonly done: readonly { readonly host: string; readonly value: Uint8Array }[];
  readonly skips: ReadonlyMap<string, number>;
  /** Inputs that are damaged, and what is wrong with them, the worst first. */
  readonly damaged: readonly DamagedInput[];
  /** Files of profiles that another job left. */
  readonly profiles: readonly string[];
  /** What could not be read as it should have been: by name, with the reason and what to do. */
  readonly failures: readonly string[];
}

/** Puts the records of a job's last stage together, whatever order they are in. */
export function jobResult(records: Iterable<JobRecord>): JobResult {
  const done: { key: string; host: string; value: Uint8Array }[] = [];
  const skips = new Map<string, number>();
  const reports: InputReport[] = [];
  for (const { key, value } of records) {
    if (key.startsWith(DONE)) done.push({ key, host: hostOfDone(key), value });
    else if (key === SKIPS_KEY) addSkips(skips, value);
    // Of this program's own making.
    else if (key.startsWith(INPUT_KEY)) reports.push(parseJson(value) as InputReport);
  }
  // Crowds (`*`) come last, as in one process.
  done.sort((a, b) => Number(a.host === '*') - Number(b.host === '*') || compareText(a.key, b.key)); // prettier-ignore
  const files = [...byPath(reports).values()];
  const failed = reports.filter((report) => report.failed !== undefined);
  return {
    done,
    skips,
    read: files.flatMap(fileRead),
    skipped: files.flatMap(fileSkipped),
    rotated: rotatedSets(reports),
    bytes: reports.reduce((sum, { bytes }) => sum + bytes, 0),
    damaged: files.flatMap(damagedInput),
    profiles: reports.filter(({ format }) => format === 'profiles').map(({ path }) => path),
    failures: [...new Set(failed.map((report) => report.failed!))].sort(),
  };
}

/** Throws when there was something to read and nothing was: as a single process would. */
export function refuseNothingRead({ read, skipped, profiles, failures }: JobResult): void {
  if (read.length + profiles.length > 0) return;
  const [first] = skipped;
  const why = failures[0] ?? (first === undefined ? 'no input' : `${first.path}: ${first.reason}`);
  throw new RapsheetError('NOT_A_CAPTURE', `nothing could be read: ${why}`, {
    hint: 'name a capture, a log, or a folder of them',
  });
}

function byPath(reports: readonly InputReport[]): Map<string, InputReport[]> {
  const files = new Map<string, InputReport[]>();
  const ordered = [...reports].sort((a, b) => compareText(a.path, b.path) || a.start - b.start);
  for (const report of ordered) {
    const ranges = files.get(report.path);
    if (ranges === undefined) files.set(report.path, [report]);
    else ranges.push(report);
  }
  return files;
}

function fileRead(ranges: readonly InputReport[]): FileRead[] {
  const [first] = ranges;
  const format = ranges.find((range) => range.format !== undefined)?.format;
  if (first === undefined || format === undefined || format === 'profiles') return [];
  const records = ranges.reduce((sum, range) => sum + range.records, 0);
  if (first.lines === undefined) return [{ path: first.path, format, records }];
  return [{ path: first.path, format, records, log: logRead(ranges, records) }];
}

function logRead(ranges: readonly InputReport[], records: number): LogRead {
  const skips = new Map<string, SkippedLines>();
  let lines = 0;
  for (const range of ranges) {
    for (const skip of range.skips ?? []) {
      const known = skips.get(skip.reason);
      const firstLine = known?.firstLine ?? lines + skip.firstLine;
      skips.set(skip.reason, { ...skip, firstLine, count: (known?.count ?? 0) + skip.count });
    }
    lines += range.lines ?? 0;
  }
  const list = [...skips.values()].sort((a, b) => b.count - a.count);
  const wrong = list.reduce((sum, { count, ordinary }) => sum + (ordinary ? 0 : count), 0);
  const fine = list.reduce((sum, { count, ordinary }) => sum + (ordinary ? count : 0), records);
  return { lines, skips: list, mostlyWrong: wrong > fine };
}

function fileSkipped([first]: readonly InputReport[]): FileSkipped[] {
  return first?.leftOut === undefined ? [] : [{ path: first.path, reason: first.leftOut }];
}

function damagedInput(ranges: readonly InputReport[]): DamagedInput[] {
  const counts = new Map<string, number>();
  for (const [reason, count] of ranges.flatMap(({ broken }) => broken ?? [])) {
    if (DAMAGE.test(reason)) counts.set(reason, (counts.get(reason) ?? 0) + count);
  }
  return counts.size === 0 ? [] : [{ path: ranges[0]!.path, broken: [...counts] }];
}

/** In the order in which their captures begin. */
function rotatedSets(reports: readonly InputReport[]): string[][] {
  const sets = new Map<string, Set<string>>();
  const ordered = [...reports].sort((a, b) => (a.startUs ?? 0) - (b.startUs ?? 0) || compareText(a.path, b.path)); // prettier-ignore
  for (const { recording, path } of ordered) {
    if (recording === undefined) continue;
    const set = sets.get(recording) ?? new Set();
    sets.set(recording, set.add(path));
  }
  const found = [...sets.values()].filter((set) => set.size > 1).map((set) => [...set]);
  return found.sort((a, b) => compareText(firstOf(a), firstOf(b)));
}

function firstOf(paths: readonly string[]): string {
  return paths.reduce((a, b) => (b < a ? b : a));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
