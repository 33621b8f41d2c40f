import { describe, expect, test } from 'vitest';
import { GradientBoostedTrees } from '../../../src/learn/gradient-boosted-trees.ts';
import { seededRandom } from '../../../src/learn/random.ts';
import { boost } from '../../../src/learn/trees/boosting.ts';
import { LEAF } from '../../../src/learn/trees/tree-ensemble.ts';
import { treesOptions } from '../../../src/learn/trees/trees-options.ts';
import type { Growth, TreesOptions } from '../../../src/learn/trees/trees-options.ts';
import { labelledTable } from '../../laws/classifier-laws.ts';

const { vectors, labels } = labelledTable(600, 61, true);

const random = seededRandom(62);
/** Labels that no column tells: there is always something left to split. */
const noise = labels.map(() => Math.floor(random() * 3));

/** The depths of the leaves of the first tree, grown on noise. */
function leafDepths(options: Partial<TreesOptions>): number[] {
  const { trees } = boost(
    {
      vectors,
      rows: Uint32Array.from({ length: vectors.rows }, (_, row) => row),
      labels: noise,
      weights: new Float64Array(vectors.rows).fill(1),
      classes: 3,
    },
    treesOptions({ rounds: 1, ...options }),
  );
  const depths: number[] = [];
  const walk = (node: number, depth: number): void => {
    if (trees.column[node] === LEAF) {
      depths.push(depth);
      return;
    }
    walk(node + 1, depth + 1);
    walk(trees.right[node]!, depth + 1);
  };
  walk(trees.roots[0]!, 0);
  return depths;
}

describe('the growth of a tree', () => {
  test('level by level splits all there is to split before it goes deeper, leaf by leaf does not', () => {
    const grown = (options: Partial<TreesOptions>): number[] =>
      leafDepths({ maxLeaves: 12, maxDepth: 60, minChildWeight: 0.01, ...options });
    for (const growth of ['depth', 'leaf'] as const) {
      const depths = grown({ growth });
      expect(depths).toHaveLength(12);
      const above = grown({ growth, maxDepth: Math.max(...depths) - 1, maxLeaves: 4096 });
      if (growth === 'depth') expect(above.length).toBeLessThanOrEqual(12);
      else expect(above.length).toBeGreaterThan(12);
    }
  });

  test('does not matter where leaves do not run out', () => {
    const grown = (growth: Growth): unknown => {
      const trees = new GradientBoostedTrees({ rounds: 5, maxDepth: 4, maxLeaves: 16, growth });
      return trees.fit(vectors, labels).predictProba(vectors);
    };
    expect(grown('depth')).toEqual(grown('leaf'));
  });

  test('is by leaf unless told otherwise, and kept with a model', () => {
    const fitted = (options: Partial<TreesOptions>): GradientBoostedTrees =>
      new GradientBoostedTrees({ rounds: 3, maxLeaves: 6, ...options }).fit(vectors, labels);
    expect(fitted({}).predictProba(vectors)).toEqual(fitted({ growth: 'leaf' }).predictProba(vectors)); // prettier-ignore
    expect(fitted({}).options).not.toHaveProperty('growth');
    const decoded = GradientBoostedTrees.decode(fitted({ growth: 'depth' }).encode());
    expect(decoded.options.growth).toBe('depth');
  });

  test('of another kind is refused', () => {
    expect(() => treesOptions({ growth: 'best' as Growth })).toThrow(
      /^growth: expected leaf or depth, got best/,
    );
    expect(() => treesOptions({ growth: 1 as unknown as Growth })).toThrow(TypeError);
  });
});
