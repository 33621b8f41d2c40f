import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { RapsheetError } from '../errors.ts';
import { RANGE_BYTES, type ClusterJob } from './cluster-job.ts';
import { ARCHIVE_FOLDER } from './job-archive.ts';
import { stageCommand } from './job-stage.ts';
import { shellCommand } from './shell-words.ts';

/** What a task takes beside a program's JavaScript: its Java, and Node.js itself. */
const BESIDE_HEAP_MB = 1280;

export interface HadoopOptions {
  /** `hadoop`; by default that of `HADOOP_HOME`, else the one a shell would find. */
  readonly hadoop?: string | undefined;
  /** By default the one that `HADOOP_HOME` has. */
  readonly streamingJar?: string | undefined;
  /** More `-D NAME=VALUE`. */
  readonly settings?: readonly string[] | undefined;
}

/** Where the pieces of a job are. */
export interface HadoopFiles {
  /** Of this machine: the archive, and a list of inputs, a path or a range a line. */
  readonly archive: string;
  readonly list: string;
  /** How many lines the list has, and bytes they name. */
  readonly count: number;
  readonly bytes: number;
  /** A folder of the cluster's file system that is not there yet. */
  readonly work: string;
  /** A folder of this machine that is not there yet. */
  readonly home: string;
}

/** A command, and what it is for. */
export interface HadoopStep {
  readonly name: string;
  readonly words: readonly [string, ...string[]];
}

/**
 * The commands of a job by Hadoop streaming, one after the other: the first maps, combines and reduces, each later
 * one only shuffles and reduces. Mappers open the files themselves, so every machine has to reach them by these paths.
 */
export function hadoopSteps(
  job: ClusterJob,
  options: HadoopOptions,
  files: HadoopFiles,
): HadoopStep[] {
  const hadoop = options.hadoop ?? hadoopProgram();
  const jar = options.streamingJar ?? streamingJar();
  const [map, ...rounds] = job.stages;
  if (map === undefined || rounds.length === 0)
    throw new RangeError('stages: expected at least two');
  const program = (stage: Parameters<typeof stageCommand>[0]) =>
    shellCommand(stageCommand(stage, 'tsv', job.nodeMemoryMb));
  const common = [
    ...(options.settings ?? []).flatMap((setting) => ['-D', setting]),
    ...['-D', `mapreduce.job.reduces=${job.reducers ?? 1}`],
    ...['-D', `mapreduce.map.memory.mb=${job.nodeMemoryMb + BESIDE_HEAP_MB}`],
    ...['-D', `mapreduce.reduce.memory.mb=${job.nodeMemoryMb + BESIDE_HEAP_MB}`],
  ];
  const lists = `${files.work}/inputs.txt`;
  const steps: HadoopStep[] = [
    { name: 'work folder', words: [hadoop, 'fs', '-mkdir', '-p', files.work] },
    { name: 'list of inputs', words: [hadoop, 'fs', '-put', files.list, lists] },
  ];
  for (const [i, round] of rounds.entries()) {
    const isFirst = i === 0;
    const name = isFirst ? `${map.name}, ${round.name}` : round.name;
    steps.push({
      name,
      words: [
        ...([hadoop, 'jar', jar] as const),
        ...['-D', `mapreduce.job.name=rapsheet ${name}`],
        ...common,
        ...(isFirst ? lineSettings(job, files) : []),
        ...['-archives', `${fileUri(files.archive)}#${ARCHIVE_FOLDER}`],
        ...(isFirst ? ['-inputformat', 'org.apache.hadoop.mapred.lib.NLineInputFormat'] : []),
        ...['-input', isFirst ? lists : `${files.work}/round-${i}`],
        ...['-output', `${files.work}/round-${i + 1}`],
        ...['-mapper', isFirst ? program(map) : 'cat'],
        ...(isFirst
          ? ['-combiner', program({ words: ['job', 'combine'], needsModel: false })]
          : []),
        ...['-reducer', program(round)],
      ],
    });
  }
  const last = `${files.work}/round-${rounds.length}`;
  steps.push({ name: 'bring home', words: [hadoop, 'fs', '-get', last, files.home] });
  steps.push({ name: 'clean up', words: [hadoop, 'fs', '-rm', '-r', '-skipTrash', files.work] });
  return steps;
}

/** How many lines of the list a mapper gets, without their offsets. */
function lineSettings({ rangeBytes = RANGE_BYTES }: ClusterJob, { count, bytes }: HadoopFiles) {
  const mappers = Math.max(1, Math.ceil(bytes / rangeBytes));
  const lines = Math.max(1, Math.ceil(count / mappers));
  return [
    ...['-D', `mapreduce.input.lineinputformat.linespermap=${lines}`],
    ...['-D', 'stream.map.input.ignoreKey=true'],
  ];
}

function hadoopProgram(): string {
  const home = process.env['HADOOP_HOME'];
  const program = home === undefined ? '' : join(home, 'bin', 'hadoop');
  return existsSync(program) ? program : 'hadoop';
}

function streamingJar(): string {
  const home = process.env['HADOOP_HOME'] ?? '';
  const folder = join(home, 'share', 'hadoop', 'tools', 'lib');
  const name = existsSync(folder)
    ? readdirSync(folder).find((n) => /^hadoop-streaming-[\d.]+\.jar$/.test(n))
    : undefined;
  if (name !== undefined) return join(folder, name);
  throw new RapsheetError('NOT_FOUND', 'Hadoop streaming: no jar found', {
    hint: 'set HADOOP_HOME to a Hadoop installation',
  });
}

function fileUri(path: string): string {
  return path.startsWith('/') ? `file://${path}` : path;
}
