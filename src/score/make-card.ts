import { featureNames, schemaHash } from '../host/feature-schema.ts';
import { answerPitfalls } from './answer-pitfalls.ts';
import type { CrossValidation, CrossValidationOptions } from './cross-validate.ts';
import { checkData } from './data-checks.ts';
import { FAMILY_NAMES } from './family.ts';
import { figuresOf } from './figures.ts';
import type { LearningCurve } from './learning-curve.ts';
import type { ModelCard, TrainingRun } from './model-card.ts';
import type { SiteFigures } from './site-figures.ts';
import { SPLIT_STAMPS } from './split.ts';
import type { SplitGap } from './split-gap.ts';
import { isAttack, isSynthetic, onlyTeaches } from './training-rows.ts';
import type { TrainingRow } from './training-row.ts';
import { knownWeaknesses } from './weaknesses.ts';

/** What a card says beside what the rows and the validation show. */
export interface CardOptions extends CrossValidationOptions {
  readonly name: string;
  readonly version: number;
  readonly notes?: readonly string[];
  /** The version of rapsheet, and the command that trained. */
  readonly rapsheet?: string;
  readonly command?: string;
  readonly groupBy?: string;
  readonly gap?: SplitGap;
  readonly learningCurve?: LearningCurve;
  readonly site?: SiteFigures;
}

/** The card of a model: data, groups, figures, thresholds, how it was made, what it is bad at. */
export function makeCard(
  rows: readonly TrainingRow[],
  validation: CrossValidation,
  noveltyThreshold: number,
  options: CardOptions,
): ModelCard {
  const { name, version, seed, coverage, notes = [], gap, learningCurve, site } = options;
  const { alarmThreshold } = validation.calibration;
  const card = {
    name,
    version,
    schema: schemaHash,
    features: featureNames.length,
    seed,
    trainedOn: {
      hosts: rows.filter((row) => !onlyTeaches(row)).length,
      syntheticHosts: rows.filter((row) => isSynthetic(row) && row.view === 'capture').length,
      groups: [...new Set(rows.map((row) => row.group))].sort(),
      families: Object.fromEntries(
        FAMILY_NAMES.map((family) => {
          const own = rows.filter((row) => row.family === family && row.view === 'capture');
          const synthetic = own.filter(isSynthetic).length;
          return [family, { real: own.length - synthetic, synthetic }];
        }),
      ),
    },
    alarmThreshold,
    coverage,
    figures: figuresOf(validation.judged, SPLIT_STAMPS[options.split ?? 'group'], seed),
    notes,
    run: runFacts(rows, validation, noveltyThreshold, options),
    checks: checkData(rows, validation.judged, seed),
    ...(gap && { gap }),
    ...(learningCurve && { learningCurve }),
    ...(site && { site }),
  };
  return { ...card, weaknesses: knownWeaknesses(card), pitfalls: answerPitfalls(card) };
}

function runFacts(
  rows: readonly TrainingRow[],
  { calibration }: CrossValidation,
  noveltyThreshold: number,
  options: CardOptions,
): TrainingRun {
  const { rapsheet = '', command = '', split = 'group', groupBy = 'set', folds } = options;
  const real = rows.filter((row) => !onlyTeaches(row));
  const groups = [...new Set(real.map((row) => row.group))].sort();
  return {
    rapsheet,
    command,
    split,
    groupBy,
    folds,
    ...(calibration.choice && { calibration: calibration.choice }),
    noveltyThreshold,
    groups: groups.map((group) => {
      const own = real.filter((row) => row.group === group);
      return {
        group,
        inputs: new Set(own.map((row) => row.input)).size,
        hosts: own.length,
        attackers: own.filter(isAttack).length,
      };
    }),
  };
}
