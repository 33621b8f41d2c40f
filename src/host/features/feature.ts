import type { Visibility } from '../../flow/event.ts';
import type { ChannelReadings } from '../channel-readings.ts';
import type { HostProfile } from '../host-profile.ts';
import type { NeighbourContext } from '../neighbours.ts';

/** What features are read from. */
export interface HostView {
  readonly profile: HostProfile;
  readonly channels: ChannelReadings;
  readonly context: NeighbourContext;
}

export type FeatureUnit =
  | 'count' | 'share' | 'bytes' | 'seconds' | 'per-second' | 'bits' | 'score' | 'ratio' | 'characters'; // prettier-ignore

export type FeatureGroup =
  | 'volume' | 'outcome' | 'scanning' | 'service' | 'bruteforce' | 'flood' | 'beaconing' | 'dns' | 'web' | 'session'
  | 'windows' | 'responder' | 'neighbours' | 'time'; // prettier-ignore

/** One number of the vector: all there is to know about it. */
export interface FeatureDefinition {
  readonly name: string;
  readonly group: FeatureGroup;
  readonly unit: FeatureUnit;
  /** A formula or sentence from which a reader could recompute the value. */
  readonly definition: string;
  /** How a report says it; `{}` stands for the value. */
  readonly words: string;
  /** The input must show this, else the feature is `NaN`. */
  readonly needs: keyof Visibility | undefined;
  /** Heavy-tailed quantities enter the vector as log₂(1 + value). */
  readonly logScaled: boolean;
  /** The plain value, before any scaling; `NaN` when it cannot be told. */
  read(view: HostView): number;
}

type Row = readonly [
  name: string,
  unit: FeatureUnit,
  definition: string,
  words: string,
  read: (view: HostView) => number,
];

const HEAVY_TAILED: readonly FeatureUnit[] = [
  'count',
  'bytes',
  'seconds',
  'per-second',
  'ratio',
  'characters',
];

/** A group of features that share what they need of the input. */
export function featureGroup(
  group: FeatureGroup,
  needs: keyof Visibility | undefined,
  rows: readonly Row[],
): FeatureDefinition[] {
  return rows.map(([name, unit, definition, words, read]) => ({
    name,
    group,
    unit,
    definition,
    words,
    needs,
    logScaled: HEAVY_TAILED.includes(unit),
    read,
  }));
}

/** `part / whole`, or `NaN` when there is no whole. */
export function share(part: number, whole: number): number {
  return whole > 0 ? part / whole : NaN;
}
