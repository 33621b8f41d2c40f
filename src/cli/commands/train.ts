import { basename } from 'node:path';
import { loadModel, DEFAULT_MODEL } from '../../job/load-model.ts';
import { trainModel } from '../../job/train-model.ts';
import { writeOutput } from '../../job/write-output.ts';
import { modelCardText } from '../../score/model-card-text.ts';
import { UsageError, type Arguments } from '../arguments.ts';
import { EXIT_DONE, type Command } from '../command.ts';
import { figuresText } from '../figures-text.ts';
import { LABELS_OPTIONS, labelsOptions, noteMissingHosts, TRAINING_OPTIONS, trainingOptions } from '../labels-options.ts'; // prettier-ignore
import { ProgressLine } from '../progress-line.ts';

const ENDING = '.rapsheet';

/** `rapsheet train LABELS` */
export const trainCommand: Command = {
  options: {
    out: {
      value: 'FILE',
      short: 'o',
      help: `the model (default: model${ENDING}); its card is written beside it as .md`,
    },
    name: { value: 'NAME', help: 'what verdicts call the model (default: the name of FILE)' },
    'model-version': { value: 'N', help: 'the number after the name (default 1)' },
    split: {
      value: 'HOW',
      help: 'group (default): whole groups of inputs are left out; random: figures that flatter',
    },
    base: {
      value: 'MODEL',
      help: 'add your examples to what MODEL learnt from (default: the bundled one)',
    },
    ...LABELS_OPTIONS,
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
  const cardPath = path.endsWith(ENDING) ? `${path.slice(0, -ENDING.length)}.md` : `${path}.md`;
  const progress = new ProgressLine(args);
  const { missing, options } = labelsOptions(args, progress);
  const base = args.text('base');
  const settings = {
    ...options,
    ...trainingOptions(args),
    name: modelName(args, path),
    version: args.integer('model-version', { min: 1 }) ?? 1,
    split: args.choice('split', ['group', 'random'] as const) ?? 'group',
    ...(base === undefined ? {} : { base: loadModel(base === 'default' ? DEFAULT_MODEL : base) }),
  };
  await writeOutput(path, (writeModel) =>
    writeOutput(cardPath, async (writeCard) => {
      const { model } = await trainModel(settings);
      progress.clear();
      writeModel(model.encode());
      writeCard(`${modelCardText(model.parts.card)}\n`);
      process.stdout.write([...figuresText(model.parts.card.figures)].join(''));
    }),
  ).finally(() => {
    progress.clear();
    noteMissingHosts(missing);
  });
  return EXIT_DONE;
}

function modelName(args: Arguments, path: string): string {
  const name = args.text('name') ?? basename(path, ENDING);
  if (/^[\w.-]+$/.test(name)) return name;
  throw new UsageError(`--name: expected letters, digits, dots and dashes, got ${name}`);
}
