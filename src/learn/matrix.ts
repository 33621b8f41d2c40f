/** Rows of equal length, row-major. `NaN` is a missing value. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array; // rows × columns
}

export function matrixFromRows(rows: readonly ArrayLike<number>[]): Matrix {
  const columns = rows[0]?.length ?? 0;
  const values = new Float64Array(rows.length * columns);
  for (const [index, row] of rows.entries()) {
    if (row.length !== columns) {
      throw new RangeError(`row ${index}: expected ${columns} values, got ${row.length}`);
    }
    values.set(row, index * columns);
  }
  return { rows: rows.length, columns, values };
}

export function matrixRow(matrix: Matrix, row: number): Float64Array {
  return matrix.values.subarray(row * matrix.columns, (row + 1) * matrix.columns);
}

/** The rows at `indices`, in that order. */
export function selectRows(matrix: Matrix, indices: ArrayLike<number>): Matrix {
  const values = new Float64Array(indices.length * matrix.columns);
  for (let i = 0; i < indices.length; i++) {
    values.set(matrixRow(matrix, indices[i]!), i * matrix.columns);
  }
  return { rows: indices.length, columns: matrix.columns, values };
}
