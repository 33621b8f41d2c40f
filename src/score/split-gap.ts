import { crossValidate, type CrossValidationOptions } from './cross-validate.ts';
import { figuresOf, type Figures } from './figures.ts';
import { SPLIT_STAMPS, type Split } from './split.ts';
import { onlyTeaches, thinRows } from './training-rows.ts';
import type { TrainingRow } from './training-row.ts';

/** What a random split would have claimed, beside what holds: a warning in figures. */
export interface SplitGap {
  readonly hosts: number;
  readonly honest: GapFigures;
  readonly random: GapFigures;
}

interface GapFigures {
  readonly split: string;
  readonly macroF1: number;
  readonly averagePrecision: number;
  readonly recallAtOneFalseAlarm: number;
}

/** Both splits on the same hosts (crowds thinned) and with the same models. */
export function splitGap(rows: readonly TrainingRow[], options: CrossValidationOptions): SplitGap {
  const kept = new Set(thinRows(rows));
  const thinned = rows.filter((row) => kept.has(row));
  const measure = (split: Split): GapFigures => {
    const { judged } = crossValidate(thinned, { ...options, split });
    return gapFigures(figuresOf(judged, SPLIT_STAMPS[split], options.seed));
  };
  const honest = options.split === 'random' ? 'group' : (options.split ?? 'group');
  return {
    hosts: thinned.filter((row) => !onlyTeaches(row)).length,
    honest: measure(honest),
    random: measure('random'),
  };
}

function gapFigures({ split, macroF1, ranking }: Figures): GapFigures {
  return {
    split,
    macroF1,
    averagePrecision: ranking?.averagePrecision.estimate ?? NaN,
    recallAtOneFalseAlarm: ranking?.recallAtOneFalseAlarm.estimate ?? NaN,
  };
}
