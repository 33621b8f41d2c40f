import type { CalibrationChoice } from '../learn/calibration-choice.ts';
import type { DataChecks } from './data-checks.ts';
import type { Figures } from './figures.ts';
import type { LearningCurve } from './learning-curve.ts';
import type { Pitfall } from './pitfall.ts';
import type { SiteFigures } from './site-figures.ts';
import type { SplitGap } from './split-gap.ts';

/** What a model is, for whoever has to trust it. */
export interface ModelCard {
  readonly name: string;
  readonly version: number;
  readonly schema: string;
  readonly features: number;
  readonly seed: number;
  readonly trainedOn: {
    readonly hosts: number;
    readonly syntheticHosts: number;
    readonly groups: readonly string[];
    readonly families: Readonly<
      Record<string, { readonly real: number; readonly synthetic: number }>
    >;
  };
  readonly alarmThreshold: number;
  readonly coverage: number;
  readonly figures: Figures;
  readonly notes: readonly string[];
  /** How it was made; what follows is absent in models of before. */
  readonly run?: TrainingRun;
  /** What was found in the data it learnt from. */
  readonly checks?: DataChecks;
  /** Asked for: what a random split would have claimed, and whether more labels would help. */
  readonly gap?: SplitGap;
  readonly learningCurve?: LearningCurve;
  /** Figures on the user’s own hosts, of a model that started from another. */
  readonly site?: SiteFigures;
  readonly weaknesses?: readonly string[];
  readonly pitfalls?: readonly Pitfall[];
}

/** How a model was made, to make it again. */
export interface TrainingRun {
  readonly rapsheet: string;
  readonly command: string;
  readonly split: string;
  readonly groupBy: string;
  readonly folds: number;
  /** Chosen on groups left out. */
  readonly calibration?: CalibrationChoice;
  readonly noveltyThreshold: number;
  /** Every group that taught or was judged, and its hosts. */
  readonly groups: readonly GroupFacts[];
}

interface GroupFacts {
  readonly group: string;
  readonly inputs: number;
  readonly hosts: number;
  readonly attackers: number;
}
