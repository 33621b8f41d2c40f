import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../src/bytes/byte-reader.ts';
import { hashNumbers } from '../../src/stats/hash.ts';
import { TopShare } from '../../src/stats/top-share.ts';
import { encoded, mergeableLaws } from '../laws/mergeable-laws.ts';
import { countsToAdd, hashes } from './arbitraries.ts';

mergeableLaws({
  name: 'TopShare',
  empty: () => new TopShare(),
  value: fc.tuple(hashes, countsToAdd),
  add: (state, [hash, count]) => state.add(hash, count),
  decode: (reader) => TopShare.decode(reader),
  threshold: 64,
  read: (s) => [s.total, s.exact, s.top(), s.share()],
});

describe('TopShare', () => {
  test('is exact to 64 items', () => {
    const share = new TopShare();
    for (let i = 0; i < 63; i++) share.add(hashNumbers(i, 0));
    share.add(hashNumbers(99, 0), 37);
    expect(share).toMatchObject({ exact: true, total: 100 });
    expect(share.top()).toBe(37);
    expect(share.share()).toBe(0.37);
  });

  test('knows nothing, not zero, when empty', () => {
    expect(new TopShare().share()).toBeNaN();
    expect(new TopShare().top()).toBe(0);
  });

  test('never reads less than the truth', () => {
    const items = fc.array(fc.tuple(fc.nat({ max: 300 }), fc.nat({ max: 50 })), {
      minLength: 65,
      maxLength: 400,
      size: 'max',
    });
    fc.assert(
      fc.property(items, (adds) => {
        const share = new TopShare();
        const truth = new Map<number, number>();
        for (const [item, count] of adds) {
          share.add(hashNumbers(item, 7), count);
          truth.set(item, (truth.get(item) ?? 0) + count);
        }
        expect(share.top()).toBeGreaterThanOrEqual(Math.max(...truth.values()));
        expect(share.top()).toBeLessThanOrEqual(share.total);
      }),
    );
  });

  test('reads a common item among 10,000 rare ones to a few parts in a hundred', () => {
    const share = new TopShare();
    for (let i = 0; i < 10_000; i++) share.add(hashNumbers(i, 0));
    share.add(hashNumbers(1, 1), 10_000);
    expect(share.share()).toBeGreaterThanOrEqual(0.5);
    expect(share.share()).toBeLessThan(0.52); // a cell's part of the rare ones is 1/64 of a half
  });

  test('marks rows that disagree', () => {
    const share = new TopShare();
    for (let i = 0; i < 65; i++) share.add(0, i === 0 ? 65 : 1);
    for (let i = 1; i < 65; i++) share.add(i);
    const bytes = encoded(share);
    expect(bytes[0]).toBe(65);
    bytes[1]! ^= 3;
    const reader = new ByteReader(bytes);
    expect(TopShare.decode(reader).total).toBe(0);
    expect(reader.truncated).toBe(true);
    expect(reader.offset).toBe(bytes.length);
  });

  test('refuses what is no hash and no count', () => {
    expect(() => new TopShare().add(2 ** 52)).toThrow(RangeError);
    expect(() => new TopShare().add(1, -1)).toThrow(RangeError);
  });
});
