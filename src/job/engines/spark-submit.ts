import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ClusterJob } from './cluster-job.ts';
import { inputUris, type InputUris } from './input-uris.ts';
import { ARCHIVE_FOLDER } from './job-archive.ts';
import { archivedCommand, stageCommand } from './job-stage.ts';

/** What Node.js takes beside the memory its JavaScript may have: code, buffers, threads. */
const NODE_BESIDE_HEAP_MB = 256;
/** What Spark would set aside for the executor's own Java; a setting of ours takes its place. */
const JAVA_BESIDE_HEAP_MB = 384;

/** How and where `spark-submit` runs a job. */
export interface SparkOptions {
  /** As `spark-submit` takes it; by default as its own configuration says. */
  readonly master?: string | undefined;
  readonly deployMode?: 'client' | 'cluster' | undefined;
  readonly executorCores?: number | undefined;
  readonly executorMemory?: string | undefined;
  /** Spark's own file of settings. */
  readonly propertiesFile?: string | undefined;
}

/** Where the pieces of a job are, for the machine that submits it. */
export interface SparkFiles {
  readonly jar: string;
  readonly archive: string;
  /** A folder that is not there yet, reached by every machine. */
  readonly output: string;
  /** A folder of this machine for a copy of the output; `''`: it stays where it is. */
  readonly home: string;
}

/** The job as the jar takes it. */
export interface SparkPlan extends InputUris {
  readonly output: string;
  readonly home: string;
  readonly format: ClusterJob['format'];
  readonly stages: readonly { readonly name: string; readonly command: readonly string[] }[];
  /** The program that says of large files whether they can be cut. */
  readonly cuts: readonly string[];
  readonly reducers?: number;
  readonly rangeBytes?: number;
}

export function sparkPlan(
  job: ClusterJob,
  { output, home }: Pick<SparkFiles, 'output' | 'home'>,
): SparkPlan {
  return {
    ...inputUris(job.inputs),
    output,
    home,
    format: job.format,
    stages: job.stages.map((stage) => ({
      name: stage.name,
      command: stageCommand(stage, 'frames', job.nodeMemoryMb),
    })),
    cuts: archivedCommand(job.cuts, job.nodeMemoryMb),
    ...(job.reducers === undefined ? {} : { reducers: job.reducers }),
    ...(job.rangeBytes === undefined ? {} : { rangeBytes: job.rangeBytes }),
  };
}

/** The words after `spark-submit`. `plan` is the job as JSON, or a file with it. */
export function sparkSubmitWords(
  plan: string,
  job: Pick<ClusterJob, 'nodeMemoryMb'>,
  options: SparkOptions,
  { jar, archive }: Pick<SparkFiles, 'jar' | 'archive'>,
): string[] {
  const cores = options.executorCores ?? 1;
  const beside = JAVA_BESIDE_HEAP_MB + cores * (job.nodeMemoryMb + NODE_BESIDE_HEAP_MB);
  return [
    ...option('--master', options.master),
    ...option('--deploy-mode', options.deployMode),
    ...option('--properties-file', options.propertiesFile),
    ...option('--executor-cores', options.executorCores),
    ...option('--executor-memory', options.executorMemory),
    // A task's program is outside the executor's own memory: a container without room for it is killed.
    ...['--conf', `spark.executor.memoryOverhead=${beside}m`],
    ...['--conf', 'spark.ui.showConsoleProgress=false'],
    ...['--archives', `${archive}#${ARCHIVE_FOLDER}`],
    ...['--class', 'rapsheet.RapsheetJob', jar, plan],
  ];
}

/** `spark-submit` of `SPARK_HOME`, else the one that the shell would find. */
export function sparkProgram(name: 'spark-submit' | 'spark-sql'): string {
  const home = process.env['SPARK_HOME'];
  const program = home === undefined ? '' : join(home, 'bin', name);
  return existsSync(program) ? program : name;
}

function option(name: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [name, String(value)];
}
