import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { writeError } from '../errors.ts';
import { RANGE_BYTES, type ClusterJob } from './cluster-job.ts';
import { hadoopSteps, type HadoopOptions } from './hadoop-streaming.ts';
import { writeArchive } from './job-archive.ts';
import { clusterProgram, sparkJar } from './job-files.ts';
import { inputList } from './input-list.ts';
import { shellLines } from './shell-words.ts';
import { sparkPlan, sparkSubmitWords, type SparkOptions } from './spark-submit.ts';
import { sparkSqlWords, transformSql } from './transform-sql.ts';

export const PLANNED_ENGINES = ['spark', 'spark-sql', 'hadoop'] as const;

export interface PlanJobOptions {
  readonly engine: (typeof PLANNED_ENGINES)[number];
  /** What has to be there for the commands to run is written to this folder. */
  readonly folder: string;
  /** A URI that every machine reaches; the output becomes a folder in it. */
  readonly work: string;
  readonly spark?: SparkOptions;
  readonly hadoop?: HadoopOptions;
}

/**
 * Writes what a job needs (archive, jar or script, the job itself) to a folder; gives the commands that run it, for
 * people who submit by their own means.
 */
export async function writePlan(job: ClusterJob, options: PlanJobOptions): Promise<string> {
  const folder = resolve(options.folder);
  const archive = join(folder, 'rapsheet.tar.gz');
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw writeError(folder, cause);
  }
  await writeArchive(archive, { node: process.execPath, program: clusterProgram(), model: job.model }); // prettier-ignore
  const output = `${options.work.replace(/\/+$/, '')}/output`;
  switch (options.engine) {
    case 'spark':
      return planSpark(job, options, { folder, archive, output });
    case 'spark-sql':
      return planSql(job, options, { folder, archive, output });
    case 'hadoop':
      return planHadoop(job, options, { folder, archive });
  }
}

interface Places {
  readonly folder: string;
  readonly archive: string;
  readonly output: string;
}

function planSpark(
  job: ClusterJob,
  { spark = {} }: PlanJobOptions,
  { folder, archive, output }: Places,
): string {
  const jar = join(folder, basename(sparkJar()));
  copyFileSync(sparkJar(), jar);
  const plan = JSON.stringify(sparkPlan(job, { output, home: '' }), undefined, 2);
  writeFileSync(join(folder, 'job.json'), `${plan}\n`);
  const words = sparkSubmitWords(`file://${folder}/job.json`, job, spark, { jar, archive });
  return `${shellLines(['spark-submit', ...words])}\n`;
}

async function planSql(
  job: ClusterJob,
  { spark = {} }: PlanJobOptions,
  { folder, archive, output }: Places,
): Promise<string> {
  const { rangeBytes = RANGE_BYTES, reducers = 1 } = job;
  const { text, bytes } = await inputList(job.inputs, rangeBytes);
  const script = join(folder, 'job.sql');
  const list = join(folder, 'inputs.txt');
  writeFileSync(script, transformSql(job, { tasks: Math.ceil(bytes / rangeBytes) || 1, reducers }));
  writeFileSync(list, text);
  const words = sparkSqlWords(spark, { script, archive, list: `file://${list}`, output });
  return `${shellLines(['spark-sql', ...words])}\n`;
}

async function planHadoop(
  job: ClusterJob,
  { hadoop = {}, work }: PlanJobOptions,
  { folder, archive }: Omit<Places, 'output'>,
): Promise<string> {
  const { text, lines, bytes } = await inputList(job.inputs, job.rangeBytes ?? RANGE_BYTES);
  const list = join(folder, 'inputs.txt');
  writeFileSync(list, text);
  const places = { archive, list, count: lines, bytes, work, home: join(folder, 'output') };
  const steps = hadoopSteps(job, { hadoop: 'hadoop', streamingJar: 'hadoop-streaming.jar', ...hadoop }, places); // prettier-ignore
  return steps.map(({ name, words }) => `# ${name}\n${shellLines(words)}\n`).join('\n');
}
