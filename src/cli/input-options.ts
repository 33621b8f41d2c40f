import { INPUT_FORMATS, type InputFormat } from '../flow/recognise-input.ts';
import type { ReadInputsOptions } from '../job/read-inputs.ts';
import { STANDARD_OUTPUT } from '../job/write-output.ts';
import type { Arguments } from './arguments.ts';
import type { Options } from './option.ts';
import type { ProgressLine } from './progress-line.ts';

/** Options of every command that reads INPUT. */
export const INPUT_OPTIONS: Options = {
  'input-format': {
    value: 'FORMAT',
    help: 'take every input for this format instead of recognising it by content',
  },
};

export const OUTPUT_OPTION: Options = {
  output: { value: 'FILE', short: 'o', help: 'write to FILE instead of standard output' },
};

export function readOptions(args: Arguments, progress: ProgressLine): ReadInputsOptions {
  const format = args.choice<InputFormat>('input-format', INPUT_FORMATS);
  return { onProgress: progress.update, ...(format === undefined ? {} : { format }) };
}

export function outputPath(args: Arguments): string {
  return args.text('output') ?? STANDARD_OUTPUT;
}
