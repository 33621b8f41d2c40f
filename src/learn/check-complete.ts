import { checkMatrix } from './check-arguments.ts';
import type { Matrix } from './matrix.ts';

/** The sum of squares of such values over any number of columns that fits in memory is still a number. */
const FARTHEST = 1e140;

/** Throws unless every value is there and squared distances between rows can be told. */
export function checkComplete(vectors: Matrix, columns = vectors.columns): void {
  checkMatrix('vectors', vectors, columns);
  const at = vectors.values.findIndex((value) => !(Math.abs(value) <= FARTHEST));
  if (at < 0) return;
  const row = Math.floor(at / columns);
  throw new RangeError(
    `vectors: expected finite values (scale first), got ${vectors.values[at]!} in row ${row}, column ${at % columns}`,
  );
}
