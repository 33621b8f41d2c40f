import { describe, expect, test } from 'vitest';
import { FAMILY_NAMES } from '../../src/score/family.ts';
import { ACTORS } from '../../src/synth/actor-catalogue.ts';
import { generateTraffic, parseRecipe } from '../../src/synth/recipe.ts';

const SEEDS = [1, 2, 3, 4];

function summarise(
  name: string,
  seed: number,
  durationS: number,
): { packets: number; bytes: number; labels: string[] } {
  const recipe = parseRecipe({
    name: 'one',
    durationS,
    actors: [{ actor: name, maximumPackets: 3000 }],
  });
  const { packets, labels } = generateTraffic(recipe, { seed });
  let count = 0;
  let bytes = 0;
  let before = recipe.startUs - 1;
  for (const { timeUs, frame } of packets) {
    if (timeUs <= before || timeUs > recipe.startUs + durationS * 1e6 + 1e5)
      throw new Error(`time ${timeUs}`);
    before = timeUs;
    count++;
    bytes += frame.length;
  }
  return { packets: count, bytes, labels: labels.map((row) => row.label) };
}

describe.each(ACTORS.map((actor) => [actor.name, actor] as const))('%s', (name, actor) => {
  test('runs for every seed, within bounds, under its own label', () => {
    const label = actor.detail === '' ? actor.family : `${actor.family}/${actor.detail}`;
    for (const seed of SEEDS) {
      const run = summarise(name, seed, 120);
      expect(run.packets).toBeGreaterThan(1);
      expect(run.packets).toBeLessThan(3200);
      expect(run.labels).toContain(label);
    }
  });

  test('gives clearly different hosts for different seeds', () => {
    const sizes = SEEDS.map((seed) => summarise(name, seed, 1800));
    expect(new Set(sizes.map((run) => run.bytes)).size).toBe(SEEDS.length);
  });

  test('is named after its file and belongs to a family', () => {
    expect(name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
    expect(FAMILY_NAMES).toContain(actor.family);
  });
});
