import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { targetOfCrash, TARGETS } from './targets.ts';

const FOLDER = new URL('crashes/', import.meta.url);
const kept = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith('.bin')) : [];

describe('inputs that once broke something', () => {
  test('have a target each', () => {
    for (const name of kept) expect(targetOfCrash(name), name).toBeDefined();
    expect(new Set(TARGETS.map(({ name }) => name)).size).toBe(TARGETS.length);
  });

  for (const name of kept) {
    test(`${name} breaks nothing`, async () => {
      await targetOfCrash(name)!.run(new Uint8Array(readFileSync(new URL(name, FOLDER))));
    });
  }
});
