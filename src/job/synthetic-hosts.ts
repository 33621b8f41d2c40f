import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCapture } from '../flow/read-capture.ts';
import { hostVectors } from '../host/feature-schema.ts';
import { TRAFFIC_VIEWS, viewTraffic, type TrafficView } from '../flow/log-views.ts';
import type { TrafficSink } from '../flow/event.ts';
import { manySinks } from '../flow/many-sinks.ts';
import { HostTable } from '../host/host-table.ts';
import { CALM_FAMILIES, FAMILY_NAMES, type Family } from '../score/family.ts';
import { SYNTHETIC_GROUP } from '../score/training-rows.ts';
import type { TrainingRow } from '../score/training-row.ts';
import { generateTraffic, parseRecipe, type Recipe } from '../synth/recipe.ts';
import type { TimedFrame } from '../synth/network.ts';
import { Random } from '../synth/random.ts';
import { pcapChunks } from '../synth/write-traffic.ts';
import { RapsheetError, readError } from './errors.ts';
import { companions, companyOf, mayHaveCompany, renamedHosts } from './in-company.ts';
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

/** Short stretches of each run that teach beside the whole. */
const GLIMPSES = 2;
/** The shortest is a hundredth of the run, the longest half of it. */
const SHORTEST_GLIMPSE = 0.01;
const LONGEST_GLIMPSE = 0.5;

/** Views in which the company of a host shows. */
const COMPANY_VIEWS: readonly TrafficView[] = ['capture', 'flow-log', 'flow-export'];

/** Family and detail of hosts. */
type Labels = ReadonlyMap<string, readonly string[]>;

/** One look at a run: the traffic of all or some of its time, as one kind of input shows it. */
interface Look {
  readonly input: string;
  readonly view: TrafficView;
  readonly table: HostTable;
  /** The hosts that are looked at. */
  readonly labels: Labels;
}

/**
 * The labelled hosts of one recipe's traffic, read back from its pcap bytes as any capture is: in every view, in
 * glimpses and in company. Without glimpses a model learns hosts that were watched as long as recipes last, and real
 * captures often hold one flow of a miner.
 */
export async function syntheticHosts(recipe: Recipe, seed: number): Promise<TrainingRow[]> {
  const { run, labels } = playOut(recipe, seed);
  const input = `${SYNTHETIC_GROUP}${recipe.name}#${seed}`;
  const looks = newLooks(input, TRAFFIC_VIEWS, labels);
  await readRun(run, intoAll(looks));
  for (let k = 1; k <= GLIMPSES; k++) {
    const table = new HostTable();
    const glimpse = glimpseOf(run, recipe, new Random(`${input}/glimpse-${k}`));
    await readRun(glimpse, table);
    looks.push({ input: `${input} glimpse ${k}`, view: 'capture', table, labels });
  }
  looks.push(...(await looksInCompany(run, labels, recipe, seed)));
  return looks.flatMap((look) => labelledRows(look, `${SYNTHETIC_GROUP}${recipe.name}`));
}

function playOut(recipe: Recipe, seed: number): { run: TimedFrame[]; labels: Labels } {
  const { packets, labels } = generateTraffic(recipe, { seed });
  const run = [...packets];
  return { run, labels: new Map(labels.map(({ host, label }) => [host, label.split('/')])) };
}

function newLooks(input: string, views: readonly TrafficView[], labels: Labels): Look[] {
  return views.map((view) => ({ input, view, table: new HostTable(), labels }));
}

function intoAll(looks: readonly Look[]): TrafficSink {
  return manySinks(looks.map(({ view, table }) => viewTraffic(view, table)));
}

async function readRun(run: readonly TimedFrame[], sink: TrafficSink): Promise<void> {
  await readCapture(asynchronous(pcapChunks(run)), sink);
}

/**
 * The run's attackers inside, each merged with an ordinary host: an infected machine also calls for printers, asks for
 * the time and browses. Without this, whatever only the ordinary hosts of recipes do clears a real attacker.
 */
async function looksInCompany(
  run: readonly TimedFrame[],
  labels: Labels,
  recipe: Recipe,
  seed: number,
): Promise<Look[]> {
  const attackers = mayHaveCompany([...labels.keys()].filter((host) => isAttacker(host, labels)));
  if (attackers.length === 0) return [];
  const company = playOut(companyOf(recipe, attackers.length), seed);
  const names = companions(company.labels, attackers);
  const accompanied = new Map([...names.values()].map((host) => [host, labels.get(host)!]));
  const input = `${SYNTHETIC_GROUP}${recipe.name}#${seed} in company`;
  const looks = newLooks(input, COMPANY_VIEWS, accompanied);
  await readRun(run, intoAll(looks));
  await readRun(company.run, renamedHosts(names, intoAll(looks)));
  return looks;
}

function isAttacker(host: string, labels: Labels): boolean {
  const [family = ''] = labels.get(host) ?? [];
  return isFamily(family) && !CALM_FAMILIES.includes(family);
}

function isFamily(name: string): name is Family {
  return (FAMILY_NAMES as readonly string[]).includes(name);
}

/** The packets of a stretch of the run, short ones as likely as long ones. */
function glimpseOf(run: readonly TimedFrame[], recipe: Recipe, random: Random): TimedFrame[] {
  const runUs = recipe.durationS * 1e6;
  const share = SHORTEST_GLIMPSE * (LONGEST_GLIMPSE / SHORTEST_GLIMPSE) ** random.uniform();
  const fromUs = recipe.startUs + random.uniform() * runUs * (1 - share);
  const toUs = fromUs + runUs * share;
  return run.filter(({ timeUs }) => timeUs >= fromUs && timeUs < toUs);
}

function labelledRows({ input, view, table, labels }: Look, group: string): TrainingRow[] {
  const rows: TrainingRow[] = [];
  for (const { host, vector } of hostVectors(table)) {
    const [family = '', detail = ''] = labels.get(host) ?? [];
    if (!isFamily(family) || !isVisible(family, view)) continue;
    rows.push({ view, input, group, host, family, detail, vector });
  }
  return rows;
}

// eslint-disable-next-line @typescript-eslint/require-await -- the generator is synchronous, the reader is not
async function* asynchronous<T>(values: Iterable<T>): AsyncGenerator<T> {
  yield* values;
}
