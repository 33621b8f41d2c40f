import { basename } from 'node:path';
import { loadModel, DEFAULT_MODEL } from '../../job/load-model.ts';
import { trainModel, type TrainModelOptions } from '../../job/train-model.ts';
import { writeOutput } from '../../job/write-output.ts';
import type { ModelCard } from '../../score/model-card.ts';
import { modelCardText } from '../../score/model-card-text.ts';
import { UsageError, type Arguments } from '../arguments.ts';
import { EXIT_DONE, type Command } from '../command.ts';
import { figuresText, gapText, learningCurveText, siteText } from '../figures-text.ts';
import { LABELS_OPTIONS, labelsOptions, noteMissingHosts, TRAINING_OPTIONS, trainingOptions } from '../labels-options.ts'; // prettier-ignore
import { packageVersion } from '../package-version.ts';
import { ProgressLine } from '../progress-line.ts';
import { SPLIT_OPTIONS, splitChoice } from '../split-options.ts';

const ENDING = '.rapsheet';

/** `rapsheet train LABELS` */
export const trainCommand: Command = {
  options: {
    out: {
      value: 'FILE',
      short: 'o',
      help: `the model (default: model${ENDING}); its card is written beside it as .md and .json`,
    },
    name: { value: 'NAME', help: 'what verdicts call the model (default: the name of FILE)' },
    'model-version': { value: 'N', help: 'the number after the name (default 1)' },
    base: {
      value: 'MODEL',
      help: 'add your examples to what MODEL learnt from (a file, or default: the bundled one), and measure what they change',
    },
    'compare-random': {
      help: 'also say in the card what a random split would have claimed',
    },
    'learning-curve': {
      help: 'also say in the card how well models do that learnt from a part of the labels',
    },
    ...LABELS_OPTIONS,
    ...SPLIT_OPTIONS,
    ...TRAINING_OPTIONS,
  },
  examples: [
    [
      'rapsheet train labels.csv --out mine.rapsheet',
      'a model of your own, with figures from inputs it had not seen',
    ],
    [
      'rapsheet train site/labels.csv --base default --out site.rapsheet',
      'the bundled model, and the hosts of your site beside it',
    ],
    [
      'rapsheet train --from-labels ctu-13/ --write-labels labels.csv',
      'a model of public data sets whose flows carry labels, and what was made of those',
    ],
  ],
  run: runTrain,
};

async function runTrain(args: Arguments): Promise<number> {
  const path = args.text('out') ?? `model${ENDING}`;
  const stem = path.endsWith(ENDING) ? path.slice(0, -ENDING.length) : path;
  const progress = new ProgressLine(args);
  const { missing, options } = labelsOptions(args, progress);
  const base = args.text('base');
  const settings = {
    ...options,
    ...trainingOptions(args),
    ...splitChoice(args),
    name: modelName(args, path),
    version: args.integer('model-version', { min: 1 }) ?? 1,
    compareRandom: args.flag('compare-random'),
    learningCurve: args.flag('learning-curve'),
    rapsheet: packageVersion(),
    ...(base === undefined ? {} : { base: loadModel(base === 'default' ? DEFAULT_MODEL : base) }),
  };
  const command = trainingCommand(settings);
  await writeOutput(path, (writeModel) =>
    writeOutput(`${stem}.json`, (writeJson) =>
      writeOutput(`${stem}.md`, async (writeCard) => {
        const { card, encoded } = await trained({ ...settings, command });
        progress.clear();
        writeModel(encoded);
        writeJson(`${JSON.stringify(card, null, 2)}\n`);
        writeCard(`${modelCardText(card)}\n`);
        process.stdout.write([...trainingText(card)].join(''));
      }),
    ),
  ).finally(() => {
    progress.clear();
    noteMissingHosts(missing);
  });
  return EXIT_DONE;
}

async function trained(
  options: TrainModelOptions,
): Promise<{ card: ModelCard; encoded: Uint8Array }> {
  // prettier-ignore
  const { model } = await trainModel(options);
  return { card: model.parts.card, encoded: model.encode() };
}

function* trainingText({ figures, site, gap, learningCurve }: ModelCard): Generator<string> {
  yield* figuresText(figures);
  if (site !== undefined) yield* siteText(site);
  if (gap !== undefined) yield* gapText(gap);
  if (learningCurve !== undefined) yield* learningCurveText(learningCurve);
}

/** What makes this model again, whatever it was called: settings, not paths of this machine. */
function trainingCommand(settings: Omit<TrainModelOptions, 'command'>): string {
  const { labels, seed, recipes, recipeRuns, folds, falseAlarmsPerThousand, split, groupBy = 'set', gapUs = 0, calibration = 'auto', base } = settings; // prettier-ignore
  return [
    `rapsheet train ${settings.fromLogs === undefined ? '' : '--from-labels '}${basename(labels)}`,
    ...(base === undefined ? [] : [`--base ${base.id}`]),
    ...(recipes === undefined
      ? []
      : [`--recipes ${basename(recipes)} --recipe-runs ${recipeRuns}`]),
    `--folds ${folds} --false-alarms ${falseAlarmsPerThousand} --split ${split} --group-by ${groupBy}`,
    ...(gapUs === 0 ? [] : [`--time-gap ${gapUs / 1e6}s`]),
    `--calibration ${calibration} --seed ${seed}`,
  ].join(' ');
}

function modelName(args: Arguments, path: string): string {
  const name = args.text('name') ?? basename(path, ENDING);
  if (/^[\w.-]+$/.test(name)) return name;
  throw new UsageError(`--name: expected letters, digits, dots and dashes, got ${name}`);
}
