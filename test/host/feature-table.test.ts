import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FEATURES } from '../../src/host/feature-schema.ts';
import { renderFeatureTable } from '../../src/host/feature-table.ts';

const readme = new URL('../../src/host/README.md', import.meta.url);

describe('the README of host', () => {
  test('is what the feature table says (if not: UPDATE_FEATURE_TABLE=1 npx vitest run test/host/feature-table.test.ts)', () => {
    if (process.env['UPDATE_FEATURE_TABLE'] !== undefined) {
      writeFileSync(readme, renderFeatureTable());
    }
    expect(readFileSync(readme, 'utf8')).toBe(renderFeatureTable());
  });

  test('names every feature once', () => {
    const text = renderFeatureTable();
    for (const { name } of FEATURES) expect(text.split(`- \`${name}\` (`)).toHaveLength(2);
    expect(new Set(FEATURES.map(({ name }) => name)).size).toBe(FEATURES.length);
  });

  test('features have names in the words of flows, a definition and a sentence with a place for the value', () => {
    for (const { name, definition, words } of FEATURES) {
      expect(name).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
      expect(definition.length, name).toBeGreaterThan(3);
      expect(words.split('{}'), name).toHaveLength(2);
    }
  });
});
