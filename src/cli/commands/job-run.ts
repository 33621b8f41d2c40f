import { cpus } from 'node:os';
import { readFileSync, rmSync } from 'node:fs';
import { INPUT_FORMATS } from '../../flow/recognise-input.ts';
import type { JobProgress } from '../../job/engines/cluster-job.ts';
import type { JobRecord } from '../../job/cluster/job-record.ts';
import { jobResult, refuseNothingRead, type JobResult } from '../../job/cluster/job-result.ts';
import { runOnWorkers } from '../../job/cluster/run-on-workers.ts';
import {
  CUTS_WORDS,
  JOB_OUTPUTS,
  jobStages,
  type JobOutputKind,
} from '../../job/cluster/stages.ts';
import { DEFAULT_MODEL } from '../../job/load-model.ts';
import { writeAll, writeOutput, type Write } from '../../job/write-output.ts';
import { skipWords } from '../../job/skip-words.ts';
import { formatCount, formatCounted } from '../../report/wording.ts';
import { reportFormats } from '../../report/report-formats.ts';
import { rowFormatter } from '../../report/rows.ts';
import type { Verdict } from '../../score/verdict.ts';
import { UsageError, type Arguments } from '../arguments.ts';
import { EXIT_DONE, EXIT_FOUND, type Command } from '../command.ts';
import { CLUSTER_OPTIONS, clusterSizes, runOnCluster } from '../engine-options.ts';
import { CAPTURE_OPTIONS, outputPath } from '../input-options.ts';
import { MODEL_OPTION } from '../model-options.ts';
import { note, noteInputs, noteNoHosts } from '../notes.ts';
import { ProgressLine } from '../progress-line.ts';
import { ReaderGone } from '../reader-gone.ts';
import { refuseTerminal } from '../row-output.ts';
import { STAGE_WORDS } from '../stage-words.ts';
import { jobColumns } from '../job-columns.ts';
import { recordsOfOutput } from '../job-records.ts';
import { chosenFormat, failOn, labelCommand, reportContext, reportOptions } from './label.ts';

const ENGINES = ['workers', 'spark', 'hadoop'] as const;
type Engine = (typeof ENGINES)[number];

const { format, output, top, 'min-attack-score': minAttackScore, 'fail-on': failOnFamily } = labelCommand.options; // prettier-ignore

/** `rapsheet job run INPUT…` */
export const jobRunCommand: Command = {
  options: {
    engine: { value: 'ENGINE', help: 'workers of this machine (default), spark or hadoop' },
    result: {
      value: 'WHAT',
      help: 'verdicts (default), vectors, or profiles: an INPUT for another job, to go on from',
    },
    workers: { value: 'N', help: 'threads of this machine (default: its processors)' },
    format: {
      value: 'FORMAT',
      help: `${format!.help}; parquet: a table of any result; vectors and profiles: ndjson (default) or parquet`,
    },
    ...{ output: output!, top: top!, 'min-attack-score': minAttackScore!, 'fail-on': failOnFamily! }, // prettier-ignore
    ...MODEL_OPTION,
    ...CAPTURE_OPTIONS,
    ...CLUSTER_OPTIONS,
  },
  examples: [
    [
      'rapsheet job run /data/captures -o verdicts.ndjson',
      'the verdicts of `rapsheet label`, in memory that does not grow with the number of hosts while reading',
    ],
    [
      'rapsheet job run monday.profiles.ndjson tuesday/ --result profiles -o tuesday.profiles.ndjson',
      "Monday's profiles and Tuesday's captures together, without reading Monday's again",
    ],
    [
      'rapsheet job run hdfs:///captures --engine spark --master yarn --work hdfs:///tmp -o report.html',
      'the same on a cluster',
    ],
  ],
  run: runJob,
};

async function runJob(args: Arguments): Promise<number> {
  const engine = args.choice('engine', ENGINES) ?? 'workers';
  const result = args.choice('result', JOB_OUTPUTS) ?? 'verdicts';
  const path = outputPath(args);
  const asked = jobFormat(args, result, path);
  const options = reportOptions(args, path);
  const found = failOn(args);
  const progress = new ProgressLine(args);
  let verdicts: readonly Verdict[] = [];
  await writeOutput(path, async (write) => {
    const records = await recordsOf(engine, result, args, progress);
    progress.clear();
    const job = jobResult(records);
    refuseNothingRead(job);
    noteJob(job);
    if (asked === 'parquet') await writeParquet(write, result, job);
    else if (result !== 'verdicts') writeLines(write, job);
    if (result !== 'verdicts') return;
    verdicts = job.done.map(({ value }) => parseVerdict(value));
    noteNoHosts(verdicts.length, job);
    if (asked === 'parquet') return;
    const [first] = verdicts;
    const context = reportContext(args.positionals, first?.model ?? '', {
      ...job,
      verdicts,
      missing: first?.missing ?? [],
    });
    writeAll(write, reportFormats.get(asked)!.render({ verdicts, context }, options));
  }).finally(() => progress.clear());
  return verdicts.some(found) ? EXIT_FOUND : EXIT_DONE;
}

