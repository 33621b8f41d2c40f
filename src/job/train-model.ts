import type { CalibrationMethod } from '../learn/calibration-choice.ts';
import { siteFigures } from '../score/few-labels.ts';
import { fitModel, type FittedModel } from '../score/fit-model.ts';
import { learningCurve } from '../score/learning-curve.ts';
import type { ModelBundle } from '../score/model-bundle.ts';
import { regroup, type Grouping } from '../score/regroup.ts';
import { foldsOfSplit, type Split } from '../score/split.ts';
import { splitGap } from '../score/split-gap.ts';
import { summaryRows } from '../score/summary-rows.ts';
import type { TrainingRow } from '../score/training-row.ts';
import { RapsheetError } from './errors.ts';
import { labelledHosts } from './labelled-hosts.ts';
import { readLabelsFile, type LabelRow, type LabelsFile } from './labels-file.ts';
import { labelsFromLogs, type LabelsFromLogs } from './labels-from-logs.ts';
import { syntheticLogins } from './synthetic-logins.ts';
import { readRecipes, syntheticHosts } from './synthetic-hosts.ts';

export interface TrainingRowsOptions {
  readonly labels: string;
  /** `labels` is a folder of logs whose lines carry labels, not a labels file. */
  readonly fromLogs?: {
    readonly words?: string;
    /** Called with what was found, before anything is learnt from it. */
    readonly onLabels?: (found: LabelsFromLogs) => void | Promise<void>;
  };
  readonly seed: number;
  /** Folder of recipes whose traffic teaches beside the labelled hosts, and runs of each. */
  readonly recipes?: string;
  readonly recipeRuns: number;
  readonly onMissingHost?: (row: LabelRow) => void;
  readonly onProgress?: (step: string, done: number, total: number) => void;
}

export interface TrainModelOptions extends TrainingRowsOptions {
  readonly name: string;
  readonly version: number;
  readonly folds: number;
  /** `random` splits hosts of one capture: figures that will not hold elsewhere, and the card says so. */
  readonly split: Split;
  readonly groupBy?: Grouping;
  readonly gapUs?: number;
  readonly calibration?: CalibrationMethod | 'auto';
  /** Alarms the threshold may raise on a thousand calm hosts. */
  readonly falseAlarmsPerThousand: number;
  /** A model whose training summary is added to the labelled hosts. */
  readonly base?: ModelBundle;
  /** Also measure a random split, and models that learnt from a part of the labels, for the card. */
  readonly compareRandom?: boolean;
  readonly learningCurve?: boolean;
  /** For the card: the version of rapsheet, and the command. */
  readonly rapsheet?: string;
  readonly command?: string;
}

const COVERAGE = 0.9;

/** One set of histories of logins a run teaches too little, and they cost next to nothing. */
const LOGINS_A_RUN = 2;

/** Reads labelled inputs, generates what the recipes say, fits and evaluates a model. */
export async function trainModel(options: TrainModelOptions): Promise<FittedModel> {
  const { base, onProgress } = options;
  const own = regroup(await readTrainingRows(options), options.groupBy ?? 'set');
  const rows = base === undefined ? own : [...own, ...summaryRows(base)];
  refuseFewFolds(rows, options);
  const { compareRandom, learningCurve: withCurve, ...others } = options;
  const shared = { ...others, coverage: COVERAGE };
  const says = (step: string) => (done: number, total: number) => onProgress?.(step, done, total);
  const site = base && siteFigures(base, own, { ...shared, onStep: says('measuring on your hosts') }); // prettier-ignore
  const gap = compareRandom === true ? splitGap(rows, { ...shared, onFold: says('comparing with a random split') }) : undefined; // prettier-ignore
  const curve = withCurve === true ? learningCurve(rows, { ...shared, onPoint: says('learning curve') }) : undefined; // prettier-ignore
  return fitModel(rows, {
    ...shared,
    notes: base === undefined ? [] : [`started from the training summary of ${base.id}`],
    ...(site && { site }),
    ...(gap && { gap }),
    ...(curve && { learningCurve: curve }),
    onFold: says('folds'),
  });
}

function refuseFewFolds(rows: readonly TrainingRow[], options: TrainModelOptions): void {
  if (foldsOfSplit(rows, options).length >= 2) return;
  const isTime = options.split === 'time';
  throw new RapsheetError(
    'TOO_LITTLE_DATA',
    isTime
      ? `${options.labels}: too few inputs with a time of their own to learn from some and judge later ones`
      : `${options.labels}: all labelled hosts lie in one group`,
    {
      hint: isTime
        ? 'label captures of several days, or leave --split time out'
        : 'label captures of at least two folders, so that a model can be judged on one it has not seen',
    },
  );
}

/** The hosts of a labels file, and those that recipes generate. */
export async function readTrainingRows(options: TrainingRowsOptions): Promise<TrainingRow[]> {
  const rows: TrainingRow[] = [];
  const labels = await readLabels(options);
  const read = labelledHosts(labels, {
    ...(options.onMissingHost ? { onMissingHost: options.onMissingHost } : {}),
    onInput: (_, index, total) => options.onProgress?.('inputs', index, total),
  });
  for await (const found of read) for (const row of found) rows.push(row);
  if (options.recipes === undefined) return rows;
  const recipes = readRecipes(options.recipes);
  for (const [index, recipe] of recipes.entries()) {
    options.onProgress?.('recipes', index, recipes.length);
    for (let run = 1; run <= options.recipeRuns; run++) {
      for (const row of await syntheticHosts(recipe, 1000 * options.seed + run)) rows.push(row);
    }
  }
  for (let run = 1; run <= LOGINS_A_RUN * options.recipeRuns; run++) {
    for (const row of syntheticLogins(1000 * options.seed + run)) rows.push(row);
  }
  return rows;
}

async function readLabels({
  labels,
  fromLogs,
  onProgress,
}: TrainingRowsOptions): Promise<LabelsFile> {
  if (fromLogs === undefined) return readLabelsFile(labels);
  const found = await labelsFromLogs(labels, {
    ...fromLogs,
    onInput: (_, index, total) => onProgress?.('labels', index, total),
  });
  await fromLogs.onLabels?.(found);
  if (found.labels.rows.length > 0) return found.labels;
  throw new RapsheetError('TOO_LITTLE_DATA', `${labels}: no host has a label in its logs`, {
    hint: 'name a folder of labelled logs: CTU-13, Zeek .labeled, UNSW-NB15, CICFlowMeter, ToN-IoT, BoT-IoT, NF-…',
  });
}
