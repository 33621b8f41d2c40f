import { matrixRow } from '../learn/matrix.ts';
import { seededRandom, shuffle } from '../learn/random.ts';
import { groupFolds } from '../learn/splits.ts';
import { crossValidate } from './cross-validate.ts';
import { figuresOf, type Figures } from './figures.ts';
import { fitTrees } from './fit-trees.ts';
import type { Judged } from './judged.ts';
import type { ModelBundle } from './model-bundle.ts';
import type { CalibrationOptions, ModelCalibration } from './model-calibration.ts';
import type { SiteFigures, SiteMeasure } from './site-figures.ts';
import { summaryRows } from './summary-rows.ts';
import { isAttack, onlyTeaches, thinRows, toMatrix } from './training-rows.ts';
import type { TrainingRow } from './training-row.ts';

export interface FewLabelsOptions extends CalibrationOptions {
  readonly seed: number;
  readonly onStep?: (done: number, total: number) => void;
}

/** What so many labelled hosts of a site make of a model, on hosts of the site that taught nothing. */
interface FewLabelsPoint {
  /** Labelled hosts a family, at most. */
  readonly perFamily: number;
  /** Draws that left both attackers and calm hosts to judge. */
  readonly draws: number;
  /** Over the draws, on average: hosts that taught, hosts that were judged. */
  readonly taught: number;
  readonly judged: number;
  /** The model as it is and with the labels, on the same hosts: means over the draws. */
  readonly before: SiteMeasure;
  readonly after: SiteMeasure;
  /** Least and most macro-F1 with the labels. */
  readonly macroF1Range: readonly [number, number];
}

export interface FewLabelsCurve {
  readonly base: string;
  readonly draws: number;
  /** What kept the judged hosts from those that taught: another capture, or (of one capture) only being another host. */
  readonly apart: 'capture' | 'host';
  readonly points: readonly FewLabelsPoint[];
}

const SIZES = [1, 3, 10, 30] as const;
const DRAWS = 5;
const FOLDS = 5;
/** Enough to calibrate by: the base's hosts stay the same whatever the site adds. */
const CALIBRATION_FOLDS = 3;

/** How far a few labels of one's own carry: macro-F1 against 1, 3, 10, 30 labelled hosts a family. */
export function fewLabelsCurve(
  base: ModelBundle,
  rows: readonly TrainingRow[],
  options: FewLabelsOptions,
): FewLabelsCurve {
  const own = thinRows(rows.filter((row) => !onlyTeaches(row)));
  const apart = apartBy(own);
  const site = new SiteTrainer(base, options);
  const draws = Array.from({ length: DRAWS }, (_, k) => drawOrder(own, options.seed + k, apart));
  const points: FewLabelsPoint[] = [];
  for (const [index, size] of SIZES.entries()) {
    const tried = draws.flatMap((order, k) => {
      options.onStep?.(index * DRAWS + k, SIZES.length * DRAWS);
      const { taught, test } = splitOff(order, size, apart);
      if (new Set(test.map(isAttack)).size < 2) return [];
      return [
        { taught: taught.length, before: site.before(test), after: site.after(taught, test) },
      ];
    });
    if (tried.length > 0) points.push(measurePoint(size, tried));
  }
  return { base: base.id, draws: DRAWS, apart, points };
}

/** What all of a site's labels make of a model: every host judged by a model that learnt from the site's others. */
export function siteFigures(
  base: ModelBundle,
  rows: readonly TrainingRow[],
  options: FewLabelsOptions,
): SiteFigures | undefined {
  const own = thinRows(rows.filter((row) => !onlyTeaches(row)));
  const apart = apartBy(own);
  const units = own.map((row) => (apart === 'capture' ? row.input : `${row.input} ${row.host}`));
  const count = Math.min(FOLDS, new Set(units).size);
  if (count < 2) return undefined;
  const folds = groupFolds(units, count, options.seed);
  const site = new SiteTrainer(base, options);
  const judged = Array.from({ length: count }, (_, fold) => {
    options.onStep?.(fold, count);
    return site.after(own.filter((_, i) => folds[i] !== fold), own.filter((_, i) => folds[i] === fold)); // prettier-ignore
  }).flat();
  const measure = (of: readonly Judged[]): SiteMeasure => measureOf(figuresOf(of, 'held-out', options.seed)); // prettier-ignore
  return {
    hosts: own.length,
    attackers: own.filter(isAttack).length,
    apart,
    before: measure(site.before(own)),
    after: measure(judged),
  };
}

