import { outputsOf } from './softmax-loss.ts';

/** 1: never falls as the column rises; -1: never rises. */
export type Direction = 1 | -1;

/**
 * By column number: how the margin of each class may move with the column. A direction alone is that of class 1 of
 * two. The probability of one of several classes is sure to be monotone only if the margins of all others are held
 * to the opposite direction. Missing values are outside the order.
 */
export type Monotone = Readonly<Record<number, Direction | Readonly<Record<number, Direction>>>>;

/**
 * Sets of columns that may meet on one way from root to leaf. A column in none of them meets no other; one in
 * several may meet those of each, but not of two at once.
 */
export type Interactions = readonly (readonly number[])[];

/** One direction a column (0: free), for one output. */
export type Directions = Int8Array;

/** Throws `TypeError`/`RangeError` unless all keys are places and all values directions. */
export function checkMonotone(monotone: unknown): void {
  if (!isRecord(monotone)) {
    throw new TypeError(`monotone: expected directions by column, got ${kindOf(monotone)}`);
  }
  for (const [column, wanted] of Object.entries(monotone)) {
    checkPlace(`monotone`, column);
    if (!isRecord(wanted)) checkDirection(`monotone[${column}]`, wanted);
    else {
      for (const [label, direction] of Object.entries(wanted)) {
        checkPlace(`monotone[${column}]`, label);
        checkDirection(`monotone[${column}][${label}]`, direction);
      }
    }
  }
}

/** Throws `TypeError`/`RangeError` unless it is lists of column numbers. */
export function checkInteractions(interactions: unknown): void {
  if (!Array.isArray(interactions)) {
    throw new TypeError(`interactions: expected lists of columns, got ${kindOf(interactions)}`);
  }
  for (const [index, group] of (interactions as unknown[]).entries()) {
    if (!Array.isArray(group)) {
      throw new TypeError(
        `interactions[${index}]: expected a list of columns, got ${kindOf(group)}`,
      );
    }
    for (const column of group) checkPlace(`interactions[${index}]`, String(column));
  }
}

/** The directions of every output, or `undefined` if nothing is asked for. */
export function directionsByOutput(
  monotone: Monotone | undefined,
  columns: number,
  classes: number,
): Directions[] | undefined {
  if (monotone === undefined || Object.keys(monotone).length === 0) return undefined;
  const outputs = Array.from({ length: outputsOf(classes) }, () => new Int8Array(columns));
  for (const [key, wanted] of Object.entries(monotone)) {
    const column = Number(key);
    if (column >= columns) {
      throw new RangeError(`monotone: expected columns below ${columns}, got ${column}`);
    }
    for (const [label, direction] of byLabel(wanted, column, classes)) {
      const output = classes === 2 ? 0 : label;
      const signed = classes === 2 && label === 0 ? -direction : direction;
      if (outputs[output]![column] === -signed) {
        throw new RangeError(
          `monotone[${column}]: expected opposite directions of two classes, got ${direction} for both`,
        );
      }
      outputs[output]![column] = signed;
    }
  }
  return outputs;
}

function byLabel(
  wanted: Direction | Readonly<Record<number, Direction>>,
  column: number,
  classes: number,
): [number, Direction][] {
  if (typeof wanted === 'number') {
    if (classes === 2) return [[1, wanted]];
    throw new RangeError(
      `monotone[${column}]: expected directions by class, for there are ${classes}, got ${wanted}`,
    );
  }
  return Object.entries(wanted).map(([key, direction]) => {
    if (Number(key) < classes) return [Number(key), direction];
    throw new RangeError(`monotone[${column}]: expected classes below ${classes}, got ${key}`);
  });
}

/** The columns a node may be split on, and the sets that hold all columns on the way to it (`undefined` at a root). */
export interface ColumnReach {
  readonly columns: Uint32Array;
  readonly sets?: readonly ReadonlySet<number>[];
}

/** What interaction constraints leave of the columns, split by split. */
export class InteractionSets {
  readonly #sets: readonly ReadonlySet<number>[];

  constructor(interactions: Interactions, columns: number) {
    for (const column of interactions.flat()) {
      if (column >= columns) {
        throw new RangeError(`interactions: expected columns below ${columns}, got ${column}`);
      }
    }
    this.#sets = interactions.map((group) => new Set(group));
  }

  /** The reach of the children of a node that is split on `column`. */
  below(reach: ColumnReach, column: number): ColumnReach {
    const sets = (reach.sets ?? this.#sets).filter((set) => set.has(column));
    if (sets.length === reach.sets?.length) return reach;
    const columns = reach.columns.filter(
      (other) => other === column || sets.some((set) => set.has(other)),
    );
    return { columns, sets };
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : typeof value;
}

function checkPlace(name: string, key: string): void {
  if (!/^(0|[1-9]\d{0,8})$/.test(key)) {
    throw new RangeError(`${name}: expected integers ≥ 0, got ${key}`);
  }
}

function checkDirection(name: string, value: unknown): void {
  if (typeof value !== 'number') {
    throw new TypeError(`${name}: expected 1 or -1, got ${kindOf(value)}`);
  }
  if (value !== 1 && value !== -1) throw new RangeError(`${name}: expected 1 or -1, got ${value}`);
}
