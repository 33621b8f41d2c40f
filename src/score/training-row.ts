import type { Family } from './family.ts';

/** One labelled host: what a model learns from. */
export interface TrainingRow {
  /** The capture or log it was seen in. */
  readonly input: string;
  /** Rows of one group are never split between training and test. */
  readonly group: string;
  readonly host: string;
  readonly family: Family;
  readonly detail: string;
  /** How the traffic was looked at: `capture` is as the input shows it; other views only teach. */
  readonly view: string;
  /** Feature vector of the current schema. */
  readonly vector: Float64Array;
  /** When the first and the last of its flows began, µs since the epoch; absent or `NaN` where nobody knows. */
  readonly startUs?: number;
  readonly endUs?: number;
}
