import type { ClusterJob, JobOutput, JobProgress } from '../job/engines/cluster-job.ts';
import { runOnHadoop } from '../job/engines/run-on-hadoop.ts';
import { runOnSpark } from '../job/engines/run-on-spark.ts';
import type { SparkOptions } from '../job/engines/spark-submit.ts';

import { UsageError, type Arguments } from './arguments.ts';
import type { Options } from './option.ts';

/** JavaScript memory of a program on a cluster, unless told otherwise: a mapper needs half of it. */
const NODE_MEMORY_MB = 512;

/** What engines other than this machine's own workers understand. */
export const CLUSTER_OPTIONS: Options = {
  master: {
    value: 'URL',
    help: 'where Spark runs: yarn, spark://HOST:PORT, k8s://…, local[N] (default: as Spark is configured)',
  },
  work: {
    value: 'URI',
    help: 'a folder that every machine of the cluster reaches, for the output on its way',
  },
  'executor-cores': { value: 'N', help: 'cores of a Spark executor; each runs one program' },
  'executor-memory': { value: 'SIZE', help: 'Java memory of a Spark executor, as 2g' },
  'properties-file': { value: 'FILE', help: "Spark's own file of settings" },
  reducers: { value: 'N', help: 'parts of a shuffle (default: by the size of the input)' },
  'range-mb': {
    value: 'MB',
    help: 'as much of the input goes to one task (default 128; on Spark up to 1024, four tasks a core)',
  },
  'node-memory': {
    value: 'MB',
    help: `JavaScript memory of a program of the job (default ${NODE_MEMORY_MB})`,
  },
};

/** The part of a job that these options say. */
export function clusterSizes(
  args: Arguments,
): Pick<ClusterJob, 'reducers' | 'rangeBytes' | 'nodeMemoryMb'> {
  const rangeMb = args.number('range-mb', { min: 1, max: 1 << 20 });
  return {
    reducers: args.integer('reducers', { min: 1, max: 1_000_000 }),
    rangeBytes: rangeMb === undefined ? undefined : Math.round(rangeMb * (1 << 20)),
    nodeMemoryMb: args.integer('node-memory', { min: 64 }) ?? NODE_MEMORY_MB,
  };
}

export function sparkOptions(args: Arguments): SparkOptions {
  return {
    master: args.text('master'),
    executorCores: args.integer('executor-cores', { min: 1 }),
    executorMemory: args.text('executor-memory'),
    propertiesFile: args.text('properties-file'),
  };
}

/** Runs a job on Spark or by Hadoop streaming and brings what it gives to this machine. */
export function runOnCluster(
  engine: 'spark' | 'hadoop',
  job: ClusterJob,
  args: Arguments,
  onProgress: (progress: JobProgress) => void,
): Promise<JobOutput> {
  const work = args.text('work');
  if (engine === 'spark') return runOnSpark(job, { ...sparkOptions(args), work, onProgress });
  for (const name of ['master', 'executor-cores', 'executor-memory', 'properties-file']) {
    if (args.text(name) !== undefined) throw new UsageError(`--${name} is for --engine spark`);
  }
  return runOnHadoop(job, { work, onProgress });
}
