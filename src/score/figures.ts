import { groupBootstrap, type Interval } from '../learn/bootstrap.ts';
import { matrixRow, type Matrix } from '../learn/matrix.ts';
import { averagePrecision, classFigures, confusionMatrix, macroF1 } from '../learn/metrics.ts';
import { CALM_FAMILIES, FAMILY_NAMES } from './family.ts';
import { distinctHosts, ENOUGH_HOSTS } from './distinct-hosts.ts';
import type { Judged } from './judged.ts';
import { rankingFigures, type RankingFigures } from './ranking-figures.ts';
import { isCovered, setFigures, type SetFigures } from './set-figures.ts';
import { classIndex, isAttack } from './training-rows.ts';

/** Figures of one family on rows that the judging model had not seen. */
export interface FamilyFigures {
  readonly family: string;
  readonly hosts: number;
  /** Hosts by address; models of before do not say. */
  readonly distinctHosts?: number;
  /** Fewer than five distinct hosts: the figures are there and say nothing. */
  readonly tooFew?: boolean;
  /** Groups (data sets) they come from. */
  readonly groups: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** The share of its hosts whose prediction set holds it. */
  readonly coverage?: number;
}

/** Figures of a model on real hosts. */
export interface Figures {
  /** How the hosts were kept apart from training: `leave-groups-out`, `time`, `random` or `held-out`. */
  readonly split: string;
  readonly hosts: number;
  readonly attackers: number;
  readonly distinctAttackers?: number;
  readonly groups: number;
  /** Groups with attackers, and with calm hosts. */
  readonly attackGroups?: number;
  readonly calmGroups?: number;
  readonly macroF1: number;
  /** 95 % by bootstrap over groups. */
  readonly macroF1Interval: Interval;
  /** The mean F1 of the families of five distinct hosts or more, and how many those are. */
  readonly macroF1OfEnough?: number;
  readonly familiesOfEnough?: number;
  readonly attackAveragePrecision: number;
  readonly attackRecall: number;
  readonly falseAlarmsPerThousand: number;
  readonly families: readonly FamilyFigures[];
  /** Absent without attackers or without calm hosts, and in models of before. */
  readonly ranking?: RankingFigures;
  readonly predictionSets?: SetFigures;
  /** Hosts by true family (row) and by what was said of them (column). */
  readonly confusion?: {
    readonly families: readonly string[];
    readonly counts: readonly (readonly number[])[];
  };
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
