import { GradientBoostedTrees } from '../learn/gradient-boosted-trees.ts';
import { FAMILY_NAMES } from './family.ts';
import { classIndex, thinRows, toMatrix, trainingWeights } from './training-rows.ts';
import type { TrainingRow } from './training-row.ts';

/** Chosen on folds that leave whole groups out: deeper or more trees only learn the data set. */
const TREES = {
  rounds: 120,
  learningRate: 0.1,
  maxLeaves: 16,
  maxDepth: 5,
  minChildWeight: 2,
  l2: 2,
  rowSample: 0.8,
  columnSample: 0.5,
} as const;

export function fitTrees(rows: readonly TrainingRow[], seed: number): GradientBoostedTrees {
  const thinned = thinRows(rows);
  return new GradientBoostedTrees({ ...TREES, seed }).fit(
    toMatrix(thinned),
    thinned.map(classIndex),
    { weights: trainingWeights(thinned), classes: FAMILY_NAMES.length },
  );
}
