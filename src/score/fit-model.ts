import { Autoencoder } from '../learn/autoencoder.ts';
import { crossValidate, type CrossValidation } from './cross-validate.ts';
import { fitTrees } from './fit-trees.ts';
import { leaveGroupsOut } from './folds.ts';
import { makeCard, type CardOptions } from './make-card.ts';
import { ModelBundle, type TrainingSummary } from './model-bundle.ts';
import { classIndex, thinRows, toMatrix, trainingWeights } from './training-rows.ts';
import type { TrainingRow } from './training-row.ts';

export type FitModelOptions = CardOptions;

export interface FittedModel {
  readonly model: ModelBundle;
  /** The out-of-fold judgements that its figures were made of. */
  readonly validation: CrossValidation;
}

/** Hosts kept for "most like these": at most so many of a group and family. */
const SUMMARY_HOSTS = 25;
/** Of held-out hosts, so many are nearer to what was learnt than the novelty threshold. */
const FAMILIAR = 0.99;

/** Trains on all rows; calibration, threshold and figures come from models that had not seen the judged group. */
export async function fitModel(
  rows: readonly TrainingRow[],
  options: FitModelOptions,
): Promise<FittedModel> {
  const validation = crossValidate(rows, options);
  const trees = fitTrees(rows, options.seed);
  const { autoencoder, noveltyThreshold } = await fitNovelty(rows, options);
  const card = makeCard(rows, validation, noveltyThreshold, options);
  const model = new ModelBundle({
    name: options.name,
    version: options.version,
    trees,
    calibration: validation.calibration,
    autoencoder,
    noveltyThreshold,
    training: summarise(rows),
    card,
  });
  return { model, validation };
}

/** The autoencoder learns all but one fold; the threshold comes from the hosts of that fold. */
async function fitNovelty(
  rows: readonly TrainingRow[],
  { folds, seed }: FitModelOptions,
): Promise<{ autoencoder: Autoencoder; noveltyThreshold: number }> {
  const [first] = leaveGroupsOut(rows, folds, seed);
  const train = thinRows((first?.train ?? [...rows.keys()]).map((i) => rows[i]!));
  const heldOut = thinRows((first?.test ?? []).map((i) => rows[i]!));
  const autoencoder = await new Autoencoder().fit(toMatrix(train), {
    weights: trainingWeights(train),
    seed,
  });
  const errors = autoencoder
    .errors(toMatrix(heldOut))
    .filter((error) => !Number.isNaN(error))
    .sort();
  const at = Math.floor(FAMILIAR * (errors.length - 1));
  return { autoencoder, noveltyThreshold: errors[at] ?? Infinity };
}

function summarise(rows: readonly TrainingRow[]): TrainingSummary {
  const taken = new Map<string, number>();
  const kept = thinRows(rows.filter((row) => row.view === 'capture')).filter((row) => {
    const cell = `${row.family} ${row.group}`;
    const count = (taken.get(cell) ?? 0) + 1;
    taken.set(cell, count);
    return count <= SUMMARY_HOSTS;
  });
  const groups = [...new Set(kept.map((row) => row.group))].sort();
  return {
    vectors: toMatrix(kept),
    families: Uint8Array.from(kept, classIndex),
    groups,
    groupOf: Uint16Array.from(kept, (row) => groups.indexOf(row.group)),
  };
}
