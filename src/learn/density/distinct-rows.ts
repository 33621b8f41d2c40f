import { selectRows, type Matrix } from '../matrix.ts';

/** Rows of which none equals another, in ascending order (first column first), and where each row went. */
export interface DistinctRows {
  readonly vectors: Matrix;
  /** How many rows of the original each distinct one stands for. */
  readonly counts: Uint32Array;
  /** For each row of the original the number of the distinct one. */
  readonly placeOf: Uint32Array;
}

/**
 * A flood has thousands of sources that look the same to the last bit: they are measured once. The order depends on
 * the values alone, so that what is computed from the distinct rows does not depend on the order they came in.
 */
export function distinctRows(vectors: Matrix): DistinctRows {
  const order = Uint32Array.from({ length: vectors.rows }, (_, row) => row).sort((a, b) =>
    compareRows(vectors, a, b),
  );
  const placeOf = new Uint32Array(vectors.rows);
  const firsts: number[] = [];
  const counts: number[] = [];
  for (const row of order) {
    const last = firsts.at(-1);
    if (last === undefined || compareRows(vectors, last, row) !== 0) {
      firsts.push(row);
      counts.push(0);
    }
    placeOf[row] = firsts.length - 1;
    counts[firsts.length - 1]!++;
  }
  return { vectors: selectRows(vectors, firsts), counts: Uint32Array.from(counts), placeOf };
}

function compareRows({ columns, values }: Matrix, a: number, b: number): number {
  for (let column = 0; column < columns; column++) {
    const left = values[a * columns + column]!;
    const right = values[b * columns + column]!;
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
