import { matrixRow, type Matrix } from '../learn/matrix.ts';
import { fitTrees } from './fit-trees.ts';
import { FAMILY_NAMES } from './family.ts';
import type { Judged } from './judged.ts';
import { ModelCalibration, type CalibrationOptions } from './model-calibration.ts';
import { foldsOfSplit, type SplitOptions } from './split.ts';
import { isAttack, isSynthetic, toMatrix, trainingWeights } from './training-rows.ts';
import type { TrainingRow } from './training-row.ts';

export interface CrossValidationOptions extends CalibrationOptions, SplitOptions {
  /** Labelled rows that may be learnt from: others are only judged. Default: all. */
  readonly mayTeach?: (row: TrainingRow) => boolean;
  readonly onFold?: (done: number, total: number) => void;
}

export interface CrossValidation {
  /** Real rows, judged by a model and a calibration that never saw their group (or their time). */
  readonly judged: readonly Judged[];
  /** Fitted on all out-of-fold probabilities: what a model trained on everything is calibrated by. */
  readonly calibration: ModelCalibration;
}

/**
 * Trains once a fold on what the split gives it; calibration and threshold come from the other folds, of a time split
 * from the earlier ones, so that the first only calibrates and all real rows of the others are judged.
 */
export function crossValidate(
  rows: readonly TrainingRow[],
  options: CrossValidationOptions,
): CrossValidation {
  const folds = foldsOfSplit(rows, options);
  const { split = 'group', mayTeach = () => true } = options;
  if (folds.length < 2) {
    throw new RangeError(`rows: expected labelled hosts for at least two folds (${split}), got ${folds.length}`); // prettier-ignore
  }
  const raw = folds.map(({ train, test }, index) => {
    const trees = fitTrees(
      train.map((i) => rows[i]!).filter((row) => isSynthetic(row) || mayTeach(row)),
      options.seed,
    );
    options.onFold?.(index + 1, folds.length);
    return trees.predictProba(toMatrix(test.map((i) => rows[i]!)));
  });
  const judged: Judged[] = [];
  const all = [...folds.keys()];
  for (const [index, { test }] of folds.entries()) {
    const used = all.filter((fold) => (split === 'time' ? fold < index : fold !== index));
    // Nothing can be calibrated by attackers alone, or by none.
    if (split === 'time' && !isMixed(used.flatMap((fold) => folds[fold]!.test).map((i) => rows[i]!))) continue; // prettier-ignore
    const calibration = calibrate(rows, folds, raw, options, used);
    for (const [k, i] of test.entries()) {
      judged.push({ row: rows[i]!, judgement: calibration.judge(matrixRow(raw[index]!, k)) });
    }
  }
  return { judged, calibration: calibrate(rows, folds, raw, options, all) };
}

function isMixed(rows: readonly TrainingRow[]): boolean {
  return new Set(rows.map(isAttack)).size === 2;
}

function calibrate(
  rows: readonly TrainingRow[],
  folds: readonly { readonly test: readonly number[] }[],
  raw: readonly Matrix[],
  options: CalibrationOptions,
  used: readonly number[],
): ModelCalibration {
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
