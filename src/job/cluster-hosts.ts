import { FEATURES, featureNames, hostVectors, plainValue } from '../host/feature-schema.ts';
import type { HostTable } from '../host/host-table.ts';
import { describeClusters, type ClusterDescription } from '../learn/cluster-description.ts';
import { HdbscanClustering, NOISE } from '../learn/hdbscan-clustering.ts';
import { KMeansClustering } from '../learn/k-means-clustering.ts';
import { matrixFromRows, type Matrix } from '../learn/matrix.ts';
import { RobustScaler } from '../learn/scaler.ts';
import { RapsheetError } from './errors.ts';

export const CLUSTER_METHODS = ['k-means', 'density'] as const;
export interface ClusterHostsOptions {
  /** `k-means` (default): every host is in a group. `density`: groups of any shape, and hosts that are in none. */
  readonly method?: (typeof CLUSTER_METHODS)[number];
  /** Of k-means; default: the number with the best silhouette. */
  readonly clusters?: number;
  /** Of density: fewer hosts are no group (default 5). */
  readonly smallest?: number;
  readonly seed?: number;
}

/** `cluster` is −1 of the hosts that are in no group. */
export interface HostCluster extends ClusterDescription {
  /** What sets it apart, in words. */
  readonly name: string;
  readonly hosts: readonly string[];
}

export interface HostClusters {
  readonly clusters: readonly HostCluster[];
  /** Mean silhouette, −1 … 1; `NaN` for one cluster, and of groups by density. */
  readonly silhouette: number;
  /** Mean adjusted Rand index over resamples, `NaN` of groups by density: below about 0.6 the groups are an accident of these very hosts. */
  readonly stability: number;
}

/** Fewer cannot show what a group is. */
const FEWEST_HOSTS = 4;
const NAME_FEATURES = 2;
const SMALLEST = 5;

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
  const { assignments, ...figures } =
    options.method === 'density' ? byDensity(scaled, options) : byMeans(scaled, options);
  const plain = matrixFromRows(
    vectors.map(({ vector }) => FEATURES.map((feature, i) => plainValue(feature, vector[i]!))),
  );
  const clusters = describeClusters(plain, assignments, featureNames).map((description) => ({
    ...description,
    name: nameOf(description),
    hosts: vectors.filter((_, i) => assignments[i] === description.cluster).map(({ host }) => host),
  }));
  // Who is in no group comes last.
  clusters.sort((a, b) => Number(a.cluster < 0) - Number(b.cluster < 0) || a.cluster - b.cluster);
  return { clusters, ...figures };
}

interface Grouping extends Pick<HostClusters, 'silhouette' | 'stability'> {
  readonly assignments: ArrayLike<number>;
}

function byMeans(scaled: Matrix, { clusters, seed = 1 }: ClusterHostsOptions): Grouping {
  const clustering = new KMeansClustering({ clusters: clusters ?? 'auto', seed }).fit(scaled);
  return {
    assignments: clustering.predict(scaled),
    silhouette: clustering.silhouette,
    stability: clustering.stability(scaled),
  };
}

function byDensity(scaled: Matrix, { smallest = SMALLEST }: ClusterHostsOptions): Grouping {
  const minClusterSize = Math.min(smallest, scaled.rows);
  const { assignments } = new HdbscanClustering({ minClusterSize }).fit(scaled);
  return { assignments, silhouette: NaN, stability: NaN };
}

function nameOf({ cluster, features }: ClusterDescription): string {
  if (cluster === NOISE) return 'in no group';
  const parts = features
    .slice(0, NAME_FEATURES)
    .map(({ feature, direction }) => `${direction} ${feature.replaceAll('_', ' ')}`);
  return parts.length === 0 ? 'nothing sets it apart' : parts.join(', ');
}
