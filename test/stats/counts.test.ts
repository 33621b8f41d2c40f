import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../src/bytes/byte-reader.ts';
import { CategoryCounts } from '../../src/stats/counts.ts';
import { encoded, mergeableLaws } from '../laws/mergeable-laws.ts';
import { countsToAdd } from './arbitraries.ts';

const keys = fc.oneof(
  { weight: 6, arbitrary: fc.nat({ max: 400 }).map(String) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
  { weight: 1, arbitrary: fc.constantFrom('', '\ufeffbom', '\ud800', '\udc00', '😀', '\ud83d') },
  { weight: 1, arbitrary: fc.string({ minLength: 120, maxLength: 140 }) },
);

mergeableLaws({
  name: 'CategoryCounts',
  empty: () => new CategoryCounts(),
  value: fc.tuple(keys, countsToAdd),
  add: (state, [key, count]) => state.add(key, count),
  decode: (reader) => CategoryCounts.decode(reader),
  threshold: 64,
  read: (s) => [
    s.total,
    s.exact,
    s.distinct,
    s.count('7'),
    s.share('7'),
    s.topShare(),
    s.entropy(),
    s.entries(),
  ],
});

function filled(size: number): CategoryCounts {
  const counts = new CategoryCounts();
  for (let i = 0; i < size; i++) counts.add(`key ${i}`, i + 1);
  return counts;
}

describe('CategoryCounts', () => {
  test('names its keys, the commonest first', () => {
    const counts = new CategoryCounts();
    counts.add('S0', 2);
    counts.add('SF');
    counts.add('REJ');
    counts.add('S0');
    expect(counts.entries()).toEqual([
      ['S0', 3],
      ['REJ', 1],
      ['SF', 1],
    ]);
    expect(counts.share('S0')).toBe(0.6);
    expect(counts.topShare()).toBe(0.6);
    expect(counts.count('RSTO')).toBe(0);
    expect(counts.entropy()).toBeCloseTo(1.370951, 6);
  });

  test('knows nothing, not zero, when empty', () => {
    const counts = new CategoryCounts();
    expect([counts.share('a'), counts.topShare(), counts.entropy()]).toEqual([NaN, NaN, NaN]);
    expect([counts.total, counts.distinct, counts.count('a')]).toEqual([0, 0, 0]);
    expect(encoded(counts)).toEqual(Uint8Array.of(0));
  });

  test('a count of 0 does not make a key', () => {
    const counts = new CategoryCounts();
    counts.add('a', 0);
    expect(encoded(counts)).toEqual(encoded(new CategoryCounts()));
  });

  test('is exact to 64 keys and bounds counts from above beyond', () => {
    expect(filled(64)).toMatchObject({ exact: true, distinct: 64, total: (64 * 65) / 2 });
    const over = filled(65);
    expect(over).toMatchObject({ exact: false, total: (65 * 66) / 2 });
    expect(over.entries()).toEqual([]);
    expect(over.distinct).toBeLessThanOrEqual(64);
    for (let i = 0; i < 65; i++) expect(over.count(`key ${i}`)).toBeGreaterThanOrEqual(i + 1);
  });

  test('cuts long keys without mixing them up', () => {
    const counts = new CategoryCounts();
    const long = 'x'.repeat(5000);
    counts.add(`${long}a`, 2);
    counts.add(`${long}b`, 3);
    expect(counts.count(`${long}a`)).toBe(2);
    expect(counts.count(`${long}b`)).toBe(3);
    expect(encoded(counts).length).toBeLessThan(300);
  });

  test('refuses counts that are no counts', () => {
    for (const count of [-1, 0.5, NaN, Infinity, 2 ** 53]) {
      expect(() => new CategoryCounts().add('a', count)).toThrow(RangeError);
    }
  });

  test.each([
    ['keys out of order', [2, 1, 98, 1, 1, 97, 1]],
    ['a key twice', [2, 1, 97, 1, 1, 97, 1]],
    ['a count of zero', [1, 1, 97, 0]],
    ['more keys than are ever exact', [66, 1, 97, 1]],
    ['a key longer than any is kept', [1, 0x81, 1, ...new Array<number>(129).fill(97), 1]],
    ['lanes of too few', [65, 64, 0, 62]],
    ['a split run of zeros', [65, 70, 0, 10, 0, 51]],
    ['a run past the last lane', [65, 70, 0, 63]],
  ])('marks %s', (_, bytes) => {
    const reader = new ByteReader(Uint8Array.from(bytes));
    expect(CategoryCounts.decode(reader).total).toBe(0);
    expect(reader.truncated).toBe(true);
  });
});
