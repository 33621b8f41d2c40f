import { DEFAULT_MODEL, loadModel } from '../../job/load-model.ts';
import { writeText } from '../../job/write-output.ts';
import { modelCardText } from '../../score/model-card-text.ts';
import { UsageError, type Arguments } from '../arguments.ts';
import { EXIT_DONE, type Command } from '../command.ts';
import { OUTPUT_OPTION, outputPath } from '../input-options.ts';

/** `rapsheet model show|verify [FILE]` */
export const modelCommand: Command = {
  options: {
    format: { value: 'FORMAT', help: 'show: text (default) or json' },
    ...OUTPUT_OPTION,
  },
  examples: [
    [
      'rapsheet model show',
      'the card of the bundled model: what it was trained on, and its figures',
    ],
    ['rapsheet model verify mine.rapsheet', 'whether the file is whole and fits this rapsheet'],
  ],
  run: runModel,
};

async function runModel(args: Arguments): Promise<number> {
  const [action, file = DEFAULT_MODEL, ...rest] = args.positionals;
  if (action !== 'show' && action !== 'verify') {
    throw new UsageError(`expected show or verify, got ${action ?? 'nothing'}`);
  }
  if (rest.length > 0) throw new UsageError(`unexpected argument ${rest[0]!}`);
  const format = args.choice('format', ['text', 'json'] as const) ?? 'text';
  const model = loadModel(file);
  const { card, training } = model.parts;
  const text =
    action === 'verify'
      ? `${model.id}: whole, feature schema ${card.schema} fits, ${training.vectors.rows} training hosts inside\n`
      : format === 'json'
        ? `${JSON.stringify(card)}\n`
        : `${modelCardText(card)}\n`;
  await writeText(outputPath(args), [text]);
  return EXIT_DONE;
}
