import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom, shuffle } from '../src/learn/random.ts';
import { ModelBundle } from '../src/score/model-bundle.ts';

/** A table for all contenders: `learn` rows to learn from, the rest to be judged on. */
export interface BenchTable {
  readonly name: string;
  readonly columns: number;
  readonly classes: number;
  /** The rows to learn from come first. */
  readonly learn: number;
  readonly values: Float64Array;
  readonly labels: Int32Array;
}

/** A value of the standard normal distribution (Box & Muller 1958). */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

interface Shape {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly classes: number;
  readonly seed: number;
}

function generated(
  shape: Shape,
  row: (random: () => number, into: Float64Array) => number,
): BenchTable {
  const { name, rows, columns, classes } = shape;
  const random = seededRandom(shape.seed);
  const values = new Float64Array(rows * columns);
  const labels = new Int32Array(rows);
  for (let at = 0; at < rows; at++) {
    labels[at] = row(random, values.subarray(at * columns, (at + 1) * columns));
  }
  // XGBoost and LightGBM keep float32: give all the same numbers.
  for (let i = 0; i < values.length; i++) values[i] = Math.fround(values[i]!);
  return { name, columns, classes, learn: Math.round((rows * 2) / 3), values, labels };
}

/** Ten classes of three clusters each in twenty of eighty columns; some counts, some missing, some wrong labels. */
function clusters(rows: number, columns: number, classes: number): BenchTable {
  const shape = { name: `clusters ${(rows * 2) / 3} × ${columns} × ${classes}`, rows, columns, classes, seed: 11 }; // prettier-ignore
  const centres = seededRandom(12);
  const places = Array.from({ length: classes * 3 }, () =>
    Array.from({ length: 20 }, () => Math.floor(centres() * 3)),
  );
  return generated(shape, (random, into) => {
    const label = Math.floor(random() * classes);
    const centre = places[3 * label + Math.floor(random() * 3)]!;
    for (let column = 0; column < columns; column++) {
      let value = (centre[column] ?? 0) + 1.6 * normal(random);
      if (column % 5 === 4) value = Math.trunc(4 * value + 100);
      into[column] = random() < 0.05 ? Number.NaN : value;
    }
    return random() < 0.02 ? Math.floor(random() * classes) : label;
  });
}

/** Breiman et al. 1984, "Classification and Regression Trees", 2.6.2: three classes, 21 columns, 19 of noise beside. */
function waveform(rows: number): BenchTable {
  const wave = (column: number, top: number): number => Math.max(0, 6 - Math.abs(column - top));
  return generated(
    { name: 'waveform', rows, columns: 40, classes: 3, seed: 13 },
    (random, into) => {
      const label = Math.floor(random() * 3);
      const [first, second] = [[6, 14], [6, 10], [14, 10]][label]!; // prettier-ignore
      const share = random();
      for (let column = 0; column < 40; column++) {
        const [a, b] = [wave(column, first!), wave(column, second!)];
        into[column] = share * a + (1 - share) * b + normal(random);
      }
      return label;
    },
  );
}

/** Hastie, Tibshirani & Friedman, "The Elements of Statistical Learning", eq. 10.2. */
function tenNormals(rows: number): BenchTable {
  return generated({ name: 'Hastie 10.2', rows, columns: 10, classes: 2, seed: 14 }, (random, into) => {
    let sum = 0;
    for (let column = 0; column < 10; column++) {
      into[column] = normal(random);
      sum += into[column]! ** 2;
    }
    return sum > 9.34 ? 1 : 0;
  }); // prettier-ignore
}

/** Few of class 1, skewed counts and many zeros, as traffic has them; what tells is an odd combination. */
function skewed(rows: number): BenchTable {
  return generated(
    { name: 'skewed counts', rows, columns: 30, classes: 2, seed: 15 },
    (random, into) => {
      for (let column = 0; column < 30; column++) {
        const value = random() < 0.6 ? 0 : Math.floor(Math.exp(2 * normal(random) + 1));
        into[column] = column % 7 === 3 && random() < 0.5 ? Number.NaN : value;
      }
      const odds = (into[0]! > 3 ? 2 : -1) + (into[1]! * 2 < into[2]! ? 2 : -2) - (into[3]! > 0 ? 2 : 0);
      return random() < 1 / (1 + Math.exp(1.5 - odds)) ? 1 : 0;
    },
  ); // prettier-ignore
}

/** The hosts that taught the bundled model: whole captures are held out. */
export function hostTable(modelPath: string): BenchTable {
  const { training } = ModelBundle.decode(new Uint8Array(readFileSync(modelPath))).parts;
  const { rows, columns } = training.vectors;
  const held = new Set(
    shuffle(
      seededRandom(16),
      training.groups.map((_, group) => group),
    ).slice(0, Math.ceil(training.groups.length / 4)),
  );
  const order = Array.from({ length: rows }, (_, row) => row);
  const inOrder = [false, true].flatMap((isHeld) =>
    order.filter((row) => held.has(training.groupOf[row]!) === isHeld),
  );
  const values = new Float64Array(rows * columns);
  inOrder.forEach((row, at) => {
    const own = training.vectors.values.subarray(row * columns, (row + 1) * columns);
    values.set(own.map(Math.fround), at * columns);
  });
  const seen = [...new Set(training.families)].sort((a, b) => a - b);
  return {
    name: 'hosts of the bundled model',
    columns,
    classes: seen.length,
    learn: inOrder.filter((row) => !held.has(training.groupOf[row]!)).length,
    values,
    labels: Int32Array.from(inOrder, (row) => seen.indexOf(training.families[row]!)),
  };
}

export function generatedTables(scale: number): BenchTable[] {
  return [
    clusters(30_000 * scale, 80, 10),
    skewed(60_000 * scale),
    waveform(15_000 * scale),
    tenNormals(24_000 * scale),
  ];
}

/** Writes a table as both languages read it: a head, float64 values row by row, int32 labels. */
export function writeTable(folder: string, table: BenchTable): void {
  const { name, columns, classes, learn, values, labels } = table;
  mkdirSync(folder, { recursive: true });
  const head = { name, columns, classes, learn, rows: labels.length };
  writeFileSync(join(folder, 'table.json'), JSON.stringify(head));
  writeFileSync(join(folder, 'values.f64'), values);
  writeFileSync(join(folder, 'labels.i32'), labels);
}
