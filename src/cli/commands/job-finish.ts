import { JOB_OUTPUTS } from '../../job/cluster/stages.ts';
import { finishProfiles, finishVectors } from '../../job/cluster/finish-stage.ts';
import { addUpCrowds } from '../../job/cluster/judge-rounds.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { runStage, WIRE_OPTION } from '../job-stage.ts';
import { verdictLine } from '../job-verdicts.ts';
import { vectorLine } from '../vector-line.ts';

/** `rapsheet job finish` */
export const jobFinishCommand: Command = {
  options: {
    ...WIRE_OPTION,
    output: { value: 'WHAT', help: 'verdicts (default), vectors or profiles' },
  },
  examples: [
    [
      'LC_ALL=C sort judged.tsv | rapsheet job finish --wire tsv',
      'verdicts, and those on crowds that flood one target',
    ],
  ],
  run: runFinish,
};

function runFinish(args: Arguments): Promise<number> {
  const output = args.choice('output', JOB_OUTPUTS) ?? 'verdicts';
  return runStage(args, ({ records, put }) => {
    if (output === 'verdicts') addUpCrowds(records, put, verdictLine);
    else if (output === 'vectors') finishVectors(records, put, vectorLine);
    else finishProfiles(records, put);
  });
}
