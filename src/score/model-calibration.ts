import { SigmoidCalibration } from '../learn/calibration.ts';
import {
  chooseCalibration,
  fitCalibration,
  type CalibrationChoice,
  type CalibrationMethod,
} from '../learn/calibration-choice.ts';
import { ConformalClassifier } from '../learn/conformal.ts';
import { IsotonicCalibration } from '../learn/isotonic-calibration.ts';
import { matrixRow, type Matrix } from '../learn/matrix.ts';
import { CALM_FAMILIES, FAMILY_NAMES, type Family } from './family.ts';
import { classIndex, isAttack, thinRows } from './training-rows.ts';
import type { TrainingRow } from './training-row.ts';

export interface CalibrationOptions {
  /** Alarms that the threshold may raise on a thousand calm hosts. */
  readonly falseAlarmsPerThousand: number;
  readonly coverage: number;
  /** `auto` (the default) takes the curve that does best on groups it was not fitted on. */
  readonly calibration?: CalibrationMethod | 'auto';
}

/** What one calibrated row says. */
export interface Judgement {
  /** One probability a family, in the order of `FAMILY_NAMES`; they add to 1. */
  readonly probabilities: Float64Array;
  readonly attackScore: number;
  readonly family: Family;
  readonly predictionSet: readonly Family[];
}

/**
 * The share of attackers that attack scores are probabilities for. Training data are half attackers, networks are
 * not: without a stated prevalence a score of 0.9 would be said of hosts that are benign nine times in ten.
 */
export const PREVALENCE = 0.05;

const isCalm = FAMILY_NAMES.map((family) => CALM_FAMILIES.includes(family));

/**
 * From a classifier's raw probabilities to calibrated ones: the probability of any attack by a curve fitted on
 * rows the classifier had not seen, shared among families as the classifier did; the alarm threshold for a
 * stated false-alarm rate; prediction sets of stated coverage.
 */
export class ModelCalibration {
  readonly curve: SigmoidCalibration | IsotonicCalibration;
  readonly conformal: ConformalClassifier;
  /** An attack score from here on is an alarm. */
  readonly alarmThreshold: number;
  /** How the curve was chosen; absent in a calibration read from a file. */
  readonly choice: CalibrationChoice | undefined;

  constructor(
    curve: SigmoidCalibration | IsotonicCalibration,
    conformal: ConformalClassifier,
    alarmThreshold: number,
    choice?: CalibrationChoice,
  ) {
    this.curve = curve;
    this.conformal = conformal;
    this.alarmThreshold = alarmThreshold;
    this.choice = choice;
  }

  /** `raw` are probabilities of models that had not seen their row (out of fold). */
  static fit(
    raw: Matrix,
    rows: readonly TrainingRow[],
    weights: Float64Array,
    options: CalibrationOptions,
  ): ModelCalibration {
    const attacks = rows.map(isAttack);
    const scores = rawAttackScores(raw);
    const weighed = toPrevalence(weights, attacks);
    const offset = priorShift(weights, attacks);
    const choice = chooseCurve({ rows, scores, attacks, weighed, offset }, options.calibration);
    const curve = fitCalibration(choice.method, scores, attacks, { weights: weighed, offset });
    const calibrated = curve.transform(scores);
    const alarmThreshold = thresholdFor(
      [...calibrated].filter((_, i) => !attacks[i]!),
      options.falseAlarmsPerThousand,
    );
    const shares = new ModelCalibration(curve, new ConformalClassifier(), alarmThreshold);
    const probabilities = { ...raw, values: new Float64Array(raw.values.length) };
    for (let i = 0; i < raw.rows; i++) {
      probabilities.values.set(shares.#share(matrixRow(raw, i), calibrated[i]!), i * raw.columns);
    }
    const conformal = fitPredictionSets(probabilities, rows, weights, options.coverage);
    return new ModelCalibration(curve, conformal, alarmThreshold, choice);
  }

  judge(raw: Float64Array): Judgement {
    const matrix = { rows: 1, columns: raw.length, values: raw };
    const attackScore = this.curve.transform(rawAttackScores(matrix))[0]!;
    const probabilities = this.#share(raw, attackScore);
    const alarm = attackScore >= this.alarmThreshold;
    let best = -1;
    for (const [i, p] of probabilities.entries()) {
      if (isCalm[i] !== alarm && (best < 0 || p > probabilities[best]!)) best = i;
    }
    const predictionSet = this.conformal.predictionSet(probabilities).map((i) => FAMILY_NAMES[i]!);
    return { probabilities, attackScore, family: FAMILY_NAMES[best]!, predictionSet };
  }

  toJSON(): object {
    const { curve, conformal, alarmThreshold } = this;
    const name = curve instanceof IsotonicCalibration ? 'isotonic' : 'sigmoid';
    return { [name]: curve.toJSON(), conformal: conformal.toJSON(), alarmThreshold };
  }

  /** Throws `RangeError` on anything that `toJSON` did not write. */
  static fromJSON(json: unknown): ModelCalibration {
    const { sigmoid, isotonic, conformal, alarmThreshold } = (json ?? {}) as Record<string, unknown>; // prettier-ignore
    if (typeof alarmThreshold !== 'number') {
      throw new RangeError('calibration: expected a number as alarmThreshold');
    }
    return new ModelCalibration(
      isotonic === undefined ? SigmoidCalibration.fromJSON(sigmoid) : IsotonicCalibration.fromJSON(isotonic), // prettier-ignore
      ConformalClassifier.fromJSON(conformal),
      alarmThreshold,
    );
  }

  /** The calibrated attack score dealt out among attacks, the rest among calm families, as the classifier did. */
  #share(raw: Float64Array, attackScore: number): Float64Array {
    const calm = raw.reduce((sum, p, i) => sum + (isCalm[i]! ? p : 0), 0);
    const floor = 1e-12;
    return raw.map((p, i) =>
      isCalm[i]!
        ? ((1 - attackScore) * (p + floor)) / (calm + CALM_FAMILIES.length * floor)
        : (attackScore * (p + floor)) /
          (1 - calm + (FAMILY_NAMES.length - CALM_FAMILIES.length) * floor),
    );
  }
}

