import { groupBootstrap } from '../learn/bootstrap.ts';
import { averagePrecision, classFigures, confusionMatrix, macroF1 } from '../learn/metrics.ts';
import { CALM_FAMILIES, FAMILY_NAMES } from './family.ts';
import type { Figures } from './model-card.ts';
import type { Judgement } from './model-calibration.ts';
import { classIndex, isAttack } from './training-rows.ts';
import type { TrainingRow } from './training-row.ts';

export interface Judged {
  readonly row: TrainingRow;
  readonly judgement: Judgement;
}

/** Figures on rows whose judge had not learnt from them; `split` says how they were kept apart. */
export function figuresOf(judged: readonly Judged[], split: string, seed: number): Figures {
  const truth = judged.map(({ row }) => classIndex(row));
  const said = judged.map(({ judgement }) => FAMILY_NAMES.indexOf(judgement.family));
  const groups = judged.map(({ row }) => row.group);
  const attacks = judged.map(({ row }) => isAttack(row));
  const alarms = judged.map(({ judgement }) => !CALM_FAMILIES.includes(judgement.family));
  const statistic = (rows: ArrayLike<number>): number => {
    const picked = Array.from(rows);
    return macroF1(
      confusionMatrix(
        picked.map((i) => truth[i]!),
        picked.map((i) => said[i]!),
        FAMILY_NAMES.length,
      ),
    );
  };
  const perClass = classFigures(confusionMatrix(truth, said, FAMILY_NAMES.length));
  const count = (test: (i: number) => boolean): number => judged.filter((_, i) => test(i)).length;
  const calmHosts = count((i) => !attacks[i]!);
  const attackers = judged.length - calmHosts;
  const interval = groupBootstrap(groups, statistic, { seed, resamples: 500 });
  return {
    split,
    hosts: judged.length,
    attackers,
    groups: new Set(groups).size,
    macroF1: interval.estimate,
    macroF1Interval: interval,
    attackAveragePrecision: averagePrecision(
      judged.map(({ judgement }) => judgement.attackScore),
      attacks,
    ),
    attackRecall: count((i) => attacks[i]! && alarms[i]!) / attackers,
    falseAlarmsPerThousand: (1000 * count((i) => !attacks[i]! && alarms[i]!)) / calmHosts,
    families: FAMILY_NAMES.flatMap((family, k) => {
      const own = judged.filter(({ row }) => row.family === family);
      if (own.length === 0) return [];
      const { precision, recall, f1 } = perClass[k]!;
      return [
        {
          family,
          hosts: own.length,
          groups: new Set(own.map(({ row }) => row.group)).size,
          precision,
          recall,
          f1,
        },
      ];
    }),
  };
}
