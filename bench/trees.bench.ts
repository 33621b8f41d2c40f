import { bench, describe } from 'vitest';
import { GradientBoostedTrees } from '../src/learn/gradient-boosted-trees.ts';
import type { Matrix } from '../src/learn/matrix.ts';
import { seededRandom } from '../src/learn/random.ts';

/** A table that keeps trees busy: classes are bands of a noisy, crooked sum of six columns. */
function table(
  rows: number,
  columns: number,
  classes: number,
): { vectors: Matrix; labels: Uint32Array } {
  const random = seededRandom(5);
  const values = Float64Array.from({ length: rows * columns }, random);
  const labels = Uint32Array.from({ length: rows }, (_, row) => {
    const [a, b, c, d, e, f] = values.subarray(row * columns, row * columns + 6);
    const sum =
      Math.sin(7 * a!) +
      3 * b! * c! +
      (d! > 0.5 ? e! : -e!) +
      2 * Math.abs(f! - 0.5) +
      random() * 2;
    return Math.max(0, Math.min(classes - 1, Math.floor((sum / 5.5) * classes)));
  });
  return { vectors: { rows, columns, values }, labels };
}

const once = { iterations: 1, time: 0, warmupIterations: 0, warmupTime: 0 };

describe('training', () => {
  const binary = table(16_000, 80, 2);
  bench(
    'two classes: 16,000 × 80, 300 rounds, depth 6, 64 leaves',
    () => {
      const trees = new GradientBoostedTrees({ rounds: 300, maxLeaves: 64 });
      trees.fit(binary.vectors, binary.labels);
    },
    once,
  );
  const many = table(4000, 100, 13);
  bench(
    '13 classes: 4,000 × 100, 150 rounds, depth 6, 31 leaves',
    () => {
      new GradientBoostedTrees({ rounds: 150 }).fit(many.vectors, many.labels);
    },
    once,
  );
});

describe('scoring', () => {
  const { vectors, labels } = table(4000, 80, 2);
  const trees = new GradientBoostedTrees({ rounds: 300, maxLeaves: 64 }).fit(vectors, labels);
  bench('4,000 rows by 300 trees of depth 6', () => {
    trees.predictProba(vectors);
  });
  bench('contributions of one row by 300 trees of depth 6', () => {
    trees.contributions(vectors.values.subarray(0, 80));
  });
  bench('encode and decode 300 trees of depth 6', () => {
    GradientBoostedTrees.decode(trees.encode());
  });
});
