import { groupBootstrap, type Interval } from '../learn/bootstrap.ts';
import { averagePrecision } from '../learn/metrics.ts';
import { precisionAtTop, recallAtFalseAlarms } from '../learn/ranking-metrics.ts';
import { calibrationError, reliabilityBins, type ReliabilityBin } from '../learn/reliability.ts';
import type { Judged } from './judged.ts';
import { PREVALENCE, toPrevalence } from './model-calibration.ts';
import { isAttack, thinRows } from './training-rows.ts';

/** The network that ranking figures are said of. */
const NETWORK_HOSTS = 1000;
const TOPS = [10, 20, 50] as const;
const RESAMPLES = 500;

/**
 * How well the attack score puts attackers first and means what it says. Of a crowd (one input and family) at most
 * 60 hosts count, and attackers are weighed to be one host in twenty: else a flood's sources would decide everything.
 */
export interface RankingFigures {
  /** Attackers among hosts, as weighed. */
  readonly prevalence: number;
  readonly attackers: number;
  readonly calmHosts: number;
  /** The area under the precision–recall steps, with its interval by bootstrap over groups. */
  readonly averagePrecision: Interval;
  /** Of the first `k` of a thousand hosts, so many are attackers. */
  readonly precisionAt: readonly { readonly k: number; readonly precision: number }[];
  /** Attackers found if one calm host in a thousand may be alarmed on. */
  readonly recallAtOneFalseAlarm: Interval;
  /** The alarm score at which that is so; `null` where no attacker is above all calm hosts. */
  readonly thresholdAtOneFalseAlarm: number | null;
  /** How far attack scores are from what happened, 0 … 1. */
  readonly calibrationError: number;
  readonly reliability: readonly ReliabilityBin[];
}

/** Ranking figures; `undefined` without attackers or without calm hosts. */
export function rankingFigures(
  judged: readonly Judged[],
  seed: number,
): RankingFigures | undefined {
  const kept = new Set(thinRows(judged.map(({ row }) => row)));
  const thinned = judged.filter(({ row }) => kept.has(row));
  const attacks = thinned.map(({ row }) => isAttack(row));
  const attackers = attacks.filter(Boolean).length;
  if (attackers === 0 || attackers === attacks.length) return undefined;
  const scores = thinned.map(({ judgement }) => judgement.attackScore);
  const weights = networkWeights(attacks);
  const groups = thinned.map(({ row }) => row.group);
  const interval = (statistic: (at: Picked) => number): Interval =>
    groupBootstrap(groups, (rows) => statistic(pick(scores, attacks, rows)), { seed, resamples: RESAMPLES }); // prettier-ignore
  const { threshold } = recallAtFalseAlarms(scores, attacks, 1);
  const bins = reliabilityBins(scores, attacks, { weights });
  return {
    prevalence: PREVALENCE,
    attackers,
    calmHosts: attacks.length - attackers,
    averagePrecision: interval(weighedPrecision), // prettier-ignore
    precisionAt: TOPS.map((k) => ({ k, precision: precisionAtTop(scores, attacks, k, weights) })),
    recallAtOneFalseAlarm: interval((at) => recallAtFalseAlarms(at.scores, at.attacks, 1).recall),
    thresholdAtOneFalseAlarm: Number.isFinite(threshold) ? threshold : null,
    calibrationError: calibrationError(bins),
    reliability: bins,
  };
}

interface Picked {
  readonly scores: readonly number[];
  readonly attacks: readonly boolean[];
}

function pick(scores: readonly number[], attacks: readonly boolean[], rows: Uint32Array): Picked {
  const picked = Array.from(rows);
  return { scores: picked.map((i) => scores[i]!), attacks: picked.map((i) => attacks[i]!) };
}

function weighedPrecision({ scores, attacks }: Picked): number {
  const isMixed = attacks.includes(true) && attacks.includes(false);
  return isMixed ? averagePrecision(scores, attacks, networkWeights(attacks)) : NaN;
}

/** Weights that add up to a network of a thousand hosts with the stated share of attackers. */
function networkWeights(attacks: readonly boolean[]): Float64Array {
  const ones = new Float64Array(attacks.length).fill(1);
  return toPrevalence(ones, attacks).map((weight) => (weight * NETWORK_HOSTS) / attacks.length);
}
