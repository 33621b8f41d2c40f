import { FEATURES, featureNames, hostVectors, plainValue } from '../host/feature-schema.ts';
import type { HostTable } from '../host/host-table.ts';
import { describeClusters, type ClusterDescription } from '../learn/cluster-description.ts';
import { KMeansClustering } from '../learn/k-means-clustering.ts';
import { matrixFromRows } from '../learn/matrix.ts';
import { RobustScaler } from '../learn/scaler.ts';
import { RapsheetError } from './errors.ts';

export interface ClusterHostsOptions {
  /** Default: the number with the best silhouette. */
  readonly clusters?: number;
  readonly seed?: number;
}

export interface HostCluster extends ClusterDescription {
  /** What sets it apart, in words. */
  readonly name: string;
  readonly hosts: readonly string[];
}

export interface HostClusters {
  readonly clusters: readonly HostCluster[];
  /** Mean silhouette, −1 … 1; `NaN` for one cluster. */
  readonly silhouette: number;
  /** Mean adjusted Rand index over resamples: below about 0.6 the groups are an accident of these very hosts. */
  readonly stability: number;
}

/** Fewer cannot show what a group is. */
const FEWEST_HOSTS = 4;
const NAME_FEATURES = 2;

/** Groups all hosts that sent something by how they behaved, and says what sets each group apart. */
export function clusterHosts(table: HostTable, options: ClusterHostsOptions = {}): HostClusters {
  const vectors = [...hostVectors(table)];
  if (vectors.length < FEWEST_HOSTS) {
    throw new RapsheetError('TOO_LITTLE_DATA', `only ${vectors.length} hosts sent anything`, {
      hint: `groups need at least ${FEWEST_HOSTS}: add inputs`,
    });
  }
  if (options.clusters !== undefined && options.clusters > vectors.length) {
    throw new RapsheetError(
      'TOO_LITTLE_DATA',
      `${options.clusters} groups asked of ${vectors.length} hosts`,
      {
        hint: 'ask for fewer, or add inputs',
      },
    );
  }
  const matrix = matrixFromRows(vectors.map(({ vector }) => vector));
  const scaled = new RobustScaler().fit(matrix).transform(matrix);
  const seed = options.seed ?? 1;
  const clustering = new KMeansClustering({ clusters: options.clusters ?? 'auto', seed }).fit(
    scaled,
  );
  const assignments = clustering.predict(scaled);
  const plain = matrixFromRows(
    vectors.map(({ vector }) => FEATURES.map((feature, i) => plainValue(feature, vector[i]!))),
  );
  const clusters = describeClusters(plain, assignments, featureNames).map((description) => ({
    ...description,
    name: nameOf(description),
    hosts: vectors.filter((_, i) => assignments[i] === description.cluster).map(({ host }) => host),
  }));
  return {
    clusters,
    silhouette: clustering.silhouette,
    stability: clustering.stability(scaled),
  };
}

function nameOf({ features }: ClusterDescription): string {
  const parts = features
    .slice(0, NAME_FEATURES)
    .map(({ feature, direction }) => `${direction} ${feature.replaceAll('_', ' ')}`);
  return parts.length === 0 ? 'nothing sets it apart' : parts.join(', ');
}
