import { featureNames } from '../host/feature-schema.ts';
import { matrixFromRows } from '../learn/matrix.ts';
import type { Judged } from './judged.ts';
import { bestFeature, shuffledAccuracy } from './lint/give-aways.ts';
import { captureDependence, type CaptureDependence } from './lint/label-follows-capture.ts';
import { lintRows } from './lint/lint-rows.ts';
import { stumpAccuracies } from './lint/quick-judges.ts';
import type { Severity } from './lint/finding.ts';
import { isAttack, thinRows, trainingWeights } from './training-rows.ts';
import type { TrainingRow } from './training-row.ts';

/** What was found in the data a model learnt from, without the places: a card names no host. */
export interface DataChecks {
  readonly findings: readonly DataFinding[];
  readonly dependence: CaptureDependence;
  /** Balanced accuracy of small trees on labels dealt out at random: 0.5 is as it should be. */
  readonly shuffledAccuracy: number;
  /** The best single feature, and the attack score, with a threshold from other groups (balanced accuracy, crowds thinned). */
  readonly baseline?: {
    readonly feature: string;
    readonly accuracy: number;
    readonly modelAccuracy: number;
  };
}

interface DataFinding {
  readonly check: string;
  readonly severity: Severity;
  readonly finding: string;
}

/** Looks at the labelled hosts of a training, and at what its model makes of them. */
export function checkData(
  rows: readonly TrainingRow[],
  judged: readonly Judged[],
  seed: number,
): DataChecks {
  const best = bestFeature(rows, seed);
  return {
    findings: lintRows(rows, { seed, withFits: false }).findings.map(({ check, severity, finding }) => ({ check, severity, finding })), // prettier-ignore
    dependence: captureDependence(rows),
    shuffledAccuracy: shuffledAccuracy(rows, seed),
    ...(best && {
      baseline: { feature: featureNames[best.feature]!, accuracy: best.accuracy, modelAccuracy: scoreAccuracy(judged, seed) }, // prettier-ignore
    }),
  };
}

/** The attack score treated as one more feature: its threshold, too, is chosen on other groups. */
function scoreAccuracy(judged: readonly Judged[], seed: number): number {
  const kept = new Set(thinRows(judged.map(({ row }) => row)));
  const thinned = judged.filter(({ row }) => kept.has(row));
  const rows = thinned.map(({ row }) => row);
  const [accuracy = NaN] = stumpAccuracies(
    {
      vectors: matrixFromRows(thinned.map(({ judgement }) => [judgement.attackScore])),
      outcomes: rows.map(isAttack),
      units: rows.map((row) => row.group),
      weights: trainingWeights(rows),
    },
    seed,
  );
  return accuracy;
}
