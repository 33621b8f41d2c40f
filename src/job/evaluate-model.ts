import { matrixRow } from '../learn/matrix.ts';
import { crossValidate, type CrossValidationOptions } from '../score/cross-validate.ts';
import { fewLabelsCurve, type FewLabelsCurve } from '../score/few-labels.ts';
import { figuresOf, type Figures } from '../score/figures.ts';
import type { Judged } from '../score/judged.ts';
import { learningCurve, type LearningCurve } from '../score/learning-curve.ts';
import type { CalibrationOptions } from '../score/model-calibration.ts';
import type { ModelBundle } from '../score/model-bundle.ts';
import { regroup, type Grouping } from '../score/regroup.ts';
import { foldsOfSplit, SPLIT_STAMPS } from '../score/split.ts';
import { splitGap, type SplitGap } from '../score/split-gap.ts';
import { isAttack, onlyTeaches, toMatrix } from '../score/training-rows.ts';
import type { TrainingRow } from '../score/training-row.ts';
import { RapsheetError } from './errors.ts';
import { readTrainingRows, type TrainingRowsOptions } from './train-model.ts';

export interface Evaluation {
  readonly figures: Figures;
  readonly judged: readonly Judged[];
  /** Asked for: what a random split would have claimed. */
  readonly gap?: SplitGap;
  readonly learningCurve?: LearningCurve;
}

export type EvaluateModelOptions = Omit<TrainingRowsOptions, 'recipes' | 'recipeRuns'> & {
  readonly groupBy?: Grouping;
};

/** Figures of a model on labelled inputs, and which of their groups it was trained on. */
export async function evaluateModel(
  model: ModelBundle,
  options: EvaluateModelOptions,
): Promise<Evaluation & { readonly knownGroups: readonly string[] }> {
  const read = (await readTrainingRows({ ...options, recipeRuns: 0 })).filter((row) => !onlyTeaches(row)); // prettier-ignore
  refuseNone(read, options.labels);
  const rows = regroup(read, options.groupBy ?? 'set');
  const judged = judgeRows(model, rows);
  return {
    figures: figuresOf(judged, 'held-out', options.seed),
    judged,
    knownGroups: knownGroups(model, read),
  };
}

/** How far a few labels carry that are added to what a model learnt from, and which of their groups it knows already. */
export async function measureFewLabels(
  model: ModelBundle,
  options: EvaluateModelOptions & CalibrationOptions,
): Promise<{ readonly curve: FewLabelsCurve; readonly knownGroups: readonly string[] }> {
  const rows = (await readTrainingRows({ ...options, recipeRuns: 0 })).filter((row) => !onlyTeaches(row)); // prettier-ignore
  refuseNone(rows, options.labels);
  const { onProgress } = options;
  const onStep = (done: number, total: number): void => onProgress?.('learning from a few labels', done, total); // prettier-ignore
  return { curve: fewLabelsCurve(model, rows, { ...options, onStep }), knownGroups: knownGroups(model, rows) }; // prettier-ignore
}

function knownGroups(model: ModelBundle, rows: readonly TrainingRow[]): string[] {
  const groups = new Set(rows.map((row) => row.group));
  return model.parts.training.groups.filter((group) => groups.has(group));
}

/** What a model as it is says of labelled hosts. */
function judgeRows(model: ModelBundle, rows: readonly TrainingRow[]): Judged[] {
  const { trees, calibration } = model.parts;
  const raw = trees.predictProba(toMatrix(rows));
  return rows.map((row, i) => ({ row, judgement: calibration.judge(matrixRow(raw, i)) }));
}

export interface CrossValidateOptions
  extends TrainingRowsOptions, Omit<CrossValidationOptions, 'onFold' | 'mayTeach'> {
  readonly groupBy?: Grouping;
  /** Learn from generated hosts alone, and judge the labelled ones. */
  readonly recipesOnly?: boolean;
  /** Measure a random split beside it. */
  readonly compareRandom?: boolean;
  /** Measure models that learnt from a part of the labels, too. */
  readonly learningCurve?: boolean;
}

/** Trains once a fold, leaving out whole groups, and judges those: figures that do not need a second data set. */
export async function crossValidateLabels(options: CrossValidateOptions): Promise<Evaluation> {
  const rows = regroup(await readTrainingRows(options), options.groupBy ?? 'set');
  refuseNone(rows, options.labels);
  refuseOneKind(rows, options.labels);
  refuseFewFolds(rows, options);
  const { onProgress } = options;
  const { judged } = crossValidate(rows, { ...options, ...(options.recipesOnly === true && { mayTeach: () => false }), onFold: (done, total) => onProgress?.('folds', done, total) }); // prettier-ignore
  if (judged.length === 0) throw tooFewFolds(options, 'nothing was left to judge');
  const stamp = SPLIT_STAMPS[options.split ?? 'group'];
  return {
    figures: figuresOf(judged, stamp, options.seed),
    judged,
    ...(options.compareRandom === true && {
      gap: splitGap(rows, { ...options, onFold: (done, total) => onProgress?.('comparing with a random split', done, total) }), // prettier-ignore
    }),
    ...(options.learningCurve === true && {
      learningCurve: learningCurve(rows, { ...options, onPoint: (done, total) => onProgress?.('learning curve', done, total) }), // prettier-ignore
    }),
  };
}

function refuseNone(rows: readonly TrainingRow[], labels: string): void {
  if (rows.length > 0) return;
  throw new RapsheetError('TOO_LITTLE_DATA', `${labels}: no labelled host is in its input`, {
    hint: 'run rapsheet hosts on the inputs to see which hosts are',
  });
}

function refuseOneKind(rows: readonly TrainingRow[], labels: string): void {
  const real = rows.filter((row) => !onlyTeaches(row));
  const attackers = real.filter(isAttack).length;
  if (attackers > 0 && attackers < real.length) return;
  const what = attackers === 0 ? 'no attacker is' : 'no calm host (benign, backscatter) is';
  throw new RapsheetError('TOO_LITTLE_DATA', `${labels}: ${what} labelled`, {
    hint: 'there is nothing to tell apart: label both kinds',
  });
}

function refuseFewFolds(rows: readonly TrainingRow[], options: CrossValidateOptions): void {
  const { split = 'group' } = options;
  if (foldsOfSplit(rows, options).length >= 2) return;
  throw tooFewFolds(
    options,
    split === 'time'
      ? 'too few inputs with a time of their own (after 1990) to learn from some and judge later ones'
      : 'all labelled hosts lie in one group',
  );
}

function tooFewFolds({ labels, split }: CrossValidateOptions, what: string): RapsheetError {
  return new RapsheetError('TOO_LITTLE_DATA', `${labels}: ${what}`, {
    hint:
      split === 'time'
        ? 'label captures of several days, or leave --split time out'
        : 'label captures of at least two folders, so that one can be left out, or try --group-by capture',
  });
}
