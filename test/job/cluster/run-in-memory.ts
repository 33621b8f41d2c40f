import { answerNeighbours, askNeighbours } from '../../../src/job/cluster/context-rounds.ts';
import { finishProfiles, finishVectors } from '../../../src/job/cluster/finish-stage.ts';
import type { CombinerOptions } from '../../../src/job/cluster/host-combiner.ts';
import type { JobRecord, Put } from '../../../src/job/cluster/job-record.ts';
import { jobResult, type JobResult } from '../../../src/job/cluster/job-result.ts';
import { addUpCrowds, judgeRecords } from '../../../src/job/cluster/judge-rounds.ts';
import { mapSections } from '../../../src/job/cluster/map-stage.ts';
import { combineParts, reduceParts } from '../../../src/job/cluster/reduce-stage.ts';
import { openSection, type FileRange } from '../../../src/job/cluster/section.ts';
import type { JobOutputKind } from '../../../src/job/cluster/stages.ts';
import { readRecords, recordSink, type Wire } from '../../../src/job/cluster/wire.ts';
import { verdictLine } from '../../../src/cli/job-verdicts.ts';
import { vectorLine } from '../../../src/cli/vector-line.ts';
import type { HostTable } from '../../../src/host/host-table.ts';
import { labelInputs } from '../../../src/job/label-inputs.ts';
import { loadModel } from '../../../src/job/load-model.ts';
import { profileInputs } from '../../../src/job/profile-inputs.ts';
import type { ReadInputsOptions } from '../../../src/job/read-inputs.ts';

const model = loadModel();

type Stage = (records: Iterable<JobRecord>, put: Put) => void;

export interface InMemoryOptions extends CombinerOptions {
  readonly wire?: Wire;
  /** Runs the combiner between map and reduce. */
  readonly combines?: boolean;
}

const ROUNDS: Readonly<Record<JobOutputKind, readonly Stage[]>> = {
  profiles: [reduceParts, finishProfiles],
  vectors: [reduceParts, askNeighbours, answerNeighbours, (r, p) => finishVectors(r, p, vectorLine)], // prettier-ignore
  verdicts: [
    reduceParts,
    askNeighbours,
    answerNeighbours,
    (records, put) => judgeRecords(records, put, model, verdictLine),
    (records, put) => addUpCrowds(records, put, verdictLine),
  ],
};

/** A job whose shuffles are a sort in memory; every record goes over the wire. A task is a list of ranges. */
export async function runInMemory(
  output: JobOutputKind,
  tasks: readonly (readonly FileRange[])[],
  options: InMemoryOptions = {},
): Promise<JobResult> {
  const { wire = 'frames', combines = false } = options;
  let records: JobRecord[] = [];
  for (const ranges of tasks) {
    const sources = ranges.map((range) => ({ path: range.path, open: () => openSection(range) }));
    const pieces: Uint8Array[] = [];
    const sink = recordSink(wire, (piece) => pieces.push(piece.slice()));
    await mapSections(sources, sink.put, options);
    sink.end();
    records.push(...received(wire, pieces));
  }
  if (combines) records = run(combineParts, records, wire);
  for (const round of ROUNDS[output]) records = run(round, records, wire);
  return jobResult(records);
}

/** Two tasks of a stage, each with the records of half of the keys. */
function run(stage: Stage, records: readonly JobRecord[], wire: Wire): JobRecord[] {
  const sorted = [...records].sort((a, b) =>
    Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)),
  );
  const keys = [...new Set(sorted.map(({ key }) => key))];
  const half = new Set(keys.filter((_, i) => i % 2 === 0));
  return [true, false].flatMap((isFirst) => {
    const pieces: Uint8Array[] = [];
    const sink = recordSink(wire, (piece) => pieces.push(piece.slice()));
    stage(sorted.filter(({ key }) => half.has(key) === isFirst), sink.put); // prettier-ignore
    sink.end();
    return received(wire, pieces);
  });
}

function received(wire: Wire, pieces: readonly Uint8Array[]): JobRecord[] {
  const records: JobRecord[] = [];
  // A value is good until the next record is asked for.
  for (const { key, value } of readRecords(wire, pieces)) records.push({ key, value: new Uint8Array(value) }); // prettier-ignore
  return records;
}

/** Lines as text. */
export function linesOf({ done }: JobResult): string[] {
  return done.map(({ value }) => Buffer.from(value).toString());
}

/** The verdicts of one process, as lines. */
export async function verdictsOfOne(
  paths: readonly string[],
  options: ReadInputsOptions = {},
): Promise<string[]> {
  const { verdicts } = await labelInputs(paths, model, options);
  return verdicts.map(verdictLine);
}

/** The profiles of one process, encoded. */
export async function profilesOfOne(
  paths: readonly string[],
  options: ReadInputsOptions = {},
): Promise<Map<string, string>> {
  const { table } = await profileInputs(paths, options);
  return encodedHosts(table);
}

function encodedHosts(table: HostTable): Map<string, string> {
  return new Map([...table.encodedHosts()].map(([host, bytes]) => [host, Buffer.from(bytes).toString('base64')])); // prettier-ignore
}

/** The same out of lines of a job. */
export function profilesOfLines(lines: readonly string[]): Map<string, string> {
  const profiles = new Map<string, string>();
  for (const line of lines) {
    const { host, profile } = JSON.parse(line) as { host: string; profile: string };
    if (host !== '') profiles.set(host, profile);
  }
  return profiles;
}
