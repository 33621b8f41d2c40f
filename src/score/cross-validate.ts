import { matrixRow, type Matrix } from '../learn/matrix.ts';
import { fitTrees } from './fit-trees.ts';
import { FAMILY_NAMES } from './family.ts';
import { leaveGroupsOut } from './folds.ts';
import { ModelCalibration, type CalibrationOptions, type Judgement } from './model-calibration.ts';
import { toMatrix, trainingWeights } from './training-rows.ts';
import type { TrainingRow } from './training-row.ts';

export interface CrossValidationOptions extends CalibrationOptions {
  readonly folds: number;
  readonly seed: number;
  readonly onFold?: (done: number, total: number) => void;
}

interface OutOfFold {
  readonly row: TrainingRow;
  readonly judgement: Judgement;
}

export interface CrossValidation {
  /** Every real row, judged by a model and a calibration that never saw its group. */
  readonly judged: readonly OutOfFold[];
  /** Fitted on all out-of-fold probabilities: what a model trained on everything is calibrated by. */
  readonly calibration: ModelCalibration;
}

/** Trains once a fold on everything outside it; calibration and threshold come from the other folds, too. */
export function crossValidate(
  rows: readonly TrainingRow[],
  options: CrossValidationOptions,
): CrossValidation {
  const folds = leaveGroupsOut(rows, options.folds, options.seed);
  if (folds.length < 2) {
    throw new RangeError('rows: expected labelled hosts of at least two groups, got one');
  }
  const raw = folds.map(({ train, test }, index) => {
    const trees = fitTrees(
      train.map((i) => rows[i]!),
      options.seed,
    );
    options.onFold?.(index + 1, folds.length);
    return trees.predictProba(toMatrix(test.map((i) => rows[i]!)));
  });
  const judged: OutOfFold[] = [];
  for (const [index, { test }] of folds.entries()) {
    const calibration = calibrate(rows, folds, raw, options, index);
    for (const [k, i] of test.entries()) {
      judged.push({ row: rows[i]!, judgement: calibration.judge(matrixRow(raw[index]!, k)) });
    }
  }
  return { judged, calibration: calibrate(rows, folds, raw, options) };
}

function calibrate(
  rows: readonly TrainingRow[],
  folds: readonly { readonly test: readonly number[] }[],
  raw: readonly Matrix[],
  options: CalibrationOptions,
  without?: number,
): ModelCalibration {
  const used = [...folds.keys()].filter((fold) => fold !== without);
  const picked = used.flatMap((fold) => folds[fold]!.test.map((i) => rows[i]!));
  const columns = FAMILY_NAMES.length;
  const values = new Float64Array(picked.length * columns);
  let at = 0;
  for (const fold of used) {
    values.set(raw[fold]!.values, at);
    at += raw[fold]!.values.length;
  }
  const matrix = { rows: picked.length, columns, values };
  return ModelCalibration.fit(matrix, picked, trainingWeights(picked), options);
}
