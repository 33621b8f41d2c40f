import { crossValidateLabels, evaluateModel, measureFewLabels, type Evaluation } from '../../job/evaluate-model.ts'; // prettier-ignore
import { STANDARD_OUTPUT, writeAll, writeOutput } from '../../job/write-output.ts';
import { FAMILY_NAMES } from '../../score/family.ts';
import type { FewLabelsCurve } from '../../score/few-labels.ts';
import { UsageError, type Arguments } from '../arguments.ts';
import { EXIT_DONE, type Command } from '../command.ts';
import { confusionText, fewLabelsText, figuresText, gapText, learningCurveText, reliabilityText } from '../figures-text.ts'; // prettier-ignore
import { OUTPUT_OPTION, outputPath } from '../input-options.ts';
import { LABELS_OPTIONS, labelsOptions, noteMissingHosts, TRAINING_OPTIONS, trainingOptions } from '../labels-options.ts'; // prettier-ignore
import { chosenModel, MODEL_OPTION } from '../model-options.ts';
import { note } from '../notes.ts';
import { ProgressLine } from '../progress-line.ts';
import { SPLIT_OPTIONS, splitChoice } from '../split-options.ts';
import { isTerminal } from '../terminal.ts';

const COVERAGE = 0.9;

/** `rapsheet evaluate LABELS` */
export const evaluateCommand: Command = {
  options: {
    'cross-validate': {
      help: 'train per fold, leaving out whole groups of inputs, instead of judging by a model',
    },
    'few-labels': {
      help: 'how far 1, 3, 10, 30 labelled hosts a family carry, added to what the model learnt from',
    },
    'recipes-only': {
      help: 'with --cross-validate and --recipes: learn from generated hosts alone, judge the labelled ones',
    },
    'compare-random': {
      help: 'with --cross-validate: also what a random split would have claimed, side by side',
    },
    'learning-curve': {
      help: 'with --cross-validate: also figures of models that learnt from a part of the labels',
    },
    format: { value: 'FORMAT', help: 'text (default on a terminal) or json' },
    verdicts: { value: 'FILE', help: 'also write what was said of every labelled host, as NDJSON' },
    ...OUTPUT_OPTION,
    ...MODEL_OPTION,
    ...LABELS_OPTIONS,
    ...SPLIT_OPTIONS,
    ...TRAINING_OPTIONS,
  },
  examples: [
    [
      'rapsheet evaluate my-site/labels.csv',
      'how the bundled model does on hosts you have labelled',
    ],
    [
      'rapsheet evaluate labels.csv --cross-validate',
      'how a model trained on these labels would do on a network it has not seen',
    ],
    [
      'rapsheet evaluate labels.csv --cross-validate --compare-random --learning-curve',
      'how much a random split would flatter it, and whether more labels would help',
    ],
    [
      'rapsheet evaluate labels.csv --cross-validate --recipes recipes/ --recipes-only',
      'what recipes alone teach: a model that never saw a labelled host judges them all',
    ],
    [
      'rapsheet evaluate my-site/labels.csv --few-labels',
      'whether labelling a few hosts of your own is worth it, and how many',
    ],
  ],
  run: runEvaluate,
};

async function runEvaluate(args: Arguments): Promise<number> {
  const path = outputPath(args);
  const readable = path === STANDARD_OUTPUT && isTerminal();
  const format = args.choice('format', ['text', 'json'] as const) ?? (readable ? 'text' : 'json');
  const verdictsPath = args.text('verdicts');
  refuseUseless(args);
  if (args.flag('few-labels')) {
    await writeOutput(path, async (write) => {
      const curve = await fewLabels(args);
      writeAll(write, format === 'json' ? [`${JSON.stringify(curve)}\n`] : fewLabelsText(curve));
    });
    return EXIT_DONE;
  }
  await writeOutput(path, async (write) => {
    const { judged, ...measured } = await evaluate(args);
    writeAll(write, format === 'json' ? [evaluationJson(measured)] : evaluationText(measured));
    if (verdictsPath === undefined) return;
    await writeOutput(verdictsPath, (writeVerdict) => writeAll(writeVerdict, judgedLines(judged)));
  });
  return EXIT_DONE;
}

