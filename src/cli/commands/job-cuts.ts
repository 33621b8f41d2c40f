import { sayCuts } from '../../job/cluster/cuts.ts';
import { frameSections } from '../../job/cluster/section.ts';
import type { Command } from '../command.ts';
import { runStage } from '../job-stage.ts';

/** `rapsheet job cuts` */
export const jobCutsCommand: Command = {
  options: {},
  examples: [
    [
      'rapsheet job cuts < heads > cuts',
      'frames of beginnings of files to frames of `bytes` or `whole`',
    ],
  ],
  run: (args) => runStage(args, ({ records, put }) => sayCuts(frameSections(records), put)),
};
