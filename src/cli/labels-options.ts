import type { LabelRow } from '../job/labels-file.ts';
import type { TrainModelOptions, TrainingRowsOptions } from '../job/train-model.ts';
import type { Arguments } from './arguments.ts';
import { fromLabels, FROM_LABELS_OPTIONS } from './labels-from-logs.ts';
import { note } from './notes.ts';
import type { Options } from './option.ts';
import type { ProgressLine } from './progress-line.ts';

/** Options of the commands that read a labels file. */
export const LABELS_OPTIONS: Options = {
  ...FROM_LABELS_OPTIONS,
  'skip-missing': { help: 'pass over hosts that are not in their input, instead of stopping' },
  seed: { value: 'N', help: 'another seed for everything that is drawn (default 1)' },
};

/** Options of the commands that train. */
export const TRAINING_OPTIONS: Options = {
  folds: { value: 'N', help: 'groups of inputs are left out in N folds (default 10)' },
  'false-alarms': {
    value: 'N',
    help: 'alarms that may be raised on 1,000 calm hosts (default 10)',
  },
  recipes: { value: 'FOLDER', help: 'also learn from the traffic of all recipes in FOLDER' },
  'recipe-runs': { value: 'N', help: 'runs of every recipe (default 1)' },
};

/** What `train` and `evaluate` ask of labelled inputs alike. */
export function labelsOptions(
  args: Arguments,
  progress: ProgressLine,
): {
  /** Filled while labelled inputs are read. */
  readonly missing: readonly LabelRow[];
  readonly options: Pick<
    TrainingRowsOptions,
    'labels' | 'fromLogs' | 'seed' | 'onMissingHost' | 'onProgress'
  >;
} {
  const missing: LabelRow[] = [];
  return {
    missing,
    options: {
      labels: labelsPath(args),
      ...fromLabels(args, progress),
      seed: args.integer('seed', { min: 0, max: 2 ** 32 - 1 }) ?? 1,
      ...(args.flag('skip-missing')
        ? { onMissingHost: (row: LabelRow) => void missing.push(row) }
        : {}),
      onProgress: (step: string, done: number, total: number): void =>
        progress.say(`${STEPS[step] ?? step}: ${done} of ${total}`),
    },
  };
}

function labelsPath(args: Arguments): string {
  const folder = args.text('from-labels');
  if (folder === undefined) return args.expect('LABELS')[0];
  args.expect();
  return folder;
}

export function trainingOptions(
  args: Arguments,
): Pick<TrainModelOptions, 'folds' | 'falseAlarmsPerThousand' | 'recipeRuns' | 'recipes'> {
  const recipes = args.text('recipes');
  return {
    folds: args.integer('folds', { min: 2, max: 100 }) ?? 10,
    falseAlarmsPerThousand: args.number('false-alarms', { min: 0, max: 1000 }) ?? 10,
    recipeRuns: args.integer('recipe-runs', { min: 1, max: 1000 }) ?? 1,
    ...(recipes === undefined ? {} : { recipes }),
  };
}

/** Hosts that were passed over are never passed over in silence. */
export function noteMissingHosts(missing: readonly LabelRow[]): void {
  const [first] = missing;
  if (first === undefined) return;
  const more = missing.length > 1 ? ` and ${missing.length - 1} more` : '';
  note(`passed over hosts that are not in their input: ${first.hostText} of ${first.input}${more}`);
}

const STEPS: Readonly<Record<string, string>> = {
  labels: 'looking for labels',
  inputs: 'reading labelled inputs',
  recipes: 'making traffic from recipes',
  folds: 'training folds',
};
