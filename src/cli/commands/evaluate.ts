import { crossValidateLabels, evaluateModel, type Evaluation } from '../../job/evaluate-model.ts';
import { STANDARD_OUTPUT, writeAll, writeOutput } from '../../job/write-output.ts';
import { FAMILY_NAMES } from '../../score/family.ts';
import { UsageError, type Arguments } from '../arguments.ts';
import { EXIT_DONE, type Command } from '../command.ts';
import { figuresText } from '../figures-text.ts';
import { OUTPUT_OPTION, outputPath } from '../input-options.ts';
import { LABELS_OPTIONS, labelsOptions, noteMissingHosts, TRAINING_OPTIONS, trainingOptions } from '../labels-options.ts'; // prettier-ignore
import { chosenModel, MODEL_OPTION } from '../model-options.ts';
import { note } from '../notes.ts';
import { ProgressLine } from '../progress-line.ts';
import { isTerminal } from '../terminal.ts';

const COVERAGE = 0.9;

/** `rapsheet evaluate LABELS` */
export const evaluateCommand: Command = {
  options: {
    'cross-validate': {
      help: 'train per fold, leaving out whole groups of inputs, instead of judging by a model',
    },
    format: { value: 'FORMAT', help: 'text (default on a terminal) or json' },
    verdicts: { value: 'FILE', help: 'also write what was said of every labelled host, as NDJSON' },
    ...OUTPUT_OPTION,
    ...MODEL_OPTION,
    ...LABELS_OPTIONS,
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
  ],
  run: runEvaluate,
};

async function runEvaluate(args: Arguments): Promise<number> {
  const path = outputPath(args);
  const readable = path === STANDARD_OUTPUT && isTerminal();
  const format = args.choice('format', ['text', 'json'] as const) ?? (readable ? 'text' : 'json');
  const verdictsPath = args.text('verdicts');
  if (args.flag('cross-validate') && args.text('model') !== undefined) {
    throw new UsageError('--cross-validate trains its own models: leave --model out');
  }
  await writeOutput(path, async (write) => {
    const { figures, judged } = await evaluate(args);
    writeAll(write, format === 'json' ? [`${JSON.stringify(figures)}\n`] : figuresText(figures));
    if (verdictsPath === undefined) return;
    await writeOutput(verdictsPath, (writeVerdict) => writeAll(writeVerdict, judgedLines(judged)));
  });
  return EXIT_DONE;
}

async function evaluate(args: Arguments): Promise<Evaluation> {
  const progress = new ProgressLine(args);
  const { missing, options } = labelsOptions(args, progress);
  try {
    if (args.flag('cross-validate')) {
      return await crossValidateLabels({
        ...options,
        ...trainingOptions(args),
        coverage: COVERAGE,
      });
    }
    const evaluation = await evaluateModel(chosenModel(args), options);
    progress.clear();
    const { knownGroups } = evaluation;
    if (knownGroups.length > 0) {
      note(
        `the model was trained on ${knownGroups.slice(0, 3).join(', ')}${knownGroups.length > 3 ? ' …' : ''}: figures on them flatter it`,
      );
    }
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
