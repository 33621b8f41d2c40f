import { checkNumber } from './check-arguments.ts';
import { randomBelow, seededRandom } from './random.ts';
import { rowsByGroup } from './splits.ts';

export interface BootstrapOptions {
  readonly seed: number;
  /** Default 1,000. */
  readonly resamples?: number;
  /** Default 0.95. */
  readonly level?: number;
}

export interface Interval {
  /** The statistic of the rows as they are. */
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly groups: number;
  /** Resamples the statistic had an answer for (was not NaN); the bounds are theirs. */
  readonly answered: number;
}

/**
 * The percentile interval of any statistic, by drawing whole groups with replacement (Davison & Hinkley 1997,
 * §3.8): rows of one capture are no independent witnesses, captures are. `statistic` gets row numbers, with repeats.
 */
export function groupBootstrap(
  groups: readonly string[],
  statistic: (rows: Uint32Array) => number,
  options: BootstrapOptions,
): Interval {
  const { seed, resamples = 1000, level = 0.95 } = options;
  checkNumber('resamples', resamples, { min: 1, integer: true });
  checkNumber('level', level, { min: 0, max: 1, above: true });
  if (groups.length === 0) throw new RangeError('groups: expected at least one row, got 0');
  const rowsOf = rowsByGroup(groups);
  // By name, so that the order of the rows does not matter.
  const members = [...rowsOf.keys()].sort().map((name) => Uint32Array.from(rowsOf.get(name)!));
  const random = seededRandom(seed);
  const answers: number[] = [];
  for (let i = 0; i < resamples; i++) {
    const drawn = members.map(() => members[randomBelow(random, members.length)]!);
    const answer = statistic(concatenate(drawn));
    if (!Number.isNaN(answer)) answers.push(answer);
  }
  const sorted = Float64Array.from(answers).sort();
  return {
    estimate: statistic(Uint32Array.from(groups.keys())),
    low: quantile(sorted, (1 - level) / 2),
    high: quantile(sorted, (1 + level) / 2),
    groups: members.length,
    answered: sorted.length,
  };
}

function concatenate(parts: readonly Uint32Array[]): Uint32Array {
  const whole = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let start = 0;
  for (const part of parts) {
    whole.set(part, start);
    start += part.length;
  }
  return whole;
}

/** Linear between neighbours (Hyndman & Fan 1996, type 7); NaN of nothing. */
function quantile(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low === high ? low : low + (high - low) * (place - below);
}
