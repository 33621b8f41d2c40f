import type { InputFormat } from '../../flow/recognise-input.ts';
import type { HostVector } from '../../host/feature-schema.ts';
import type { ModelBundle } from '../../score/model-bundle.ts';
import { answerNeighbours, askNeighbours } from './context-rounds.ts';
import { finishProfiles, finishVectors } from './finish-stage.ts';
import type { JobRecord, Put } from './job-record.ts';
import { addUpCrowds, judgeRecords, type VerdictLine } from './judge-rounds.ts';
import { mapSections } from './map-stage.ts';
import { PartitionWriter, sortedRecords } from './partition-files.ts';
import { reduceParts } from './reduce-stage.ts';
import { openSection, type FileRange } from './section.ts';
import type { JobOutputKind } from './stages.ts';

/** A round of the reduce, or the end of a job. */
export type ReduceStep = 1 | 2 | 3 | 4 | JobOutputKind;

/** One task of one stage: it reads files and leaves files. */
export interface StageTask {
  /** What a map reads. */
  readonly sections?: readonly FileRange[];
  readonly format?: InputFormat | undefined;
  /** What a later stage does with the sorted records of `inputs`. */
  readonly step?: ReduceStep;
  readonly inputs?: readonly string[];
  readonly model?: string | undefined;
  /** Its files are called so, with the number of the partition behind it. */
  readonly output: string;
  readonly partitions: number;
}

export interface StageTaskDone {
  readonly files: readonly { readonly partition: number; readonly path: string }[];
  readonly bytes: number;
  /** Recordings whose ranges do not fit together. */
  readonly misfits: readonly string[];
}

/** What a task needs of those who know formats. */
export interface StageWords {
  readonly verdictLine: VerdictLine;
  readonly vectorLine: (vector: HostVector) => string;
  readonly loadModel: (path: string | undefined) => ModelBundle;
}

/** Does a task, in whatever thread. */
export async function doStageTask(task: StageTask, words: StageWords): Promise<StageTaskDone> {
  const writer = new PartitionWriter(task.partitions, (partition) => `${task.output}-${partition}`);
  try {
    const misfits = await run(task, writer.put, words);
    writer.end();
    return { files: writer.files, bytes: writer.bytes, misfits };
  } finally {
    writer.close();
  }
}

async function run(task: StageTask, put: Put, words: StageWords): Promise<readonly string[]> {
  const { sections, step, format } = task;
  if (step === undefined) {
    const sources = (sections ?? []).map((range) => ({ path: range.path, open: () => openSection(range) })); // prettier-ignore
    return mapSections(sources, put, { format });
  }
  reduceWith(step, sortedRecords(task.inputs ?? []), put, { ...words, model: task.model });
  return [];
}

function reduceWith(
  step: ReduceStep,
  records: Iterable<JobRecord>,
  put: Put,
  {
    verdictLine,
    vectorLine,
    loadModel,
    model,
  }: StageWords & { readonly model: string | undefined },
): void {
  switch (step) {
    case 1:
      reduceParts(records, put);
      break;
    case 2:
      askNeighbours(records, put);
      break;
    case 3:
      answerNeighbours(records, put);
      break;
    case 4:
      judgeRecords(records, put, loadModel(model), verdictLine);
      break;
    case 'verdicts':
      addUpCrowds(records, put, verdictLine);
      break;
    case 'vectors':
      finishVectors(records, put, vectorLine);
      break;
    case 'profiles':
      finishProfiles(records, put);
      break;
  }
}
