import type { CondensedTree } from './condensed-tree.ts';

export interface ClusterChoice {
  /** `eom`: the clusters of the greatest total stability (excess of mass); `leaf`: the smallest there are. */
  readonly method: 'eom' | 'leaf';
  /** Clusters that only part at distances below this stay together (Malzer and Baum 2020). */
  readonly epsilon: number;
  /** Everything may be one cluster. */
  readonly allowSingleCluster: boolean;
}

/** For each cluster of the tree whether it is one of the flat clustering; no chosen one is inside another. */
export function chosenClusters(tree: CondensedTree, choice: ClusterChoice): boolean[] {
  const chosen = choice.method === 'eom' ? mostStable(tree, choice) : leaves(tree, choice);
  return choice.epsilon > 0 ? joinClose(tree, chosen, choice) : chosen;
}

function mostStable({ parents, stabilities }: CondensedTree, choice: ClusterChoice): boolean[] {
  const chosen = parents.map(() => false);
  const below = stabilities.map(() => 0); // of the best choice among the descendants
  const hasChildren = parents.map(() => false);
  for (let cluster = parents.length - 1; cluster >= 0; cluster--) {
    const isRoot = cluster === 0;
    const own = stabilities[cluster]!;
    chosen[cluster] =
      (!isRoot || choice.allowSingleCluster) && (!hasChildren[cluster] || own >= below[cluster]!);
    if (isRoot) continue;
    hasChildren[parents[cluster]!] = true;
    below[parents[cluster]!]! += Math.max(own, below[cluster]!);
  }
  return outermost(parents, chosen);
}

function leaves({ parents }: CondensedTree, { allowSingleCluster }: ClusterChoice): boolean[] {
  const chosen = parents.map((_, cluster) => cluster > 0 || allowSingleCluster);
  for (const parent of parents) if (parent >= 0) chosen[parent] = false;
  return chosen;
}

/** Puts in the place of each cluster that began at a smaller distance than ε its first ancestor that did not. */
function joinClose(
  { parents, births }: CondensedTree,
  chosen: boolean[],
  choice: ClusterChoice,
): boolean[] {
  const joined = chosen.map(() => false);
  for (const cluster of chosen.keys()) {
    if (!chosen[cluster]) continue;
    let at = cluster;
    while (at > 0 && 1 / births[at]! < choice.epsilon) {
      const parent = parents[at]!;
      if (parent === 0 && !choice.allowSingleCluster) break;
      at = parent;
    }
    joined[at] = true;
  }
  return outermost(parents, joined);
}

/** Without those that have a chosen ancestor. */
function outermost(parents: readonly number[], chosen: readonly boolean[]): boolean[] {
  const covered = parents.map(() => false);
  return parents.map((parent, cluster) => {
    covered[cluster] = parent >= 0 && (covered[parent]! || chosen[parent]!);
    return chosen[cluster]! && !covered[cluster];
  });
}
