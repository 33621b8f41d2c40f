import { profileFile } from '../../job/profile-file.ts';
import { profileInputs } from '../../job/profile-inputs.ts';
import { writeAll, writeOutput } from '../../job/write-output.ts';
import type { Arguments } from '../arguments.ts';
import { EXIT_DONE, type Command } from '../command.ts';
import { INPUT_OPTIONS, OUTPUT_OPTION, outputPath, readOptions, WORKERS_OPTION } from '../input-options.ts'; // prettier-ignore
import { noteInputs, noteNoHosts } from '../notes.ts';
import { ProgressLine } from '../progress-line.ts';

/** `rapsheet merge INPUT…` */
export const mergeCommand: Command = {
  options: { ...OUTPUT_OPTION, ...INPUT_OPTIONS, ...WORKERS_OPTION },
  examples: [
    [
      'rapsheet merge monday.profiles.ndjson tuesday.profiles.ndjson -o week.profiles.ndjson',
      'the profiles of both days: those that hosts would make of all their captures at once',
    ],
    [
      'rapsheet merge week.profiles.ndjson wednesday/ -o week.profiles.ndjson',
      'captures and logs are taken as well, and FILE may be one of what is read',
    ],
    ['rapsheet merge sensor-*.profiles.ndjson | rapsheet label -', 'one verdict a host on what several sensors saw'],
  ], // prettier-ignore
  more: [
    'The order and the grouping of what is merged make no difference, to the byte. What is in two files counts',
    'twice: merge days or sensors that did not see the same packets.',
  ],
  run: runMerge,
};

async function runMerge(args: Arguments): Promise<number> {
  const progress = new ProgressLine(args);
  await writeOutput(outputPath(args), async (write) => {
    const profiled = await profileInputs(args.positionals, readOptions(args, progress));
    progress.clear();
    noteInputs(profiled, profiled.table.skips);
    writeAll(write, profileFile(profiled.table));
    noteNoHosts(profiled.table.size, profiled);
  }).finally(() => progress.clear());
  return EXIT_DONE;
}
