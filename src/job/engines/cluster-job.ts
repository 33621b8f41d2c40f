import type { JobStage } from './job-stage.ts';

/** Large enough that starting a program and what is read twice around a cut do not count. */
export const RANGE_BYTES = 1 << 27;

/** What an engine is asked to do. */
export interface ClusterJob {
  /** Files, folders, patterns; on this machine, or as URIs (`hdfs:`, `s3a:`, `gs:`, `abfs:` …). */
  readonly inputs: readonly string[];
  /** In order, `map` first; the records of each are shuffled before the next. */
  readonly stages: readonly JobStage[];
  /** The words of the program that says of large files whether ranges of them can be read: `job`, `cuts`. */
  readonly cuts: readonly string[];
  /** What the last stage writes. */
  readonly format: 'ndjson' | 'parquet' | 'frames';
  /** A model's file on this machine. */
  readonly model: string;
  /** Partitions of a shuffle; by default the engine chooses by the size of the input. */
  readonly reducers?: number | undefined;
  /** About as much of the input goes to one task; by default `RANGE_BYTES`, on Spark up to eight times that. */
  readonly rangeBytes?: number | undefined;
  /** How much JavaScript memory a program may take. */
  readonly nodeMemoryMb: number;
}

/** What an engine brought home: files on this machine, in order. */
export interface JobOutput {
  /** The folder they are in; to be removed by who asked. */
  readonly folder: string;
  readonly parts: readonly string[];
  /** NDJSON: what there is to say of inputs and of the job. */
  readonly reports: readonly string[];
}

/** How far a job is: `done` of `of` tasks of the stage called `stage`. */
export interface JobProgress {
  readonly stage: string;
  readonly done: number;
  readonly of: number;
}