/** Fits trees to what a model remembers and some hosts of a site's; calibrated by what it remembers alone. */
class SiteTrainer {
  readonly #base: ModelBundle;
  readonly #summary: readonly TrainingRow[];
  readonly #options: FewLabelsOptions;
  #calibration: ModelCalibration | undefined;

  constructor(base: ModelBundle, options: FewLabelsOptions) {
    this.#base = base;
    this.#options = options;
    this.#summary = summaryRows(base);
  }

  before(test: readonly TrainingRow[]): Judged[] {
    const { trees, calibration } = this.#base.parts;
    return judge(trees, calibration, test);
  }

  after(taught: readonly TrainingRow[], test: readonly TrainingRow[]): Judged[] {
    const { seed } = this.#options;
    this.#calibration ??= crossValidate(this.#summary, { ...this.#options, folds: CALIBRATION_FOLDS }).calibration; // prettier-ignore
    return judge(fitTrees([...this.#summary, ...taught], seed), this.#calibration, test);
  }
}

function judge(
  trees: ReturnType<typeof fitTrees>,
  calibration: ModelCalibration,
  rows: readonly TrainingRow[],
): Judged[] {
  const raw = trees.predictProba(toMatrix(rows));
  return rows.map((row, i) => ({ row, judgement: calibration.judge(matrixRow(raw, i)) }));
}

/** Other captures where there are several of both kinds of hosts; of one capture, other hosts. */
function apartBy(rows: readonly TrainingRow[]): 'capture' | 'host' {
  const inputs = (attack: boolean): number =>
    new Set(rows.filter((row) => isAttack(row) === attack).map((row) => row.input)).size;
  return inputs(true) >= 3 && inputs(false) >= 3 ? 'capture' : 'host';
}

/** Rows in the order in which they are drawn: capture by capture, or one by one. */
function drawOrder(
  rows: readonly TrainingRow[],
  seed: number,
  apart: 'capture' | 'host',
): TrainingRow[] {
  // prettier-ignore
  const random = seededRandom(seed);
  const order = shuffle(random, [...rows]);
  if (apart === 'host') return order;
  const inputs = shuffle(random, [...new Set(rows.map((row) => row.input))].sort());
  const rank = new Map(inputs.map((input, i) => [input, i]));
  return order.sort((a, b) => rank.get(a.input)! - rank.get(b.input)!);
}

/** The first so many of each family teach; who shares a capture with one of them judges nothing. */
function splitOff(
  order: readonly TrainingRow[],
  perFamily: number,
  apart: 'capture' | 'host',
): { taught: TrainingRow[]; test: TrainingRow[] } {
  const counts = new Map<string, number>();
  const taught = order.filter(({ family }) => {
    const count = (counts.get(family) ?? 0) + 1;
    counts.set(family, count);
    return count <= perFamily;
  });
  const used = new Set(taught);
  const inputs = new Set(taught.map((row) => row.input));
  const test = order.filter((row) => (apart === 'host' ? !used.has(row) : !inputs.has(row.input)));
  return { taught, test };
}

interface Tried {
  readonly taught: number;
  readonly before: readonly Judged[];
  readonly after: readonly Judged[];
}

function measurePoint(perFamily: number, tried: readonly Tried[]): FewLabelsPoint {
  const measures = (of: (one: Tried) => readonly Judged[]): SiteMeasure[] =>
    tried.map((one) => measureOf(figuresOf(of(one), 'held-out', 0)));
  const after = measures((one) => one.after);
  const scores = after.map(({ macroF1 }) => macroF1);
  return {
    perFamily,
    draws: tried.length,
    taught: mean(tried.map(({ taught }) => taught)),
    judged: mean(tried.map((one) => one.after.length)),
    before: meanMeasure(measures((one) => one.before)),
    after: meanMeasure(after),
    macroF1Range: [Math.min(...scores), Math.max(...scores)],
  };
}

function meanMeasure(measures: readonly SiteMeasure[]): SiteMeasure {
  return {
    macroF1: mean(measures.map(({ macroF1 }) => macroF1)),
    attackRecall: mean(measures.map(({ attackRecall }) => attackRecall)),
    falseAlarmsPerThousand: mean(measures.map((measure) => measure.falseAlarmsPerThousand)),
  };
}

function measureOf({ macroF1, attackRecall, falseAlarmsPerThousand }: Figures): SiteMeasure {
  return { macroF1, attackRecall, falseAlarmsPerThousand };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
