import { describe, expect, test } from 'vitest';
import { featureNames } from '../../../src/host/feature-schema.ts';
import { seededRandom } from '../../../src/learn/random.ts';
import { lintRecipes, recipeRealism } from '../../../src/score/lint/recipe-realism.ts';
import type { TrainingRow } from '../../../src/score/training-row.ts';

const FLOWS = featureNames.indexOf('flows');
const random = seededRandom(4);

function hosts(
  group: string,
  inputs: number,
  wish: Partial<TrainingRow> & { flows?: number } = {},
): TrainingRow[] {
  const { flows = 0, ...rest } = wish;
  return Array.from({ length: inputs * 3 }, (_, i) => {
    const vector = Float64Array.from(featureNames, () => random());
    vector[FLOWS] = flows + random();
    return { input: `${group}/${i % inputs}`, group, host: `10.0.0.${i}`, family: 'scan', detail: '', view: 'capture', vector, ...rest }; // prettier-ignore
  });
}

const real = ['a', 'b', 'c', 'd'].flatMap((group) => hosts(group, 2));

describe('realism of recipes', () => {
  test('of hosts like real ones is chance, of hosts plainly other is told, with what betrays them', () => {
    const rows = [
      ...real,
      ...hosts('synthetic:true-to-life', 6),
      ...hosts('synthetic:plain', 6, { flows: 5 }),
    ];
    const [plain, alike] = recipeRealism(rows, 1);
    expect(plain).toMatchObject({ recipe: 'plain', family: 'scan', generated: 18, real: 24 });
    expect(plain!.accuracy).toBeGreaterThan(0.95);
    expect(plain!.betrayedBy[0]).toMatch(/^flows: 0\.\d+ in real hosts, 5\.\d+ here$/);
    expect(alike!.accuracy).toBeLessThan(0.75);
    const findings = lintRecipes(rows, 1);
    expect(findings.map(({ severity }) => severity)).toEqual(['warning', 'note']);
    expect(findings[0]!.finding).toContain('recipe plain');
    expect(findings[1]!.examples[0]).toMatch(/^plain \(scan\): .* of 18 generated hosts beside 24 real ones$/); // prettier-ignore
  });

  test('is not told of families with too few real hosts or groups, nor by views', () => {
    const generated = hosts('synthetic:r', 4);
    expect(recipeRealism([...hosts('a', 1), ...hosts('b', 1).slice(0, 1), ...generated], 1)).toEqual([]); // prettier-ignore
    expect(recipeRealism([...hosts('a', 9), ...generated], 1)).toEqual([]);
    const views = real.map((row): TrainingRow => ({ ...row, view: 'flow-log' }));
    expect(recipeRealism([...views, ...generated], 1)).toEqual([]);
    expect(recipeRealism([...real, ...hosts('synthetic:r', 4, { family: 'spam' })], 1)).toEqual([]);
  });
});
