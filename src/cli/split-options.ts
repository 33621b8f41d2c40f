import type { CalibrationMethod } from '../learn/calibration-choice.ts';
import { GROUPINGS, type Grouping } from '../score/regroup.ts';
import type { Split } from '../score/split.ts';
import { UsageError, type Arguments } from './arguments.ts';
import type { Options } from './option.ts';
import { parseSpan } from './parse-span.ts';

/** Options of the commands that keep hosts from the models that judge them. */
export const SPLIT_OPTIONS: Options = {
  split: {
    value: 'HOW',
    help: 'group (default): whole groups are left out; time: the past teaches, the future is judged; random: figures that flatter',
  },
  'group-by': {
    value: 'WHAT',
    help: 'a group is a set (default: the folder in which inputs differ), a capture, or all captures that share an attacker’s address or network (/24)',
  },
  'time-gap': {
    value: 'SPAN',
    help: 'of a split by time: what ends within SPAN (12h, 7d) before the future begins teaches nothing',
  },
  calibration: {
    value: 'HOW',
    help: 'auto (default): what does best on groups left out, of sigmoid, temperature, isotonic; or one of them',
  },
};

export interface SplitChoice {
  readonly split: Split;
  readonly groupBy: Grouping;
  readonly gapUs: number;
  readonly calibration: CalibrationMethod | 'auto';
}

export function splitChoice(args: Arguments): SplitChoice {
  const split = args.choice('split', ['group', 'time', 'random'] as const) ?? 'group';
  const gap = args.text('time-gap');
  if (gap !== undefined && split !== 'time') throw new UsageError('--time-gap needs --split time');
  const gapUs = gap === undefined ? 0 : parseSpan(gap);
  if (gapUs === undefined) {
    throw new UsageError(`--time-gap: expected a span such as 12h or 7d, got ${gap!}`);
  }
  return {
    split,
    groupBy: args.choice('group-by', GROUPINGS) ?? 'set',
    gapUs,
    calibration: args.choice('calibration', ['auto', 'sigmoid', 'temperature', 'isotonic'] as const) ?? 'auto', // prettier-ignore
  };
}
