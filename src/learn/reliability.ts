import { checkBinary } from './calibration.ts';
import { checkNumber } from './check-arguments.ts';

/** One bar of a reliability diagram: what was said on average, and how often it was so. */
export interface ReliabilityBin {
  /** Probabilities in [low, high), the last bin with its end. */
  readonly low: number;
  readonly high: number;
  readonly rows: number;
  readonly weight: number;
  /** Weighted means; NaN in an empty bin. */
  readonly said: number;
  readonly happened: number;
}

export interface ReliabilityOptions {
  /** Bins of equal width. Default 10. */
  readonly bins?: number;
  readonly weights?: ArrayLike<number>;
}

/** The reliability diagram of probabilities of one outcome (DeGroot & Fienberg 1983). */
export function reliabilityBins(
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number | boolean>,
  options: ReliabilityOptions = {},
): ReliabilityBin[] {
  const count = options.bins ?? 10;
  checkNumber('bins', count, { min: 1, integer: true });
  const weights = checkBinary(probabilities, outcomes, options.weights);
  const bins = Array.from({ length: count }, () => ({ rows: 0, weight: 0, said: 0, happened: 0 }));
  for (let row = 0; row < weights.length; row++) {
    const probability = probabilities[row]!;
    if (!(probability >= 0 && probability <= 1)) {
      throw new RangeError(`probabilities[${row}]: expected 0 … 1, got ${probability}`);
    }
    const bin = bins[Math.min(count - 1, Math.floor(probability * count))]!;
    bin.rows++;
    bin.weight += weights[row]!;
    bin.said += weights[row]! * probability;
    bin.happened += weights[row]! * Number(outcomes[row]);
  }
  return bins.map(({ rows, weight, said, happened }, i) => ({
    low: i / count,
    high: (i + 1) / count,
    rows,
    weight,
    said: said / weight,
    happened: happened / weight,
  }));
}

/** Expected calibration error: how far what was said is from what happened, averaged by weight over the bins. */
export function calibrationError(bins: readonly ReliabilityBin[]): number {
  const total = bins.reduce((sum, { weight }) => sum + weight, 0);
  return (
    bins.reduce(
      (sum, { weight, said, happened }) =>
        sum + (weight > 0 ? weight * Math.abs(said - happened) : 0),
      0,
    ) / total
  );
}
