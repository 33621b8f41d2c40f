import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCapture } from '../flow/read-capture.ts';
import { hostVectors } from '../host/feature-schema.ts';
import { TRAFFIC_VIEWS, viewTraffic } from '../flow/log-views.ts';
import { manySinks } from '../flow/many-sinks.ts';
import { HostTable } from '../host/host-table.ts';
import { FAMILY_NAMES, type Family } from '../score/family.ts';
import { SYNTHETIC_GROUP } from '../score/training-rows.ts';
import type { TrainingRow } from '../score/training-row.ts';
import { generateTraffic, parseRecipe, type Recipe } from '../synth/recipe.ts';
import { pcapChunks } from '../synth/write-traffic.ts';
import { RapsheetError, readError } from './errors.ts';
import { isVisible } from './visible-families.ts';

/** All recipes of a folder, by file name. */
export function readRecipes(folder: string): Recipe[] {
  let names: string[];
  try {
    names = readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch (cause) {
    throw readError(folder, cause);
  }
  if (names.length === 0) {
    throw new RapsheetError('NO_INPUT', `${folder}: no recipes`, {
      hint: 'a recipe is a .json file',
    });
  }
  return names.map((name) => {
    const path = join(folder, name);
    try {
      return parseRecipe(JSON.parse(readFileSync(path, 'utf8')));
    } catch (cause) {
      throw new RapsheetError('RECIPE_INVALID', `${path}: ${(cause as Error).message}`, { cause });
    }
  });
}

/** The labelled hosts of one recipe's traffic, read back from its pcap bytes as any capture is, in every view. */
export async function syntheticHosts(recipe: Recipe, seed: number): Promise<TrainingRow[]> {
  const { packets, labels } = generateTraffic(recipe, { seed });
  const tables = TRAFFIC_VIEWS.map((view) => ({ view, table: new HostTable() }));
  const sinks = tables.map(({ view, table }) => viewTraffic(view, table));
  await readCapture(asynchronous(pcapChunks(packets)), manySinks(sinks));
  const families = new Map(labels.map(({ host, label }) => [host, label.split('/')] as const));
  const rows: TrainingRow[] = [];
  const seen = tables.flatMap(({ view, table }) =>
    [...hostVectors(table)].map(({ host, vector }) => ({ view, host, vector })),
  );
  for (const { view, host, vector } of seen) {
    const [family = '', detail = ''] = families.get(host) ?? [];
    if (!(FAMILY_NAMES as readonly string[]).includes(family)) continue;
    if (!isVisible(family, view)) continue;
    rows.push({
      view,
      input: `${SYNTHETIC_GROUP}${recipe.name}#${seed}`,
      group: `${SYNTHETIC_GROUP}${recipe.name}`,
      host,
      family: family as Family,
      detail,
      vector,
    });
  }
  return rows;
}

// eslint-disable-next-line @typescript-eslint/require-await -- the generator is synchronous, the reader is not
async function* asynchronous<T>(values: Iterable<T>): AsyncGenerator<T> {
  yield* values;
}
