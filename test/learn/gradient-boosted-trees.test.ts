import { GradientBoostedTrees } from '../../src/learn/gradient-boosted-trees.ts';
import { classifierLaws } from '../laws/classifier-laws.ts';

classifierLaws({
  name: 'GradientBoostedTrees',
  make: (seed) => new GradientBoostedTrees({ rounds: 20, seed }),
  decode: (bytes) => GradientBoostedTrees.decode(bytes),
  parameters: (trees) => trees.options,
  missing: true,
  repetitionTolerance: 1e-9,
});

classifierLaws({
  name: 'GradientBoostedTrees on samples, coarse bins, stopping early',
  make: (seed) =>
    new GradientBoostedTrees({
      rounds: 40,
      bins: 16,
      rowSample: 0.8,
      columnSample: 0.7,
      minChildRows: 3,
      earlyStopping: { patience: 5, holdOut: 0.2 },
      seed,
    }),
  decode: (bytes) => GradientBoostedTrees.decode(bytes),
  parameters: (trees) => trees.options,
  missing: true,
  repetitionTolerance: undefined,
});