async function fewLabels(args: Arguments): Promise<FewLabelsCurve> {
  const progress = new ProgressLine(args);
  const { missing, options } = labelsOptions(args, progress);
  const { falseAlarmsPerThousand } = trainingOptions(args);
  const model = chosenModel(args);
  try {
    const shared = { ...options, falseAlarmsPerThousand, coverage: COVERAGE };
    const { curve, knownGroups } = await measureFewLabels(model, shared);
    progress.clear();
    noteKnown(knownGroups);
    return curve;
  } finally {
    progress.clear();
    noteMissingHosts(missing);
  }
}

function noteKnown(groups: readonly string[]): void {
  if (groups.length === 0) return;
  const more = groups.length > 3 ? ' …' : '';
  note(
    `the model was trained on ${groups.slice(0, 3).join(', ')}${more}: figures on them flatter it`,
  );
}

type Measured = Omit<Evaluation, 'judged'>;

/** The figures, and beside them what else was asked for. */
function evaluationJson({ figures, gap, learningCurve }: Measured): string {
  return `${JSON.stringify({ ...figures, ...(gap && { gap }), ...(learningCurve && { learningCurve }) })}\n`;
}

function* evaluationText({ figures, gap, learningCurve }: Measured): Generator<string> {
  yield* figuresText(figures);
  yield* confusionText(figures);
  yield* reliabilityText(figures);
  if (gap !== undefined) yield* gapText(gap);
  if (learningCurve !== undefined) yield* learningCurveText(learningCurve);
}

/** An option that would change nothing is a misunderstanding. */
function refuseUseless(args: Arguments): void {
  if (args.flag('few-labels')) {
    const other = ['cross-validate', 'compare-random', 'learning-curve'].find((name) => args.flag(name)); // prettier-ignore
    const value = ['verdicts', 'split', 'group-by', 'folds'].find((name) => args.text(name) !== undefined); // prettier-ignore
    const useless = other ?? value;
    if (useless !== undefined) throw new UsageError(`--few-labels makes its own splits: leave --${useless} out`); // prettier-ignore
    return;
  }
  if (args.flag('cross-validate')) {
    if (args.text('model') !== undefined) throw new UsageError('--cross-validate trains its own models: leave --model out'); // prettier-ignore
    if (args.flag('recipes-only')) refuseBesideRecipes(args);
    return;
  }
  const flags = ['recipes-only', 'compare-random', 'learning-curve'].filter((name) =>
    args.flag(name),
  );
  const values = ['split', 'time-gap', 'calibration', 'folds', 'false-alarms', 'recipes', 'recipe-runs'].filter((name) => args.text(name) !== undefined); // prettier-ignore
  const [first] = [...flags, ...values];
  if (first !== undefined) throw new UsageError(`--${first} is for training: add --cross-validate`);
}

function refuseBesideRecipes(args: Arguments): void {
  if (args.text('recipes') === undefined) {
    throw new UsageError('--recipes-only learns from generated hosts: add --recipes DIR');
  }
  const other = ['compare-random', 'learning-curve'].find((name) => args.flag(name));
  if (other === undefined) return;
  throw new UsageError(`--recipes-only learns from no labels: leave --${other} out`);
}

async function evaluate(args: Arguments): Promise<Evaluation> {
  const progress = new ProgressLine(args);
  const { missing, options } = labelsOptions(args, progress);
  const choice = splitChoice(args);
  try {
    if (args.flag('cross-validate')) {
      return await crossValidateLabels({
        ...options,
        ...trainingOptions(args),
        ...choice,
        coverage: COVERAGE,
        recipesOnly: args.flag('recipes-only'),
        compareRandom: args.flag('compare-random'),
        learningCurve: args.flag('learning-curve'),
      });
    }
    const { groupBy } = choice;
    const evaluation = await evaluateModel(chosenModel(args), { ...options, groupBy });
    progress.clear();
    noteKnown(evaluation.knownGroups);
    return evaluation;
  } finally {
    progress.clear();
    noteMissingHosts(missing);
  }
}

function* judgedLines(judged: Evaluation['judged']): Generator<string> {
  for (const { row, judgement } of judged) {
    const { family, probabilities, predictionSet, attackScore } = judgement;
    const truth = row.detail === '' ? row.family : `${row.family}/${row.detail}`;
    const probability = probabilities[FAMILY_NAMES.indexOf(family)];
    yield `${JSON.stringify({ input: row.input, host: row.host, truth, label: family, probability, predictionSet, attackScore })}\n`;
  }
}
