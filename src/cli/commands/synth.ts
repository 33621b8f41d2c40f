import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RapsheetError, readError } from '../../job/errors.ts';
import { STANDARD_OUTPUT, writeOutput } from '../../job/write-output.ts';
import { generateTraffic, parseRecipe, type Recipe } from '../../synth/recipe.ts';
import { labelsCsv, pcapChunks } from '../../synth/write-traffic.ts';
import { UsageError, type Arguments } from '../arguments.ts';
import { EXIT_DONE, type Command } from '../command.ts';
import { ReaderGone } from '../reader-gone.ts';

/** `rapsheet synth RECIPE` */
export const synthCommand: Command = {
  options: {
    output: {
      value: 'FILE',
      short: 'o',
      help: 'the pcap (default: the name of the recipe and .pcap)',
    },
    labels: { value: 'FILE', help: 'the labels file (default: labels.csv beside the pcap)' },
    seed: {
      value: 'TEXT',
      help: 'another seed, other hosts; the same seed, the same bytes (default 1)',
    },
  },
  examples: [
    [
      'rapsheet synth sample -o traffic/day.pcap --seed 7',
      'a recipe that comes with rapsheet; also writes traffic/labels.csv',
    ],
    ['rapsheet synth my-recipe.json', 'a recipe of your own'],
  ],
  run: runSynth,
};

async function runSynth(args: Arguments): Promise<number> {
  const [name] = args.expect('RECIPE');
  const recipe = readRecipe(name);
  const pcapPath = args.text('output') ?? `${recipe.name}.pcap`;
  const toStandardOutput = pcapPath === STANDARD_OUTPUT;
  const labelsPath = args.text('labels') ?? join(dirname(pcapPath), 'labels.csv');
  if (toStandardOutput && args.text('labels') === undefined) {
    throw new UsageError('--labels FILE must be given when the pcap goes to standard output');
  }
  if (labelsPath === pcapPath) throw new UsageError('--labels and --output name the same file');
  const traffic = generateTraffic(recipe, { seed: args.text('seed') ?? '1' });
  await writeOutput(labelsPath, (writeLabels) =>
    writeOutput(pcapPath, (write) => {
      for (const chunk of pcapChunks(traffic.packets)) if (!write(chunk)) throw new ReaderGone();
      const input = toStandardOutput
        ? `${recipe.name}.pcap`
        : relative(dirname(labelsPath), pcapPath);
      writeLabels(labelsCsv(input, traffic.labels));
    }),
  );
  return EXIT_DONE;
}

function readRecipe(name: string): Recipe {
  const path = recipePath(name);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const error = readError(name, cause);
    if (error.code !== 'NOT_FOUND') throw error;
    throw new RapsheetError('NOT_FOUND', `${name}: no such recipe`, {
      hint: 'name a recipe file (JSON), or one that comes with rapsheet, such as sample',
      cause,
    });
  }
  try {
    return parseRecipe(JSON.parse(text));
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new RapsheetError('RECIPE_INVALID', `${path}: ${message}`, { cause });
  }
}

/** A file, else a recipe of that name among those that come with the package. */
function recipePath(name: string): string {
  if (existsSync(name) || !/^[a-z0-9][a-z0-9/-]*$/.test(name)) return name;
  const bundled = fileURLToPath(new URL(`../../../datasets/recipes/${name}.json`, import.meta.url));
  return existsSync(bundled) ? bundled : name;
}
