import { groupBootstrap } from '../learn/bootstrap.ts';
import { matrixRow, type Matrix } from '../learn/matrix.ts';
import { averagePrecision, classFigures, confusionMatrix, macroF1 } from '../learn/metrics.ts';
import { CALM_FAMILIES, FAMILY_NAMES } from './family.ts';
import { distinctHosts, ENOUGH_HOSTS } from './distinct-hosts.ts';
import type { Judged } from './judged.ts';
import type { FamilyFigures, Figures } from './model-card.ts';
import { rankingFigures } from './ranking-figures.ts';
import { isCovered, setFigures } from './set-figures.ts';
import { classIndex, isAttack } from './training-rows.ts';

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
  const confusion = confusionMatrix(truth, said, FAMILY_NAMES.length);
  const families = familyFigures(judged, confusion);
  const count = (test: (i: number) => boolean): number => judged.filter((_, i) => test(i)).length;
  const calmHosts = count((i) => !attacks[i]!);
  const attackers = judged.length - calmHosts;
  const interval = groupBootstrap(groups, statistic, { seed, resamples: 500 });
  const ranking = rankingFigures(judged, seed);
  const enough = families.filter(({ tooFew }) => tooFew !== true).map(({ f1 }) => f1);
  return {
    split,
    hosts: judged.length,
    attackers,
    distinctAttackers: distinctHosts(judged.map(({ row }) => row).filter(isAttack)),
    groups: new Set(groups).size,
    attackGroups: new Set(groups.filter((_, i) => attacks[i]!)).size,
    calmGroups: new Set(groups.filter((_, i) => !attacks[i]!)).size,
    macroF1: interval.estimate,
    macroF1Interval: interval,
    macroF1OfEnough: mean(enough.map((f1) => (Number.isNaN(f1) ? 0 : f1))),
    familiesOfEnough: enough.length,
    attackAveragePrecision: averagePrecision(
      judged.map(({ judgement }) => judgement.attackScore),
      attacks,
    ),
    attackRecall: count((i) => attacks[i]! && alarms[i]!) / attackers,
    falseAlarmsPerThousand: (1000 * count((i) => !attacks[i]! && alarms[i]!)) / calmHosts,
    families,
    ...(ranking && { ranking }),
    predictionSets: setFigures(judged),
    confusion: {
      families: FAMILY_NAMES,
      counts: FAMILY_NAMES.map((_, i) => [...matrixRow(confusion, i)]),
    },
  };
}

function familyFigures(judged: readonly Judged[], confusion: Matrix): FamilyFigures[] {
  const perClass = classFigures(confusion);
  return FAMILY_NAMES.flatMap((family, k) => {
    const own = judged.filter(({ row }) => row.family === family);
    if (own.length === 0) return [];
    const { precision, recall, f1 } = perClass[k]!;
    const rows = own.map(({ row }) => row);
    const distinct = distinctHosts(rows);
    return [
      {
        family,
        hosts: own.length,
        distinctHosts: distinct,
        ...(distinct < ENOUGH_HOSTS ? { tooFew: true } : {}),
        groups: new Set(rows.map((row) => row.group)).size,
        precision,
        recall,
        f1,
        coverage: own.filter(isCovered).length / own.length,
      },
    ];
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
