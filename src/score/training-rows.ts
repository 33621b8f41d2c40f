import { FEATURES } from '../host/feature-schema.ts';
import { matrixFromRows, type Matrix } from '../learn/matrix.ts';
import { hashText } from '../stats/hash.ts';
import { CALM_FAMILIES, FAMILY_NAMES } from './family.ts';
import type { TrainingRow } from './training-row.ts';

/** Hosts of one input and family that teach; of the 40,000 sources of a flood the others would say the same. */
const HOSTS_PER_INPUT = 60;
const SYNTHETIC_HOSTS_PER_INPUT = 25;

/** How much a generated host, and a host seen through a poorer view, count beside a real one. */
const SYNTHETIC_WEIGHT = 0.5;
const VIEW_WEIGHT = 0.3;

/** Hosts of one group and family resemble each other: n of them count as n^(1 − 0.6). */
const CROWDING = 0.6;

export const SYNTHETIC_GROUP = 'synthetic:';

export function isSynthetic(row: TrainingRow): boolean {
  return row.group.startsWith(SYNTHETIC_GROUP);
}

/** Rows that are no host of an input as it shows itself: they teach, and no figure counts them. */
export function onlyTeaches(row: TrainingRow): boolean {
  return isSynthetic(row) || row.view !== 'capture';
}

function baseWeight(row: TrainingRow): number {
  return (isSynthetic(row) ? SYNTHETIC_WEIGHT : 1) * (row.view === 'capture' ? 1 : VIEW_WEIGHT);
}

export function isAttack(row: TrainingRow): boolean {
  return !CALM_FAMILIES.includes(row.family);
}

export function classIndex(row: TrainingRow): number {
  return FAMILY_NAMES.indexOf(row.family);
}

export function toMatrix(rows: readonly TrainingRow[]): Matrix {
  if (rows.length === 0) return { rows: 0, columns: FEATURES.length, values: new Float64Array(0) };
  return matrixFromRows(rows.map((row) => row.vector));
}

/** At most 60 hosts of each input and family, chosen by hash. */
export function thinRows(rows: readonly TrainingRow[]): TrainingRow[] {
  const order = rows
    .map((row) => ({ row, hash: hashText(`${row.input} ${row.host}`) }))
    .sort((a, b) => a.hash - b.hash);
  const taken = new Map<string, number>();
  const kept = new Set<TrainingRow>();
  for (const { row } of order) {
    const cell = `${row.family} ${row.view} ${row.input}`;
    const count = (taken.get(cell) ?? 0) + 1;
    taken.set(cell, count);
    if (count <= (isSynthetic(row) ? SYNTHETIC_HOSTS_PER_INPUT : HOSTS_PER_INPUT)) kept.add(row);
  }
  return rows.filter((row) => kept.has(row));
}

/**
 * A row's weight: n hosts of one group and family share n^0.4 of weight, families the root of their sum, so that
 * neither ninety scanners met by one honeypot nor ten thousand quiet hosts decide everything. Their mean is 1.
 */
export function trainingWeights(rows: readonly TrainingRow[]): Float64Array {
  const cells = new Map<string, number>();
  const cellOf = (row: TrainingRow): string => `${row.family} ${row.view} ${row.group}`;
  for (const row of rows) cells.set(cellOf(row), (cells.get(cellOf(row)) ?? 0) + 1);
  const weights = Float64Array.from(
    rows,
    (row) => baseWeight(row) / cells.get(cellOf(row))! ** CROWDING,
  );
  const families = new Map<string, number>();
  for (const [i, row] of rows.entries()) {
    families.set(row.family, (families.get(row.family) ?? 0) + weights[i]!);
  }
  for (const [i, row] of rows.entries()) weights[i]! /= Math.sqrt(families.get(row.family)!);
  const mean = weights.reduce((a, b) => a + b, 0) / weights.length;
  return weights.map((weight) => weight / mean);
}