/**
 * Sets by family; a family with too few hosts for a threshold of its own borrows that of all attackers together
 * (which covers them on average, not each): otherwise it would be in every set.
 */
function fitPredictionSets(
  probabilities: Matrix,
  rows: readonly TrainingRow[],
  weights: Float64Array,
  coverage: number,
): ConformalClassifier {
  const own = new ConformalClassifier().fit(probabilities, rows.map(classIndex), {
    coverage,
    weights,
  });
  const attackers = [...rows.keys()].filter((i) => isAttack(rows[i]!));
  const ofTruth = attackers.map((i) => matrixRow(probabilities, i)[classIndex(rows[i]!)]!);
  const pooled = new ConformalClassifier().fit(
    { rows: attackers.length, columns: 1, values: Float64Array.from(ofTruth) },
    attackers.map(() => 0),
    { coverage, weights: attackers.map((i) => weights[i]!) },
  );
  const [shared = Infinity] = pooled.thresholds;
  const thresholds = own.thresholds.map((threshold) =>
    threshold === Infinity ? shared : threshold,
  );
  return new ConformalClassifier(coverage, thresholds);
}

interface Scored {
  readonly rows: readonly TrainingRow[];
  readonly scores: Float64Array;
  readonly attacks: readonly boolean[];
  readonly weighed: Float64Array;
  readonly offset: number;
}

/** The asked for curve, or the one that does best on groups left out; crowds are thinned, they would say the same. */
function chooseCurve(
  { rows, scores, attacks, weighed, offset }: Scored,
  asked: CalibrationMethod | 'auto' = 'auto',
): CalibrationChoice {
  if (asked !== 'auto') {
    return { method: asked, losses: { sigmoid: NaN, temperature: NaN, isotonic: NaN }, folds: 0 };
  }
  const thinned = new Set(thinRows(rows));
  const picked = [...rows.keys()].filter((i) => thinned.has(rows[i]!));
  const pick = <T>(from: ArrayLike<T>): T[] => picked.map((i) => from[i]!);
  return chooseCalibration(pick(scores), pick(attacks), {
    weights: pick(weighed),
    groups: picked.map((i) => rows[i]!.group),
    seed: 0,
    offset,
  });
}

/** By how much the log-odds of an attack fall from the share of attackers in training to the stated prevalence. */
function priorShift(weights: Float64Array, attacks: readonly boolean[]): number {
  const sum = (of: boolean): number =>
    weights.reduce((total, weight, i) => total + (attacks[i] === of ? weight : 0), 0);
  const shift = Math.log(PREVALENCE / (1 - PREVALENCE)) - Math.log(sum(true) / sum(false));
  return Number.isFinite(shift) ? shift : 0;
}

/** The same weights within attacks and within calm hosts, scaled so that attacks have their stated share. */
export function toPrevalence(weights: Float64Array, attacks: readonly boolean[]): Float64Array {
  const sum = (of: boolean): number =>
    weights.reduce((total, weight, i) => total + (attacks[i] === of ? weight : 0), 0);
  const attackScale = (PREVALENCE * attacks.length) / sum(true);
  const calmScale = ((1 - PREVALENCE) * attacks.length) / sum(false);
  return weights.map((weight, i) => weight * (attacks[i]! ? attackScale : calmScale));
}

function rawAttackScores(raw: Matrix): Float64Array {
  const scores = new Float64Array(raw.rows);
  for (let i = 0; i < raw.rows; i++) {
    let calm = 0;
    for (const [k, p] of matrixRow(raw, i).entries()) if (isCalm[k]!) calm += p;
    // The logit: where the sigmoid is at home, and where 0.99 and 0.9999 stay apart.
    const attack = Math.min(1 - 1e-9, Math.max(1e-9, 1 - calm));
    scores[i] = Math.log(attack / (1 - attack));
  }
  return scores;
}

/** The lowest threshold at which at most so many of a thousand calm hosts raise an alarm, within 0.05 … 0.95. */
function thresholdFor(calmScores: readonly number[], perThousand: number): number {
  const sorted = [...calmScores].sort((a, b) => b - a);
  const allowed = Math.floor((sorted.length * perThousand) / 1000);
  const bar = sorted[allowed] ?? 0;
  return Math.min(0.95, Math.max(0.05, bar + 1e-9));
}
