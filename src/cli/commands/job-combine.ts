import { combineParts } from '../../job/cluster/reduce-stage.ts';
import type { Command } from '../command.ts';
import { runStage, WIRE_OPTION } from '../job-stage.ts';

/** `rapsheet job combine` */
export const jobCombineCommand: Command = {
  options: WIRE_OPTION,
  examples: [
    [
      'LC_ALL=C sort parts.tsv | rapsheet job combine --wire tsv',
      'what a map gave, with the parts of each host merged',
    ],
  ],
  run: (args) => runStage(args, ({ records, put }) => combineParts(records, put)),
};
