import { GradientBoostedTrees } from '../../learn/gradient-boosted-trees.ts';
import { selectRows, type Matrix } from '../../learn/matrix.ts';
import { groupFolds } from '../../learn/splits.ts';
import { balancedAccuracy, fitStump, stumpSays } from '../../learn/stump.ts';

/** Small trees: the tests ask whether there is anything to learn, not how well it can be learnt. */
const TREES = { rounds: 25, learningRate: 0.2, maxLeaves: 8, maxDepth: 4, minChildWeight: 2, l2: 2, columnSample: 0.5 } as const; // prettier-ignore
const FOLDS = 5;

/** A question of yes or no about rows, and which rows must be learnt from or judged together. */
export interface Question {
  readonly vectors: Matrix;
  readonly outcomes: readonly boolean[];
  readonly units: readonly string[];
  /** One a row; both outcomes weigh the same in the end. */
  readonly weights: Float64Array;
}

/** A question split into folds of whole units; `undefined` if there are too few units. */
function foldsOf({ units }: Question, seed: number): Uint32Array | undefined {
  const count = Math.min(FOLDS, new Set(units).size);
  return count < 2 ? undefined : groupFolds(units, count, seed);
}

/** Balanced accuracy of small trees on rows they had not seen: 0.5 is chance. */
export function treesAccuracy(question: Question, seed: number): number {
  const folds = foldsOf(question, seed);
  if (folds === undefined) return NaN;
  const { vectors, outcomes, weights } = question;
  const said = new Array<boolean>(outcomes.length).fill(false);
  for (const fold of new Set(folds)) {
    const train = [...folds.keys()].filter((row) => folds[row] !== fold);
    const test = [...folds.keys()].filter((row) => folds[row] === fold);
    const balance = balanced(train.map((row) => outcomes[row]!), train.map((row) => weights[row]!)); // prettier-ignore
    if (balance === undefined) continue;
    const trees = new GradientBoostedTrees({ ...TREES, seed }).fit(
      selectRows(vectors, train),
      train.map((row) => Number(outcomes[row])),
      { classes: 2, weights: balance },
    );
    const { values } = trees.predictProba(selectRows(vectors, test));
    for (const [k, row] of test.entries()) said[row] = values[2 * k + 1]! > 0.5;
  }
  return balancedAccuracy(said, outcomes, weights);
}

/** Balanced accuracy, on rows it had not seen, of the best split of each single column. */
export function stumpAccuracies(question: Question, seed: number): Float64Array {
  const { vectors, outcomes, weights } = question;
  const folds = foldsOf(question, seed);
  const accuracies = new Float64Array(vectors.columns).fill(NaN);
  if (folds === undefined) return accuracies;
  const rowsOf = [...new Set(folds)].map((fold) => ({
    train: [...folds.keys()].filter((row) => folds[row] !== fold),
    test: [...folds.keys()].filter((row) => folds[row] === fold),
  }));
  for (let column = 0; column < vectors.columns; column++) {
    const valueOf = (row: number): number => vectors.values[row * vectors.columns + column]!;
    const said = new Array<boolean>(outcomes.length).fill(false);
    for (const { train, test } of rowsOf) {
      const stump = fitStump(train.map(valueOf), train.map((row) => outcomes[row]!), train.map((row) => weights[row]!)); // prettier-ignore
      for (const row of test) said[row] = stumpSays(stump, valueOf(row));
    }
    accuracies[column] = balancedAccuracy(said, outcomes, weights);
  }
  return accuracies;
}

/** Weights under which both outcomes count the same, 1 on average; `undefined` if there is one alone. */
function balanced(
  outcomes: readonly boolean[],
  weights: readonly number[],
): Float64Array | undefined {
  const sum = (of: boolean): number =>
    weights.reduce((total, weight, i) => total + (outcomes[i] === of ? weight : 0), 0);
  const [yes, no] = [sum(true), sum(false)];
  if (yes === 0 || no === 0) return undefined;
  return Float64Array.from(weights, (weight, i) => (weight * weights.length) / (2 * (outcomes[i]! ? yes : no))); // prettier-ignore
}
