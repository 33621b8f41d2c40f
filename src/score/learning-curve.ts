import { hashText } from '../stats/hash.ts';
import { crossValidate, type CrossValidationOptions } from './cross-validate.ts';
import { figuresOf } from './figures.ts';
import { SPLIT_STAMPS } from './split.ts';
import { isSynthetic, onlyTeaches } from './training-rows.ts';
import type { TrainingRow } from './training-row.ts';

/** Figures of models that learnt from a part of the labelled inputs. */
interface LearningPoint {
  /** The share of labelled inputs that taught; generated hosts always do. */
  readonly share: number;
  /** Labelled hosts among them, before each fold leaves its own out. */
  readonly hosts: number;
  readonly macroF1: number;
  readonly averagePrecision: number;
  readonly recallAtOneFalseAlarm: number;
}

export type LearningCurve = readonly LearningPoint[];

const SHARES = [0, 0.1, 0.25, 0.5, 1] as const;

/**
 * Whether more labels would help: the same hosts judged by models that learnt from more and more of the others. Each
 * part holds the smaller one.
 */
export function learningCurve(
  rows: readonly TrainingRow[],
  options: CrossValidationOptions & { readonly onPoint?: (done: number, total: number) => void },
): LearningCurve {
  const ranks = ranksOf(rows, options.seed);
  const shares = rows.some(isSynthetic) ? SHARES : SHARES.filter((share) => share > 0);
  return shares.map((share, index) => {
    options.onPoint?.(index, shares.length);
    const mayTeach = (row: TrainingRow): boolean => ranks.get(row.input)! < share;
    const { judged } = crossValidate(rows, { ...options, mayTeach });
    const figures = figuresOf(judged, SPLIT_STAMPS[options.split ?? 'group'], options.seed);
    return {
      share,
      hosts: rows.filter((row) => !onlyTeaches(row) && mayTeach(row)).length,
      macroF1: figures.macroF1,
      averagePrecision: figures.ranking?.averagePrecision.estimate ?? NaN,
      recallAtOneFalseAlarm: figures.ranking?.recallAtOneFalseAlarm.estimate ?? NaN,
    };
  });
}

/** Each input's place in a drawn order, 0 to below 1. */
function ranksOf(rows: readonly TrainingRow[], seed: number): ReadonlyMap<string, number> {
  const inputs = [...new Set(rows.map((row) => row.input))];
  const order = inputs
    .map((input) => ({ input, hash: hashText(`${seed} ${input}`) }))
    .sort((a, b) => a.hash - b.hash);
  return new Map(order.map(({ input }, i) => [input, i / order.length]));
}
