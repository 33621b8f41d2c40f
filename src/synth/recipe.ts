import { parseNetwork, type Network as Prefix } from '../bytes/ip-address.ts';
import type { ActorDefinition } from './actor.ts';
import { ACTORS, findActor } from './actor-catalogue.ts';
import { Network, type TimedFrame } from './network.ts';
import { drawParameters } from './parameters.ts';
import { Random } from './random.ts';
import { World, type WorldOptions } from './world.ts';

/** What a run consists of; everything it does not say is drawn by the seed. */
export interface Recipe {
  readonly name: string;
  readonly durationS: number;
  readonly startUs: number;
  readonly network: WorldOptions;
  readonly actors: readonly RecipeActor[];
}

interface RecipeActor {
  readonly definition: ActorDefinition;
  /** Lowest and highest number of such hosts. */
  readonly count: readonly [number, number];
  /** Each such host falls silent after causing so many packets, those of its peers included. */
  readonly maximumPackets: number;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** The truth about one host. */
export interface LabelRow {
  readonly host: string;
  /** `family/detail`, or `family`. */
  readonly label: string;
  /** Its first and last frame. */
  readonly startUs: number;
  readonly endUs: number;
}

export interface Traffic {
  /** Can be read once. */
  readonly packets: Iterable<TimedFrame>;
  /** One row for each labelled host that sent something: filled while `packets` is read, whole at its end. */
  readonly labels: LabelRow[];
}

/** 2024-03-04 09:00 UTC, a Monday: traffic has to happen at some time, and no clock may be asked. */
const DEFAULT_START_US = 1_709_542_800_000_000;
const DEFAULT_PACKETS = 20_000;
const MOST_HOSTS = 10_000;
const LONGEST_S = 31 * 86_400;
/** pcap times end in 2106. */
const LATEST_START_US = (2 ** 32 - 1 - LONGEST_S) * 1e6;

/** Checks a recipe's JSON; throws `TypeError` or `RangeError` that says what was expected where. */
export function parseRecipe(json: unknown): Recipe {
  const recipe = record(json, 'recipe');
  onlyKeys(recipe, 'recipe', ['name', 'description', 'durationS', 'startUs', 'network', 'actors']);
  const { name, actors } = recipe;
  if (typeof name !== 'string' || name === '')
    throw new TypeError(`recipe.name: expected a text, got ${show(name)}`);
  if (!Array.isArray(actors) || actors.length === 0) {
    throw new TypeError(
      `recipe.actors: expected a list with at least one actor, got ${show(actors)}`,
    );
  }
  return {
    name,
    durationS: numberIn(recipe['durationS'], 'recipe.durationS', [1, LONGEST_S]),
    startUs: numberIn(recipe['startUs'] ?? DEFAULT_START_US, 'recipe.startUs', [
      0,
      LATEST_START_US,
    ]),
    network: parseWorld(recipe['network'] ?? {}),
    actors: actors.map((actor, i) => parseActor(actor, `recipe.actors[${i}]`)),
  };
}

/** Runs a recipe: the same seed gives the same bytes, another seed other hosts. */
export function generateTraffic(
  recipe: Recipe,
  options: { readonly seed: number | string },
): Traffic {
  const random = new Random(`${recipe.name}/${options.seed}`);
  const network = new Network(recipe.startUs, random.fork('network'));
  const world = new World(random.fork('world'), recipe.network);
  recipe.actors.forEach((entry, i) => {
    const own = random.fork(`${i}-${entry.definition.name}`);
    const count = own.integer(entry.count[0], entry.count[1]);
    for (let k = 0; k < count; k++)
      start(entry, own.fork(`host-${k}`), { network, world, durationS: recipe.durationS });
  });
  const labels: LabelRow[] = [];
  return { packets: play(network, world, recipe, labels), labels };
}

function* play(
  network: Network,
  world: World,
  recipe: Recipe,
  labels: LabelRow[],
): Generator<TimedFrame, void, undefined> {
  yield* network.run(recipe.startUs + Math.round(recipe.durationS * 1e6));
  for (const host of world.labelled) {
    if (Number.isNaN(host.firstUs)) continue;
    labels.push({ host: host.text, label: host.label, startUs: host.firstUs, endUs: host.lastUs });
  }
}

function start(
  entry: RecipeActor,
  random: Random,
  scene: { readonly network: Network; readonly world: World; readonly durationS: number },
): void {
  const { definition } = entry;
  const place =
    definition.place === 'either' ? random.pick(['inside', 'outside'] as const) : definition.place;
  const label =
    definition.detail === '' ? definition.family : `${definition.family}/${definition.detail}`;
  const host = scene.world.host(place, {
    label,
    ...(definition.stack === undefined ? {} : { stack: definition.stack as 'linux' }),
  });
  if (place === 'inside') scene.world.insiders.push(host);
  const parameters = drawParameters(
    definition.parameters,
    entry.parameters,
    random.fork('parameters'),
  );
  scene.network.spawnWithin(
    { left: entry.maximumPackets },
    definition.run({ ...scene, random: random.fork('run'), host, parameters }),
  );
}

function parseActor(json: unknown, path: string): RecipeActor {
  const entry = record(json, path);
  onlyKeys(entry, path, ['actor', 'count', 'maximumPackets', 'parameters']);
  const definition = typeof entry['actor'] === 'string' ? findActor(entry['actor']) : undefined;
  if (definition === undefined) {
    const known = ACTORS.map((actor) => actor.name).join(', ');
    throw new RangeError(`${path}.actor: expected one of ${known}, got ${show(entry['actor'])}`);
  }
  const parameters = record(entry['parameters'] ?? {}, `${path}.parameters`);
  try {
    drawParameters(definition.parameters, parameters, new Random('check'));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new RangeError(`${path}.${message} (actor ${definition.name})`, { cause: error });
  }
  return {
    definition,
    count: parseCount(entry['count'] ?? 1, `${path}.count`),
    maximumPackets: numberIn(
      entry['maximumPackets'] ?? DEFAULT_PACKETS,
      `${path}.maximumPackets`,
      [1, 1e9],
    ),
    parameters,
  };
}

function parseCount(json: unknown, path: string): readonly [number, number] {
  const pair: unknown[] = Array.isArray(json) ? json : [json, json];
  const [low, high] = pair;
  const isFine =
    pair.length === 2 && isWhole(low) && isWhole(high) && low <= high && high <= MOST_HOSTS;
  if (!isFine)
    throw new RangeError(
      `${path}: expected a whole number ≤ ${MOST_HOSTS} or [low, high], got ${show(json)}`,
    );
  return [low, high];
}

function parseWorld(json: unknown): WorldOptions {
  const world = record(json, 'recipe.network');
  onlyKeys(world, 'recipe.network', ['ipVersion', 'inside']);
  const ipVersion = world['ipVersion'];
  if (ipVersion !== undefined && ipVersion !== 4 && ipVersion !== 6) {
    throw new RangeError(`recipe.network.ipVersion: expected 4 or 6, got ${show(ipVersion)}`);
  }
  let inside: Prefix | undefined;
  if (world['inside'] !== undefined) {
    inside = typeof world['inside'] === 'string' ? parseNetwork(world['inside']) : undefined;
    const isFine = inside !== undefined && inside.prefix >= 96 && inside.prefix <= 124;
    if (!isFine) throw new RangeError(`recipe.network.inside: expected a prefix such as 10.1.0.0/16 with room for hosts, got ${show(world['inside'])}`); // prettier-ignore
  }
  return {
    ...(ipVersion === undefined ? {} : { ipVersion }),
    ...(inside === undefined ? {} : { inside }),
  };
}

function record(json: unknown, path: string): Record<string, unknown> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new TypeError(`${path}: expected an object, got ${show(json)}`);
  }
  return json as Record<string, unknown>;
}

function onlyKeys(json: Record<string, unknown>, path: string, known: readonly string[]): void {
  for (const key of Object.keys(json)) {
    if (!known.includes(key))
      throw new RangeError(`${path}: expected ${known.join(', ')}, got ${key}`);
  }
}

function numberIn(value: unknown, path: string, range: readonly [number, number]): number {
  if (typeof value === 'number' && value >= range[0] && value <= range[1]) return value;
  throw new RangeError(
    `${path}: expected a number in ${range[0]} … ${range[1]}, got ${show(value)}`,
  );
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
