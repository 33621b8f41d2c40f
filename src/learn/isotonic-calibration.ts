import { checkBinary } from './calibration.ts';

/**
 * A binary score to a probability by the best rising curve: pool adjacent violators (Ayer et al. 1955; Zadrozny &
 * Elkan 2002), straight between its steps and level beyond its ends. Wants more rows than a sigmoid: a thousand.
 */
export class IsotonicCalibration {
  #scores: Float64Array;
  #probabilities: Float64Array;

  /** Points of the curve: ascending scores, probabilities that do not fall. */
  constructor(scores: ArrayLike<number> = [], probabilities: ArrayLike<number> = []) {
    if (scores.length !== probabilities.length) {
      throw new RangeError(
        `probabilities: expected ${scores.length} values, got ${probabilities.length}`,
      );
    }
    this.#scores = Float64Array.from(scores);
    this.#probabilities = Float64Array.from(probabilities);
    checkCurve(this.#scores, this.#probabilities);
  }

  fit(
    scores: ArrayLike<number>,
    outcomes: ArrayLike<number | boolean>,
    weights?: ArrayLike<number>,
  ): this {
    const weight = checkBinary(scores, outcomes, weights);
    const blocks = pool(blocksOfEqualScores(scores, outcomes, weight));
    const points = blocks.flatMap((block) =>
      block.first === block.last ? [[block.first, mean(block)]] : ends(block),
    );
    this.#scores = Float64Array.from(points, (point) => point[0]!);
    this.#probabilities = Float64Array.from(points, (point) => point[1]!);
    return this;
  }

  /** NaN stays NaN. */
  transform(scores: ArrayLike<number>): Float64Array {
    if (this.#scores.length === 0) throw new TypeError('transform: expected fit to come first');
    return Float64Array.from(scores, (score) => this.#at(score));
  }

  toJSON(): { scores: number[]; probabilities: number[] } {
    return { scores: [...this.#scores], probabilities: [...this.#probabilities] };
  }

  static fromJSON(json: unknown): IsotonicCalibration {
    return new IsotonicCalibration(listOf(json, 'scores'), listOf(json, 'probabilities'));
  }

  #at(score: number): number {
    const scores = this.#scores;
    const probabilities = this.#probabilities;
    if (Number.isNaN(score)) return score;
    if (score <= scores[0]!) return probabilities[0]!;
    if (score >= scores[scores.length - 1]!) return probabilities[scores.length - 1]!;
    let low = 0;
    let high = scores.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (scores[middle]! <= score) low = middle;
      else high = middle;
    }
    const share = (score - scores[low]!) / (scores[high]! - scores[low]!);
    return probabilities[low]! + share * (probabilities[high]! - probabilities[low]!);
  }
}

interface Block {
  readonly first: number;
  readonly last: number;
  readonly weight: number;
  readonly positive: number;
}

function blocksOfEqualScores(
  scores: ArrayLike<number>,
  outcomes: ArrayLike<number | boolean>,
  weights: Float64Array,
): Block[] {
  const order = [...weights.keys()].filter((row) => weights[row]! > 0);
  order.sort((a, b) => scores[a]! - scores[b]!);
  const blocks: Block[] = [];
  for (const row of order) {
    const own = block(scores[row]!, weights[row]!, Number(outcomes[row]) * weights[row]!);
    const last = blocks.at(-1);
    if (last?.last === own.first) blocks[blocks.length - 1] = joined(last, own);
    else blocks.push(own);
  }
  return blocks;
}

function pool(blocks: readonly Block[]): Block[] {
  const pooled: Block[] = [];
  for (const next of blocks) {
    let own = next;
    for (let last = pooled.at(-1); last && mean(last) >= mean(own); last = pooled.at(-1)) {
      own = joined(last, own);
      pooled.pop();
    }
    pooled.push(own);
  }
  return pooled;
}

function block(score: number, weight: number, positive: number): Block {
  return { first: score, last: score, weight, positive };
}

function joined(left: Block, right: Block): Block {
  return {
    first: left.first,
    last: right.last,
    weight: left.weight + right.weight,
    positive: left.positive + right.positive,
  };
}

function ends(of: Block): [number, number][] {
  return [
    [of.first, mean(of)],
    [of.last, mean(of)],
  ];
}

function mean({ positive, weight }: Block): number {
  return positive / weight;
}

function checkCurve(scores: Float64Array, probabilities: Float64Array): void {
  for (let i = 0; i < scores.length; i++) {
    const rises = i === 0 || scores[i]! > scores[i - 1]!;
    if (!rises || !Number.isFinite(scores[i])) {
      throw new RangeError(`scores[${i}]: expected finite and ascending, got ${scores[i]!}`);
    }
    const probability = probabilities[i]!;
    const holds = i === 0 || probability >= probabilities[i - 1]!;
    if (!holds || !(probability >= 0 && probability <= 1)) {
      throw new RangeError(`probabilities[${i}]: expected 0 … 1, not falling, got ${probability}`);
    }
  }
}

function listOf(json: unknown, name: string): number[] {
  const value: unknown =
    typeof json === 'object' && json !== null ? Reflect.get(json, name) : undefined;
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'number')) {
    throw new RangeError(`${name}: expected a list of numbers, got ${typeof value}`);
  }
  return value;
}
