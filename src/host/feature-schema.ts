import { createHash } from 'node:crypto';
import type { Visibility } from '../flow/event.ts';
import { WEB_SERVER } from '../flow/logs/web-log.ts';
import { readChannels, type ChannelReadings } from './channel-readings.ts';
import {
  DNS_FEATURES,
  SESSION_FEATURES,
  WEB_FEATURES,
  WINDOWS_FEATURES,
} from './features/application-features.ts';
import {
  BEACONING_FEATURES,
  BRUTEFORCE_FEATURES,
  FLOOD_FEATURES,
} from './features/channel-features.ts';
import type { FeatureDefinition } from './features/feature.ts';
import {
  NEIGHBOUR_FEATURES, OUTCOME_FEATURES, RESPONDER_FEATURES, SCANNING_FEATURES, SERVICE_FEATURES, TIME_FEATURES, VOLUME_FEATURES,
} from './features/traffic-features.ts'; // prettier-ignore
import type { HostProfile } from './host-profile.ts';
import type { HostTable } from './host-table.ts';
import { neighbourContext, type NeighbourContext, type SideReading } from './neighbours.ts';

/** Raise it whenever a definition changes meaning: a model refuses vectors of another schema. */
export const SCHEMA_VERSION = 4;

/** Every feature of the vector, in its order. */
export const FEATURES: readonly FeatureDefinition[] = [
  ...VOLUME_FEATURES, ...OUTCOME_FEATURES, ...SCANNING_FEATURES, ...SERVICE_FEATURES, ...BRUTEFORCE_FEATURES, ...FLOOD_FEATURES,
  ...BEACONING_FEATURES, ...DNS_FEATURES, ...WEB_FEATURES, ...SESSION_FEATURES, ...WINDOWS_FEATURES, ...RESPONDER_FEATURES, ...NEIGHBOUR_FEATURES,
  ...TIME_FEATURES,
]; // prettier-ignore

export const featureNames: readonly string[] = FEATURES.map((feature) => feature.name);

/** First 16 hex digits of SHA-256 over version, names, units and definitions, in order. */
export const schemaHash: string = createHash('sha256')
  .update(
    JSON.stringify([
      SCHEMA_VERSION,
      FEATURES.map((f) => [f.name, f.unit, f.definition, f.logScaled]),
    ]),
  )
  .digest('hex')
  .slice(0, 16);

/** A host's vector and what it was read from. */
export interface HostVector {
  readonly host: string;
  readonly profile: HostProfile;
  readonly channels: ChannelReadings;
  readonly context: NeighbourContext;
  /**
   * One number a feature, log-scaled where the feature says so; `NaN` where the input cannot show it. Hosts that are
   * alike share one: it is not to be changed.
   */
  readonly vector: Float64Array;
}

export function hostVector(table: HostTable, host: string): HostVector | undefined {
  const profile = table.get(host);
  return profile === undefined ? undefined : readVector(table, host, profile, new Map());
}

/** The vectors of all hosts that sent anything, in the order of their addresses; not the server an access log does not name. */
export function* hostVectors(table: HostTable): IterableIterator<HostVector> {
  const known = new Map<string, SideReading>();
  const alike = new Map<number, HostVector | undefined>();
  for (const { host, likeness, profile } of table.readings()) {
    if (host === WEB_SERVER) continue;
    if (likeness >= 0 && alike.has(likeness)) {
      const like = alike.get(likeness);
      if (like !== undefined) yield new LikeVector(host, profile, like);
      continue;
    }
    const own = profile();
    const read = own.spoke ? readVector(table, host, own, known) : undefined;
    if (likeness >= 0) alike.set(likeness, read);
    if (read !== undefined) yield read;
    if (alike.size > MOST_ALIKE) alike.clear();
  }
}

/** Of floods with spoofed sources nearly all hosts are like another one. */
const MOST_ALIKE = 4096;

/** The vector of a host that has another's; what it was read from is made when somebody asks. */
class LikeVector implements HostVector {
  readonly host: string;
  readonly context: NeighbourContext;
  readonly vector: Float64Array;
  readonly #makeProfile: () => HostProfile;
  #profile: HostProfile | undefined;
  #channels: ChannelReadings | undefined;

  constructor(host: string, makeProfile: () => HostProfile, like: HostVector) {
    this.host = host;
    this.context = like.context;
    this.vector = like.vector;
    this.#makeProfile = makeProfile;
  }

  get profile(): HostProfile {
    return (this.#profile ??= this.#makeProfile());
  }

  get channels(): ChannelReadings {
    return (this.#channels ??= readChannels(this.profile));
  }
}

/** Whether a host has a vector of its own among all hosts. */
export function isJudged(host: string, profile: HostProfile): boolean {
  return profile.spoke && host !== WEB_SERVER;
}

function readVector(
  table: HostTable,
  host: string,
  profile: HostProfile,
  known: Map<string, SideReading>,
): HostVector {
  const channels = readChannels(profile);
  const context = neighbourContext(table, host, profile, channels.busiest, known);
  return vectorOf({ host, profile, channels, context }, table.shown);
}

/** The vector of one host from all that its features are read from; `shown` is what the whole input can show. */
export function vectorOf(
  { host, profile, channels, context }: Omit<HostVector, 'vector'>,
  shown: Visibility,
): HostVector {
  const view = { profile, channels, context };
  const vector = new Float64Array(FEATURES.length);
  for (const [index, feature] of FEATURES.entries()) {
    const seen = feature.needs === undefined || shown[feature.needs];
    const value = seen ? feature.read(view) : NaN;
    vector[index] = feature.logScaled ? Math.log2(1 + value) : value;
  }
  return { host, profile, channels, context, vector };
}

/** The plain value of a feature from its place in a vector. */
export function plainValue(feature: FeatureDefinition, entry: number): number {
  return feature.logScaled ? 2 ** entry - 1 : entry;
}

/** The plain value of a feature by its name; throws `RangeError` for a name that is none. */
export function plainFeature(vector: Float64Array, name: string): number {
  const index = featureNames.indexOf(name);
  if (index < 0) throw new RangeError(`feature: expected a name of the schema, got ${name}`);
  return plainValue(FEATURES[index]!, vector[index]!);
}
