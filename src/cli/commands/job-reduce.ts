import { answerNeighbours, askNeighbours } from '../../job/cluster/context-rounds.ts';
import { judgeRecords } from '../../job/cluster/judge-rounds.ts';
import { reduceParts } from '../../job/cluster/reduce-stage.ts';
import { UsageError, type Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { runStage, WIRE_OPTION, type StageStreams } from '../job-stage.ts';
import { verdictLine } from '../job-verdicts.ts';
import { chosenModel, MODEL_OPTION } from '../model-options.ts';

const ROUNDS = ['1', '2', '3', '4'] as const;

/** `rapsheet job reduce` */
export const jobReduceCommand: Command = {
  options: {
    ...WIRE_OPTION,
    round: { value: 'N', help: '1 merges, 2 asks neighbours, 3 answers, 4 judges' },
    ...MODEL_OPTION,
  },
  examples: [
    [
      'LC_ALL=C sort parts.tsv | rapsheet job reduce --wire tsv --round 1',
      'the first of the rounds between map and finish',
    ],
  ],
  run: runReduce,
};

function runReduce(args: Arguments): Promise<number> {
  const round = args.choice('round', ROUNDS);
  if (round === undefined) throw new UsageError('--round: which of the rounds, 1 to 4?');
  return runStage(args, stageOf(round, args));
}

function stageOf(round: (typeof ROUNDS)[number], args: Arguments): (streams: StageStreams) => void {
  switch (round) {
    case '1':
      return ({ records, put }) => reduceParts(records, put);
    case '2':
      return ({ records, put }) => askNeighbours(records, put);
    case '3':
      return ({ records, put }) => answerNeighbours(records, put);
    case '4':
      // The model first: one that is missing shows before anything is read.
      return ({ records, put }) => judgeRecords(records, put, chosenModel(args), verdictLine);
  }
}
