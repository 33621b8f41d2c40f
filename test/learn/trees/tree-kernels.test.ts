import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BinnedMatrix } from '../../../src/learn/trees/binning.ts';
import { SCAN } from '../../../src/learn/trees/tree-kernels.ts';
import { TreeMemory } from '../../../src/learn/trees/tree-memory.ts';

function binnedOf(columns: readonly (readonly number[])[]): BinnedMatrix {
  return {
    rows: columns[0]!.length,
    columns: columns.length,
    bins: Uint8Array.from(columns.flat()),
    cuts: columns.map(() => new Float64Array(254)),
  };
}

/** The same memory twice: with WebAssembly, and without. */
function both(binned: BinnedMatrix, bins: number): readonly [TreeMemory, TreeMemory] {
  return [new TreeMemory(binned, bins), new TreeMemory(binned, bins, { wasm: false })];
}

/** `toEqual` takes its time on long arrays. */
function sameBits(left: Float64Array, right: Float64Array): boolean {
  return Buffer.from(left.buffer).equals(Buffer.from(right.buffer));
}

const gradient = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 });
const hessian = fc.oneof(fc.constant(0), fc.double({ noNaN: true, min: 1e-16, max: 1e6 }));

describe('the kernels in WebAssembly', () => {
  test('are used here', () => {
    const [wasm, javascript] = both(binnedOf([[0]]), 256);
    expect(wasm.kernels.constructor).not.toBe(javascript.kernels.constructor);
  });

  test('add the same numbers to the same bins as those in JavaScript', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.array(fc.nat(255), { minLength: 4, maxLength: 4 }), gradient, hessian),
          { minLength: 1, maxLength: 60 },
        ),
        fc.nat(20),
        (rows, from) => {
          const columns = [0, 1, 2, 3].map((column) => rows.map(([bins]) => bins[column]!));
          const start = Math.min(from, rows.length - 1);
          const [first, second] = both(binnedOf(columns), 4 * 256).map((memory) => {
            memory.rows.set(rows.map((_, row) => rows.length - 1 - row));
            rows.slice(start).forEach(([, g, h], i) => memory.pairs.set([g, h], 2 * i));
            const at = memory.take();
            memory.kernels.clear(at, at + 4 * 4096);
            const [h0, h1, h2, h3] = [0, 1, 2, 3].map((column) => at + 4096 * column);
            const [b0, b1, b2, b3] = [0, 1, 2, 3].map((c) => memory.binsAt + c * rows.length);
            memory.kernels.fill(
              h0!, h1!, h2!, h3!, b0!, b1!, b2!, b3!,
              memory.rowsAt + 4 * start, memory.rowsAt + 4 * rows.length, memory.pairsAt,
            ); // prettier-ignore
            return memory.numbers.slice(at / 8, at / 8 + 2048);
          });
          expect(sameBits(first!, second!)).toBe(true);
          // And they are the sums.
          const expected = new Float64Array(2048);
          rows.slice(start).forEach(([, g, h], i) => {
            const { length } = rows;
            columns.forEach((bins, column) => {
              const place = 2 * (256 * column + bins[length - 1 - (start + i)]!);
              expected[place] = expected[place]! + g;
              expected[place + 1] = expected[place + 1]! + h;
            });
          });
          expect(sameBits(first!, expected)).toBe(true);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('find the same cut as those in JavaScript', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(gradient, hessian), { minLength: 2, maxLength: 80 }),
        fc.record({
          l2: fc.constantFrom(0, 1),
          least: fc.constantFrom(1e-9, 1, 1000),
          before: fc.boolean(),
          gain: fc.constantFrom(1e-9, 10, 1e6),
        }),
        (pairs, { l2, least, before, gain }) => {
          const found = both(binnedOf([[0]]), 256).map((memory) => {
            const at = memory.take();
            memory.numbers.set(pairs.flat(), at / 8);
            const scanned = memory.scanned(1);
            const total = pairs.reduce(([g, h], pair) => [g + pair[0], h + pair[1]], [0, 0]);
            scanned[SCAN.gradient] = total[0];
            scanned[SCAN.hessian] = total[1];
            scanned[SCAN.l2] = l2;
            scanned[SCAN.minChildWeight] = least;
            scanned[SCAN.parentScore] = (total[0] * total[0]) / (total[1] + l2);
            scanned[SCAN.gain] = gain;
            const end = memory.kernels.scan(
              at + 16,
              at + 16 * pairs.length,
              before ? at : memory.zero,
              memory.scan(1),
            );
            return [end === 0 ? 0 : end - at, ...scanned];
          });
          expect(found[0]).toEqual(found[1]);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('clear what they are told to, and no more', () => {
    for (const memory of both(binnedOf([[0]]), 256)) {
      const at = memory.take();
      memory.numbers.fill(3, at / 8, at / 8 + 8);
      memory.kernels.clear(at + 16, at + 48);
      expect([...memory.numbers.subarray(at / 8, at / 8 + 8)]).toEqual([3, 3, 0, 0, 0, 0, 3, 3]);
    }
  });

  test('subtract the same', () => {
    for (const memory of both(binnedOf([[0]]), 256)) {
      const [into, other] = [memory.take(), memory.take()];
      for (const at of [into, other]) memory.kernels.clear(at, at + 16 * 256);
      memory.numbers.set([5, 7, 9, 11], into / 8);
      memory.numbers.set([1, 2, 3, 4, 5, 6], other / 8);
      memory.kernels.subtract(into, into + 32, other);
      expect([...memory.numbers.subarray(into / 8, into / 8 + 6)]).toEqual([4, 5, 6, 7, 0, 0]);
    }
  });
});

describe('the memory of a training', () => {
  test('keeps what is in it when it grows, and hands out no place twice', () => {
    for (const memory of both(binnedOf([[1, 2, 3]]), 5000)) {
      memory.rows.set([2, 0, 1]);
      memory.pairs.set([1.5, 2.5, 3.5]);
      const first = memory.take();
      memory.numbers.fill(7, first / 8, first / 8 + 10_000);
      const taken = Array.from({ length: 40 }, () => memory.take());
      expect(new Set([first, ...taken]).size).toBe(41);
      for (const at of taken) memory.numbers.fill(8, at / 8, at / 8 + 10_000);
      expect(
        memory.numbers.subarray(first / 8, first / 8 + 10_000).every((value) => value === 7),
      ).toBe(true);
      expect([...memory.rows]).toEqual([2, 0, 1]);
      expect([...memory.pairs.subarray(0, 3)]).toEqual([1.5, 2.5, 3.5]);
      memory.give(first);
      expect(memory.take()).toBe(first);
    }
  });
});
