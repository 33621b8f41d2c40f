import { matrixRow } from '../learn/matrix.ts';
import { crossValidate } from '../score/cross-validate.ts';
import { figuresOf } from '../score/figures.ts';
import type { Judged } from '../score/judged.ts';
import type { ModelBundle } from '../score/model-bundle.ts';
import type { Figures } from '../score/model-card.ts';
import { toMatrix } from '../score/training-rows.ts';
import type { TrainingRow } from '../score/training-row.ts';
import { RapsheetError } from './errors.ts';
import { readTrainingRows, type TrainingRowsOptions } from './train-model.ts';

export interface Evaluation {
  readonly figures: Figures;
  readonly judged: readonly Judged[];
}

export type EvaluateModelOptions = Pick<
  TrainingRowsOptions,
  'labels' | 'seed' | 'onMissingHost' | 'onProgress'
>;

/** Figures of a model on labelled inputs, and which of their groups it was trained on. */
export async function evaluateModel(
  model: ModelBundle,
  options: EvaluateModelOptions,
): Promise<Evaluation & { readonly knownGroups: readonly string[] }> {
  const rows = await readTrainingRows({ ...options, recipeRuns: 0 });
  refuseNone(rows, options.labels);
  const { trees, calibration, training } = model.parts;
  const raw = trees.predictProba(toMatrix(rows));
  const judged = rows.map((row, i) => ({ row, judgement: calibration.judge(matrixRow(raw, i)) }));
  const groups = new Set(rows.map((row) => row.group));
  return {
    figures: figuresOf(judged, 'held-out', options.seed),
    judged,
    knownGroups: training.groups.filter((group) => groups.has(group)),
  };
}

export interface CrossValidateOptions extends TrainingRowsOptions {
  readonly folds: number;
  readonly falseAlarmsPerThousand: number;
  readonly coverage: number;
}

/** Trains once a fold, leaving out whole groups, and judges those: figures that do not need a second data set. */
export async function crossValidateLabels(options: CrossValidateOptions): Promise<Evaluation> {
  const rows = await readTrainingRows(options);
  refuseNone(rows, options.labels);
  if (new Set(rows.map((row) => row.group)).size < 2) {
    throw new RapsheetError(
      'TOO_LITTLE_DATA',
      `${options.labels}: all labelled hosts lie in one group`,
      {
        hint: 'label captures of at least two folders, so that one can be left out',
      },
    );
  }
  const { judged } = crossValidate(rows, {
    ...options,
    onFold: (done, total) => options.onProgress?.('folds', done, total),
  });
  return { figures: figuresOf(judged, 'leave-groups-out', options.seed), judged };
}

function refuseNone(rows: readonly TrainingRow[], labels: string): void {
  if (rows.length > 0) return;
  throw new RapsheetError('TOO_LITTLE_DATA', `${labels}: no labelled host is in its input`, {
    hint: 'run rapsheet hosts on the inputs to see which hosts are',
  });
}
