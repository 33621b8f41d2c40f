/** `rapsheet/learn`: estimators, calibration, splits and figures over matrices. It has never heard of a network. */
export { argmaxRows, type Classifier, type FitOptions } from './estimator.ts';
export { matrixFromRows, matrixRow, selectRows, type Matrix } from './matrix.ts';
export { randomBelow, sampleIndices, seededRandom, shuffle } from './random.ts';

export { GradientBoostedTrees, type TreesFitOptions } from './gradient-boosted-trees.ts';
export type { EarlyStopping, Growth, TreesOptions } from './trees/trees-options.ts';
export { RandomForest } from './random-forest.ts';
export type { ForestKind, ForestOptions } from './trees/forest-options.ts';

export { SigmoidCalibration, TemperatureScaling } from './calibration.ts';
export { IsotonicCalibration } from './isotonic-calibration.ts';
export {
  CALIBRATION_METHODS,
  chooseCalibration,
  fitCalibration,
  type CalibrationChoice,
  type CalibrationChoiceOptions,
  type CalibrationMethod,
} from './calibration-choice.ts';
export { ConformalClassifier, type ConformalOptions } from './conformal.ts';

export {
  alertsPerThousand,
  averagePrecision,
  brierScore,
  classFigures,
  confusionMatrix,
  expectedCalibrationError,
  logLoss,
  macroF1,
  type ClassFigures,
} from './metrics.ts';
export { precisionAtTop, recallAtFalseAlarms, type OperatingPoint } from './ranking-metrics.ts';
export {
  calibrationError,
  reliabilityBins,
  type ReliabilityBin,
  type ReliabilityOptions,
} from './reliability.ts';
export { balancedAccuracy, fitStump, stumpSays, type Stump } from './stump.ts';
export { timeSplits, type TimeSplit, type TimeSplitsOptions } from './time-splits.ts';
export { groupBootstrap, type BootstrapOptions, type Interval } from './bootstrap.ts';
export { groupFolds, leaveOneGroupOut, type LeftOut } from './splits.ts';
export { nearestRows, type NearestOptions, type Neighbour } from './nearest-neighbours.ts';

export { Autoencoder, type AutoencoderOptions } from './autoencoder.ts';
export { DenseNetwork, type Activation, type DenseLayer } from './dense-network.ts';
export { RobustScaler, type RobustScalerOptions, type RobustScalerState } from './scaler.ts';
export { HdbscanClustering, NOISE, type HdbscanOptions } from './hdbscan-clustering.ts';
export { KMeansClustering, type KMeansOptions } from './k-means-clustering.ts';
export {
  describeClusters,
  type ClusterDescription,
  type DistinctiveFeature,
} from './cluster-description.ts';
export { RowDistances, silhouette } from './silhouette.ts';
export { adjustedRand } from './adjusted-rand.ts';
export { loadTensorFlow, type TensorFlow, type TensorFlowBackend } from './tensorflow-backend.ts';
