import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { groupFolds, leaveOneGroupOut } from '../../src/learn/splits.ts';

const someGroups = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'), {
  minLength: 20,
  maxLength: 200,
});

describe('group folds', () => {
  test('all rows of a group are in one fold, and no fold is empty', () => {
    fc.assert(
      fc.property(someGroups, fc.integer(), (groups, seed) => {
        fc.pre(new Set(groups).size >= 3);
        const fold = groupFolds(groups, 3, seed);
        for (const group of new Set(groups)) {
          expect(new Set(fold.filter((_, row) => groups[row] === group)).size).toBe(1);
        }
        expect([...new Set(fold)].sort()).toEqual([0, 1, 2]);
      }),
    );
  });

  test('folds differ by no more than the largest group', () => {
    fc.assert(
      fc.property(someGroups, fc.integer(), (groups, seed) => {
        fc.pre(new Set(groups).size >= 3);
        const fold = groupFolds(groups, 3, seed);
        const sizes = [0, 1, 2].map((own) => fold.filter((other) => other === own).length);
        const largest = Math.max(
          ...[...new Set(groups)].map((group) => groups.filter((other) => other === group).length),
        );
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(largest);
      }),
    );
  });

  test('the order of the rows changes nothing, the seed does', () => {
    const groups = Array.from({ length: 60 }, (_, row) => `group ${row % 20}`);
    const fold = groupFolds(groups, 4, 9);
    const reversed = groupFolds([...groups].reverse(), 4, 9);
    expect([...reversed].reverse()).toEqual([...fold]);
    expect(groupFolds(groups, 4, 10)).not.toEqual(fold);
  });

  test('fewer groups than folds are refused', () => {
    expect(() => groupFolds(['a', 'b', 'a'], 3, 1)).toThrow(RangeError);
    expect(() => groupFolds(['a', 'b'], 1, 1)).toThrow(RangeError);
  });
});

describe('leaving one group out', () => {
  test('every group is the test once, and all others are learnt from', () => {
    const splits = [...leaveOneGroupOut(['b', 'a', 'b', 'c'])];
    expect(splits.map(({ group, train, test }) => [group, [...train], [...test]])).toEqual([
      ['a', [0, 2, 3], [1]],
      ['b', [1, 3], [0, 2]],
      ['c', [0, 1, 2], [3]],
    ]);
  });
});
