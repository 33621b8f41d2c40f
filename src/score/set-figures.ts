import { thinRows } from './training-rows.ts';
import type { Judged } from './judged.ts';

/** How prediction sets keep their promise; of a crowd (one input and family) at most 60 hosts count. */
export interface SetFigures {
  readonly hosts: number;
  /** The share of sets that hold the truth. */
  readonly coverage: number;
  /** Families in a set, on average. */
  readonly meanSize: number;
  /** The share of sets with one family, and with none. */
  readonly single: number;
  readonly empty: number;
}

export function setFigures(judged: readonly Judged[]): SetFigures {
  const kept = new Set(thinRows(judged.map(({ row }) => row)));
  const thinned = judged.filter(({ row }) => kept.has(row));
  const share = (test: (one: Judged) => boolean): number =>
    thinned.filter(test).length / thinned.length;
  const size = ({ judgement }: Judged): number => judgement.predictionSet.length;
  return {
    hosts: thinned.length,
    coverage: share(isCovered),
    meanSize: thinned.reduce((sum, one) => sum + size(one), 0) / thinned.length,
    single: share((one) => size(one) === 1),
    empty: share((one) => size(one) === 0),
  };
}

/** True if the prediction set holds the truth. */
export function isCovered({ row, judgement }: Judged): boolean {
  return judgement.predictionSet.includes(row.family);
}
