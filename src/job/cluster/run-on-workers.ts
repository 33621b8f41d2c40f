import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { InputFormat } from '../../flow/recognise-input.ts';
import { RapsheetError, writeError, type ErrorCode } from '../errors.ts';
import type { JobProgress } from '../engines/cluster-job.ts';
import type { JobRecord } from './job-record.ts';
import { recordsOfFile } from './partition-files.ts';
import { inOneTask, planTasks, type MapTask } from './plan-tasks.ts';
import { doStageTask, type ReduceStep, type StageTask, type StageTaskDone, type StageWords } from './stage-task.ts'; // prettier-ignore
import type { JobOutputKind } from './stages.ts';

export interface WorkersJob {
  readonly inputs: readonly string[];
  readonly output: JobOutputKind;
  readonly model?: string | undefined;
  readonly format?: InputFormat | undefined;
  readonly rotated?: boolean;
  readonly rangeBytes?: number | undefined;
}

export interface RunOnWorkersOptions {
  /** Threads. With one, everything is done in this thread. */
  readonly workers: number;
  /** What a thread runs: it hands tasks to `doStageTask`. */
  readonly entry: URL;
  readonly words: StageWords;
  /** A folder for what goes from stage to stage. Default: the system's for temporary files. */
  readonly work?: string | undefined;
  readonly onProgress?: (progress: JobProgress) => void;
}

const RANGE_BYTES = 1 << 27;
/** A partition is sorted in memory; this much of the input has to go through one. */
const INPUT_OF_PARTITION = 1 << 28;
const MOST_PARTITIONS = 64;

const STEPS: Readonly<Record<JobOutputKind, readonly ReduceStep[]>> = {
  profiles: [1, 'profiles'],
  vectors: [1, 2, 3, 'vectors'],
  verdicts: [1, 2, 3, 4, 'verdicts'],
};

/**
 * Runs a job in threads of this machine, from stage to stage through files; gives what the last stage gave. A
 * recording whose ranges do not fit together is read once more in one piece.
 */
export async function runOnWorkers(
  job: WorkersJob,
  options: RunOnWorkersOptions,
): Promise<JobRecord[]> {
  const { workers } = options;
  if (!Number.isInteger(workers) || workers < 1) {
    throw new RangeError(`workers: expected an integer of at least 1, got ${workers}`);
  }
  // A model that is missing shows before hours of reading.
  if (job.output === 'verdicts') options.words.loadModel(job.model);
  const { rangeBytes = RANGE_BYTES, rotated = true } = job;
  const tasks = await planTasks(job.inputs, { rangeBytes, rotated });
  const folder = workFolder(options.work);
  const pool = new StagePool(options);
  try {
    return await runStages(job, tasks, folder, pool, options);
  } finally {
    await pool.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runStages(
  job: WorkersJob,
  tasks: readonly MapTask[],
  folder: string,
  pool: StagePool,
  { workers, onProgress }: RunOnWorkersOptions,
): Promise<JobRecord[]> {
  const bytes = tasks.reduce((sum, task) => sum + task.bytes, 0);
  const wanted = Math.max(workers, Math.ceil(bytes / INPUT_OF_PARTITION));
  const partitions = Math.min(MOST_PARTITIONS, wanted);
  const { format, model } = job;
  let number = 0;
  const output = (): string => join(folder, String(number++));
  const mapTask = ({ sections }: MapTask): StageTask => ({ sections, format, output: output(), partitions }); // prettier-ignore
  const mapped = await pool.runAll('map', tasks.map(mapTask), onProgress);
  const misfits = new Set(mapped.flatMap((done) => done.misfits));
  const isKept = (_: unknown, i: number): boolean => !misfits.has(tasks[i]!.recording);
  const again = [...misfits].map((recording) => mapTask(inOneTask(tasks, recording)));
  const anew = again.length === 0 ? [] : await pool.runAll('map again in one', again, onProgress);
  let files = [...mapped.filter(isKept), ...anew].flatMap((done) => done.files);
  for (const step of STEPS[job.output]) {
    const reduce = Array.from({ length: partitions }, (_, partition): StageTask => {
      const inputs = files.filter((file) => file.partition === partition).map(({ path }) => path);
      return { step, inputs, model, output: output(), partitions };
    });
    const name = typeof step === 'number' ? `reduce ${step}` : 'finish';
    const done = await pool.runAll(name, reduce.filter(({ inputs }) => inputs!.length > 0), onProgress); // prettier-ignore
    for (const { path } of files) rmSync(path);
    files = done.flatMap((one) => one.files);
  }
  return files.flatMap(({ path }) => recordsOfFile(path));
}

function workFolder(work = tmpdir()): string {
  try {
    return mkdtempSync(join(work, 'rapsheet-job-'));
  } catch (cause) {
    throw writeError(work, cause);
  }
}

/** What a worker thread answers. */
export type StageAnswer =
  | { readonly done: StageTaskDone; readonly error?: undefined }
  | { readonly done?: undefined; readonly error: StageError };

/** An error in plain values, as threads send it. */
interface StageError {
  /** That of a `RapsheetError`. */
  readonly code?: ErrorCode;
  readonly message: string;
  readonly hint?: string;
  readonly cause?: unknown;
}

function toError({ code, message, hint = '', cause }: StageError): Error {
  return code === undefined ? new Error(message, { cause }) : new RapsheetError(code, message, { hint }); // prettier-ignore
}

/** Threads that do one task after another. */
class StagePool {
  readonly #options: RunOnWorkersOptions;
  readonly #threads: Worker[] = [];

  constructor(options: RunOnWorkersOptions) {
    this.#options = options;
  }

  /** The results in the order of the tasks. The first failure ends it. */
  async runAll(
    stage: string,
    tasks: readonly StageTask[],
    onProgress: RunOnWorkersOptions['onProgress'],
  ): Promise<StageTaskDone[]> {
    const results: StageTaskDone[] = [];
    let next = 0;
    let done = 0;
    const work = async (lane: number): Promise<void> => {
      while (next < tasks.length) {
        const i = next++;
        results[i] = await this.#run(lane, tasks[i]!);
        onProgress?.({ stage, done: ++done, of: tasks.length });
      }
    };
    const lanes = Math.min(this.#options.workers, tasks.length);
    await Promise.all(Array.from({ length: lanes }, (_, lane) => work(lane)));
    return results;
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }

  #run(lane: number, task: StageTask): Promise<StageTaskDone> {
    if (this.#options.workers === 1) return doStageTask(task, this.#options.words);
    const thread = (this.#threads[lane] ??= new Worker(this.#options.entry));
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        thread.off('message', onMessage).off('error', onEnd).off('exit', onEnd);
      };
      const onMessage = (answer: StageAnswer): void => {
        stop();
        if (answer.done !== undefined) resolve(answer.done);
        else reject(toError(answer.error));
      };
      const onEnd = (cause: unknown): void => {
        stop();
        reject(new Error('a thread ended before its work was done', { cause }));
      };
      thread.on('message', onMessage).on('error', onEnd).on('exit', onEnd);
      thread.postMessage(task);
    });
  }
}
