import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { INPUT_FORMATS } from '../../flow/recognise-input.ts';
import { planList } from '../../job/cluster/plan-tasks.ts';
import { fileRangeLine } from '../../job/cluster/section.ts';
import {
  CUTS_WORDS,
  JOB_OUTPUTS,
  jobStages,
  type JobOutputKind,
} from '../../job/cluster/stages.ts';
import type { JobStage } from '../../job/engines/job-stage.ts';
import { shellCommand } from '../../job/engines/shell-words.ts';
import { PLANNED_ENGINES, writePlan } from '../../job/engines/write-plan.ts';
import { writeError } from '../../job/errors.ts';
import { DEFAULT_MODEL } from '../../job/load-model.ts';
import { writeText } from '../../job/write-output.ts';
import { UsageError, type Arguments } from '../arguments.ts';
import { EXIT_DONE, type Command } from '../command.ts';
import { CLUSTER_OPTIONS, clusterSizes, sparkOptions } from '../engine-options.ts';
import { CAPTURE_OPTIONS } from '../input-options.ts';
import { chosenModel, MODEL_OPTION } from '../model-options.ts';

const ENGINES = [...PLANNED_ENGINES, 'pipes'] as const;
const RANGE_BYTES = 1 << 27;

/** `rapsheet job plan INPUT…` */
export const jobPlanCommand: Command = {
  options: {
    engine: {
      value: 'ENGINE',
      help: 'spark (default), spark-sql, hadoop, or pipes: sort and this program alone',
    },
    folder: { value: 'DIR', help: 'where to write what the commands need (default rapsheet-job)' },
    result: { value: 'WHAT', help: 'verdicts (default), vectors or profiles' },
    ...MODEL_OPTION,
    ...CAPTURE_OPTIONS,
    ...CLUSTER_OPTIONS,
  },
  examples: [
    [
      'rapsheet job plan hdfs:///captures --engine spark --work hdfs:///tmp --folder job',
      'the spark-submit command, and the archive, jar and job it needs, for people who submit by their own means',
    ],
    ['rapsheet job plan captures --engine pipes', 'the job as a shell script: map, sort, reduce …'],
  ],
  run: planJob,
};

async function planJob(args: Arguments): Promise<number> {
  const engine = args.choice('engine', ENGINES) ?? 'spark';
  const output = args.choice('result', JOB_OUTPUTS) ?? 'verdicts';
  const inputs = args.positionals;
  if (inputs.length === 0) throw new UsageError('no INPUT was given');
  chosenModel(args);
  const model = resolve(args.text('model') ?? DEFAULT_MODEL);
  const folder = resolve(args.text('folder') ?? 'rapsheet-job');
  const sizes = clusterSizes(args);
  const stages = jobStages({ output, format: args.choice('input-format', INPUT_FORMATS) });
  if (engine === 'pipes') {
    const rotated = !args.flag('no-rotated');
    const ranges = await planList(inputs, { rangeBytes: sizes.rangeBytes ?? RANGE_BYTES, rotated });
    const list = ranges.map((range) => fileRangeLine({ ...range, path: resolve(range.path) }));
    await writeText('-', [pipes(writeList(folder, list), stages, output, model)]);
    return EXIT_DONE;
  }
  const work = args.text('work');
  if (work === undefined) throw new UsageError('--work: a folder that every machine of the cluster reaches'); // prettier-ignore
  const job = { inputs, stages, cuts: CUTS_WORDS, format: 'ndjson' as const, model, ...sizes };
  await writeText('-', [await writePlan(job, { engine, folder, work, spark: sparkOptions(args) })]);
  return EXIT_DONE;
}

function writeList(folder: string, lines: readonly string[]): string {
  const path = join(folder, 'inputs.txt');
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  } catch (cause) {
    throw writeError(path, cause);
  }
  return path;
}

/** A shell script: every sort is a shuffle. */
function pipes(
  list: string,
  [map, ...rounds]: readonly JobStage[],
  output: JobOutputKind,
  model: string,
): string {
  const command = ({ words, needsModel }: JobStage): string =>
    shellCommand([
      'rapsheet',
      ...words,
      '--wire',
      'tsv',
      ...(needsModel ? ['--model', model] : []),
    ]);
  const lines = [
    `${command(map!)} < ${shellCommand([list])}`,
    ...rounds.flatMap((round) => ['sort', command(round)]),
  ];
  // A line of the wire is a key, a tab and the result in base64.
  const decode = `grep '^v' | cut -f 2 | while read -r line; do printf %s "$line" | base64 -d; echo; done`;
  return `set -euo pipefail\nexport LC_ALL=C\n${[...lines, decode].join(' |\n  ')} > ${output}.ndjson\n`;
}
