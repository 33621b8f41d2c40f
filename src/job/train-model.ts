import { matrixRow } from '../learn/matrix.ts';
import { FAMILY_NAMES } from '../score/family.ts';
import { figuresOf } from '../score/figures.ts';
import { fitModel, type FittedModel } from '../score/fit-model.ts';
import { ModelBundle } from '../score/model-bundle.ts';
import { isSynthetic, onlyTeaches } from '../score/training-rows.ts';
import type { TrainingRow } from '../score/training-row.ts';
import { RapsheetError } from './errors.ts';
import { labelledHosts } from './labelled-hosts.ts';
import { readLabelsFile, type LabelRow, type LabelsFile } from './labels-file.ts';
import { labelsFromLogs, type LabelsFromLogs } from './labels-from-logs.ts';
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
  readonly split: 'group' | 'random';
  /** Alarms the threshold may raise on a thousand calm hosts. */
  readonly falseAlarmsPerThousand: number;
  /** A model whose training summary is added to the labelled hosts. */
  readonly base?: ModelBundle;
}

const COVERAGE = 0.9;

/** Reads labelled inputs, generates what the recipes say, fits and evaluates a model. */
export async function trainModel(options: TrainModelOptions): Promise<FittedModel> {
  const rows = [
    ...(await readTrainingRows(options)),
    ...(options.base ? summaryRows(options.base) : []),
  ];
  const notes = options.base ? [`started from the training summary of ${options.base.id}`] : [];
  if (new Set(rows.filter((row) => !onlyTeaches(row)).map((row) => row.group)).size < 2) {
    throw new RapsheetError(
      'TOO_LITTLE_DATA',
      `${options.labels}: all labelled hosts lie in one group`,
      {
        hint: 'label captures of at least two folders, so that a model can be judged on one it has not seen',
      },
    );
  }
  const fitted = await fitModel(options.split === 'random' ? rows.map(ungrouped) : rows, {
    ...options,
    coverage: COVERAGE,
    notes,
    onFold: (done, total) => options.onProgress?.('folds', done, total),
  });
  if (options.split === 'group') return fitted;
  const { parts } = fitted.model;
  const figures = figuresOf(fitted.validation.judged, 'random', options.seed);
  return { ...fitted, model: new ModelBundle({ ...parts, card: { ...parts.card, figures } }) };
}

/** The hosts of a labels file, and those that recipes generate. */
export async function readTrainingRows(options: TrainingRowsOptions): Promise<TrainingRow[]> {
  const rows: TrainingRow[] = [];
  const labels = await readLabels(options);
  const read = labelledHosts(labels, {
    ...(options.onMissingHost ? { onMissingHost: options.onMissingHost } : {}),
    onInput: (_, index, total) => options.onProgress?.('inputs', index, total),
  });
  for await (const found of read) rows.push(...found);
  if (options.recipes === undefined) return rows;
  const recipes = readRecipes(options.recipes);
  for (const [index, recipe] of recipes.entries()) {
    options.onProgress?.('recipes', index, recipes.length);
    for (let run = 1; run <= options.recipeRuns; run++) {
      rows.push(...(await syntheticHosts(recipe, 1000 * options.seed + run)));
    }
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

/** The hosts a model remembers, as rows of their old groups. */
function summaryRows(model: ModelBundle): TrainingRow[] {
  const { vectors, families, groups, groupOf } = model.parts.training;
  return Array.from(families, (family, i) => ({
    input: `${model.id}/${groups[groupOf[i]!]!}`,
    group: groups[groupOf[i]!]!,
    host: `#${i}`,
    family: FAMILY_NAMES[family]!,
    detail: '',
    view: 'capture',
    vector: matrixRow(vectors, i),
  }));
}

function ungrouped(row: TrainingRow, index: number): TrainingRow {
  return isSynthetic(row) ? row : { ...row, group: `host ${index}`, input: `host ${index}` };
}
