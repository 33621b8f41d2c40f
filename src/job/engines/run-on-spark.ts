import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RapsheetError } from '../errors.ts';
import type { ClusterJob, JobOutput, JobProgress } from './cluster-job.ts';
import { writeArchive } from './job-archive.ts';
import { clusterProgram, sparkJar } from './job-files.ts';
import { runProgram } from './run-program.ts';
import { sparkPlan, sparkProgram, sparkSubmitWords, type SparkOptions } from './spark-submit.ts';

/** A word of a command line may be no longer than 128 KiB (Linux); a longer plan goes through a file. */
const LONGEST_WORD = 100_000;

export interface RunOnSparkOptions extends SparkOptions {
  /** A URI that every machine reaches, for the output; by default a folder of this machine. */
  readonly work?: string | undefined;
  /** By default `spark-submit` of `SPARK_HOME` or of the path. */
  readonly sparkSubmit?: string | undefined;
  readonly onProgress?: (progress: JobProgress) => void;
  /** Other places for what the package brings along. */
  readonly files?: {
    readonly jar?: string;
    readonly program?: string;
    readonly node?: string;
    readonly archive?: string;
  };
}

/** What it cost, as the jar adds it up. */
interface SparkFigures {
  readonly files: number;
  readonly bytes: number;
  readonly shuffledBytes: number;
  readonly tasks: number;
  readonly failedTasks: number;
  readonly milliseconds: number;
}

export interface SparkOutput extends JobOutput {
  readonly figures: SparkFigures;
}

/** Runs a job on Spark from here and brings what it gives to this machine. */
export async function runOnSpark(
  job: ClusterJob,
  options: RunOnSparkOptions,
): Promise<SparkOutput> {
  const jar = options.files?.jar ?? sparkJar();
  const folder = mkdtempSync(join(tmpdir(), 'rapsheet-job-'));
  let isOver = false;
  try {
    const archive = await archiveOf(job, options, folder);
    const home = join(folder, 'home');
    mkdirSync(home);
    const output = options.work === undefined ? `file://${folder}/output` : `${options.work.replace(/\/+$/, '')}/${folder.slice(folder.lastIndexOf('/') + 1)}`; // prettier-ignore
    const plan = planWord(sparkPlan(job, { output, home }), folder);
    const words = sparkSubmitWords(plan, job, options, { jar, archive });
    const figures = await submit(options, words, join(folder, 'spark.log'));
    rmSync(join(folder, 'output'), { recursive: true, force: true });
    isOver = true;
    return { folder, figures, ...filesOf(home) };
  } catch (error) {
    // The log of a job that failed is wanted.
    isOver = error instanceof RapsheetError && error.code === 'JOB_FAILED';
    throw error;
  } finally {
    rmSync(isOver ? join(folder, 'rapsheet.tar.gz') : folder, { recursive: true, force: true });
  }
}

async function archiveOf(
  job: ClusterJob,
  { files = {} }: RunOnSparkOptions,
  folder: string,
): Promise<string> {
  if (files.archive !== undefined) return files.archive;
  const archive = join(folder, 'rapsheet.tar.gz');
  const { program = clusterProgram(), node = process.execPath } = files;
  await writeArchive(archive, { node, program, model: job.model });
  return archive;
}

function planWord(plan: object, folder: string): string {
  const json = JSON.stringify(plan);
  if (json.length < LONGEST_WORD) return json;
  const path = join(folder, 'job.json');
  writeFileSync(path, json);
  return `file://${path}`;
}

async function submit(
  { sparkSubmit = sparkProgram('spark-submit'), onProgress }: RunOnSparkOptions,
  words: readonly string[],
  log: string,
): Promise<SparkFigures> {
  let said = '';
  let figures: SparkFigures | undefined;
  const onLine = (line: string): void => {
    if (!line.startsWith('rapsheet: ')) return;
    const text = line.slice('rapsheet: '.length);
    const progress = /^(.+): (\d+) of (\d+) tasks$/.exec(text);
    if (progress !== null)
      onProgress?.({ stage: progress[1]!, done: Number(progress[2]), of: Number(progress[3]) }); // prettier-ignore
    else if (text.startsWith('done ')) figures = JSON.parse(text.slice(5)) as SparkFigures;
    else said = text;
  };
  const status = await runProgram([sparkSubmit, ...words], { log, onLine });
  if (status === 0 && figures !== undefined) return figures;
  throw new RapsheetError('JOB_FAILED', `Spark: ${said === '' ? `exit status ${status}` : said}`, {
    hint: `the log is ${log}`,
  });
}

/** Part files in order; names that begin with a dot are checksums. */
function filesOf(folder: string): Pick<JobOutput, 'parts' | 'reports'> {
  const names = readdirSync(folder).sort();
  const of = (start: string) =>
    names.filter((n) => n.startsWith(start)).map((n) => join(folder, n));
  return { parts: of('part-'), reports: of('_report-') };
}
