import type { Judgement } from './model-calibration.ts';
import type { TrainingRow } from './training-row.ts';

/** A labelled host, and what a judge that had not learnt from it says of it. */
export interface Judged {
  readonly row: TrainingRow;
  readonly judgement: Judgement;
}
