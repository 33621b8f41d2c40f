import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { seededRandom } from '../../../src/learn/random.ts';
import { binMatrix } from '../../../src/learn/trees/binning.ts';

/** Cuts near quantiles are chosen by sums of weights: in another order they round otherwise, and so do models. */
test('the cuts of weighted rows are the same as ever', () => {
  const random = seededRandom(81);
  const [rows, columns] = [1500, 60];
  const values = Float64Array.from({ length: rows * columns }, () =>
    random() < 0.1 ? Number.NaN : Math.round(random() * 1000),
  );
  const weights = Float64Array.from({ length: rows }, (_, row) => 1 + (row % 7) / 5);
  const every = Uint32Array.from({ length: rows }, (_, row) => row);
  const { cuts, bins } = binMatrix({ rows, columns, values }, every, weights, 255);
  const hash = createHash('sha256');
  for (const own of cuts) hash.update(new Uint8Array(own.buffer, own.byteOffset, own.byteLength));
  hash.update(bins);
  expect(hash.digest('hex').slice(0, 16)).toBe('740d0ab4ce1f89e0');
});

test('a value is in the bin of its cuts, whether there are few or as many as can be', () => {
  const random = seededRandom(82);
  for (const distinct of [1, 2, 200, 255, 256, 3000]) {
    const rows = 2000;
    const odd = [Number.NaN, Infinity, -Infinity];
    const values = Float64Array.from({ length: rows }, () =>
      random() < 0.02 ? odd[Math.floor(random() * 3)]! : Math.floor(random() * distinct),
    );
    const every = Uint32Array.from({ length: rows }, (_, row) => row);
    const binned = binMatrix(
      { rows, columns: 1, values },
      every,
      new Float64Array(rows).fill(1),
      255,
    );
    const [cuts] = binned.cuts;
    values.forEach((value, row) => {
      const expected = Number.isNaN(value) ? 0 : 1 + cuts!.filter((cut) => cut < value).length;
      expect(binned.bins[row], `${value} among ${distinct}`).toBe(expected);
    });
  }
});