/** Records of the last stage, from wherever it ran. */
async function recordsOf(
  engine: Engine,
  result: JobOutputKind,
  args: Arguments,
  progress: ProgressLine,
): Promise<JobRecord[]> {
  const inputs = args.positionals;
  const inputFormat = args.choice('input-format', INPUT_FORMATS);
  const sizes = clusterSizes(args);
  const onProgress = ({ stage, done, of }: JobProgress): void => {
    progress.say(`${stage}: ${done} of ${of} tasks`);
  };
  if (engine === 'workers') {
    const workers = args.integer('workers', { min: 1, max: 256 }) ?? Math.max(1, cpus().length);
    const { rangeBytes } = sizes;
    const rotated = !args.flag('no-rotated');
    const entry = new URL('../job-worker.js', import.meta.url);
    const model = args.text('model') ?? DEFAULT_MODEL;
    const work = args.text('work');
    return runOnWorkers(
      { inputs, output: result, model, format: inputFormat, rotated, rangeBytes },
      { workers, entry, words: STAGE_WORDS, work, onProgress },
    );
  }
  if (args.text('workers') !== undefined) throw new UsageError('--workers is for --engine workers');
  const model = args.text('model') ?? DEFAULT_MODEL;
  STAGE_WORDS.loadModel(model); // one that is missing shows before anything is submitted
  const stages = jobStages({ output: result, format: inputFormat });
  const job = { inputs, stages, cuts: CUTS_WORDS, format: 'ndjson' as const, model, ...sizes };
  const home = await runOnCluster(engine, job, args, onProgress);
  try {
    return recordsOfOutput(engine, home, (file) => readFileSync(file));
  } finally {
    rmSync(home.folder, { recursive: true, force: true });
  }
}

/** Files that are named. */
const NAMED = 5;

function noteJob(job: JobResult): void {
  noteInputs(job, job.skips);
  for (const failure of job.failures.slice(0, NAMED)) note(failure);
  const more = job.failures.length - NAMED;
  if (more > 0) note(`${more} more inputs could not be read as they should have been`);
  for (const { path, broken } of job.damaged.slice(0, NAMED)) {
    const what = broken.map(
      ([reason, count]) => `${formatCount(count)} ${skipWords(reason, count)}`,
    );
    note(`${path}: ${what.join(', ')}`);
  }
  const others = job.damaged.length - NAMED;
  if (others > 0) note(formatCounted(others, 'more damaged file'));
}

/** Verdicts in any format that `label` has, or as a table for Spark, DuckDB or pandas, as everything else. */
function jobFormat(args: Arguments, result: JobOutputKind, path: string): string {
  const isParquet = args.text('format') === 'parquet' || (args.text('format') === undefined && path.endsWith('.parquet')); // prettier-ignore
  if (isParquet) {
    refuseTerminal(path, 'Parquet');
    return 'parquet';
  }
  if (result === 'verdicts') return chosenFormat(args, path);
  return args.choice('format', ['ndjson', 'parquet'] as const) ?? 'ndjson';
}

async function writeParquet(
  write: Write,
  result: JobOutputKind,
  { done }: JobResult,
): Promise<void> {
  const put = (piece: string | Uint8Array): void => {
    if (!write(piece)) throw new ReaderGone();
  };
  const table = (await rowFormatter('parquet'))(jobColumns(result), put);
  for (const { value } of done) table.row(JSON.parse(Buffer.from(value).toString()));
  table.end();
}

function writeLines(write: Write, { done }: JobResult): void {
  function* lines(): Generator<string> {
    for (const { value } of done) yield `${Buffer.from(value).toString()}\n`;
  }
  writeAll(write, lines());
}

/** A line of this program's own making. */
function parseVerdict(line: Uint8Array): Verdict {
  const verdict = JSON.parse(Buffer.from(line).toString()) as Verdict;
  // A line leaves out the detail of a behaviour that has none.
  const labels = verdict.labels.map((behaviour) => ({ ...NO_DETAIL, ...behaviour }));
  return { ...verdict, labels };
}

const NO_DETAIL = { detail: '' };
