import { lintDataset } from '../../job/lint-dataset.ts';
import { STANDARD_OUTPUT, writeText } from '../../job/write-output.ts';
import type { Arguments } from '../arguments.ts';
import { EXIT_DONE, EXIT_FOUND, type Command } from '../command.ts';
import { findingsText } from '../findings-text.ts';
import { OUTPUT_OPTION, outputPath } from '../input-options.ts';
import { ProgressLine } from '../progress-line.ts';
import { isTerminal } from '../terminal.ts';

const STEPS: Readonly<Record<string, string>> = {
  inputs: 'reading labelled inputs',
  recipes: 'generating what recipes say',
  checks: 'checking',
};

/** `rapsheet lint-dataset LABELS` */
export const lintDatasetCommand: Command = {
  options: {
    format: { value: 'FORMAT', help: 'text (default on a terminal) or json' },
    recipes: {
      value: 'DIR',
      help: 'also measure how well the hosts of these recipes can be told from labelled ones of their family',
    },
    seed: { value: 'N', help: 'another seed for everything that is drawn (default 1)' },
    ...OUTPUT_OPTION,
  },
  examples: [
    [
      'rapsheet lint-dataset labels.csv',
      'what would make a model of these labels, or its figures, untrue, and what to do about it',
    ],
    [
      'rapsheet lint-dataset labels.csv --recipes recipes/',
      'which recipes generate hosts that do not look like real ones, and what betrays them',
    ],
    [
      'rapsheet lint-dataset labels.csv -o lint.json || exit 1',
      'in a pipeline: exit status 1 if something serious was found',
    ],
  ],
  run: runLintDataset,
};

async function runLintDataset(args: Arguments): Promise<number> {
  const path = outputPath(args);
  const readable = path === STANDARD_OUTPUT && isTerminal();
  const format = args.choice('format', ['text', 'json'] as const) ?? (readable ? 'text' : 'json');
  const labels = args.expect('LABELS')[0];
  const seed = args.integer('seed', { min: 0, max: 2 ** 32 - 1 }) ?? 1;
  const recipes = args.text('recipes');
  const progress = new ProgressLine(args);
  const lint = await lintDataset({
    labels,
    seed,
    ...(recipes !== undefined && { recipes }),
    onProgress: (step, done, total) => progress.say(`${STEPS[step] ?? step}: ${done} of ${total}`),
  }).finally(() => progress.clear());
  await writeText(
    path,
    format === 'json' ? [`${JSON.stringify(lint)}\n`] : [...findingsText(lint)],
  );
  return lint.findings.some(({ severity }) => severity === 'serious') ? EXIT_FOUND : EXIT_DONE;
}
