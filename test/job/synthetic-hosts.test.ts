import { describe, expect, it } from 'vitest';
import { featureNames } from '../../src/host/feature-schema.ts';
import { syntheticHosts } from '../../src/job/synthetic-hosts.ts';
import { parseRecipe } from '../../src/synth/recipe.ts';

const recipe = parseRecipe({
  name: 'scans',
  durationS: 300,
  actors: [
    { actor: 'horizontal-scan', count: 2, maximumPackets: 500 },
    { actor: 'office-client', count: 2, maximumPackets: 500 },
  ],
});

describe('hosts that a recipe generates', () => {
  it('are seen whole in every view, in two glimpses of the run, and in company', async () => {
    const rows = await syntheticHosts(recipe, 7);
    expect(new Set(rows.map(({ view, input }) => `${view} ${input}`))).toEqual(
      new Set([
        'capture synthetic:scans#7',
        'flow-log synthetic:scans#7',
        'flow-export synthetic:scans#7',
        'web-log synthetic:scans#7',
        'firewall-log synthetic:scans#7',
        'capture synthetic:scans#7 glimpse 1',
        'capture synthetic:scans#7 glimpse 2',
      ]),
    );
    expect(new Set(rows.map(({ group }) => group))).toEqual(new Set(['synthetic:scans']));
  });

  it('show less in a glimpse than in the whole', async () => {
    const column = featureNames.indexOf('flows');
    const rows = await syntheticHosts(recipe, 7);
    const flowsOf = (input: string): number =>
      rows
        .filter((row) => row.view === 'capture' && row.input === input)
        .reduce((sum, { vector }) => sum + 2 ** vector[column]! - 1, 0);
    const whole = flowsOf('synthetic:scans#7');
    for (const k of [1, 2]) {
      const glimpse = flowsOf(`synthetic:scans#7 glimpse ${k}`);
      expect(glimpse).toBeGreaterThan(0);
      expect(glimpse).toBeLessThan(whole);
    }
  });

  it('are the same for the same seed', async () => {
    const inputs = async (seed: number): Promise<unknown> =>
      (await syntheticHosts(recipe, seed)).map(({ host, input, vector }) => [host, input, vector]);
    expect(await inputs(3)).toEqual(await inputs(3));
    expect(await inputs(3)).not.toEqual(await inputs(4));
  });
});
