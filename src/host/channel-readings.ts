import { isLoginService, serviceOf } from '../flow/service.ts';
import { beaconScore, type BeaconScore } from './beacon.ts';
import type { Channel } from './channel.ts';
import type { ChannelKey } from './channel-table.ts';
import type { HostProfile } from './host-profile.ts';

/** A channel that stands out, and what it is (`undefined` for a lane of many). */
export interface NotableChannel {
  readonly key: ChannelKey | undefined;
  readonly channel: Channel;
}

export interface BeaconChannel extends NotableChannel {
  readonly beacon: BeaconScore;
}

/** The channels of one host that matter, each the worst of its kind; ties go to the first by key. */
export interface ChannelReadings {
  readonly channels: number;
  readonly busiest: NotableChannel | undefined;
  readonly beacon: BeaconChannel | undefined;
  /** Channels with a beacon score of at least 0.8 over 8 contacts or more. */
  readonly beacons: number;
  /** The login service knocked at most often. */
  readonly login: NotableChannel | undefined;
  /** Channels to login services with at least three sessions of one shape. */
  readonly loginTargets: number;
  readonly upload: NotableChannel | undefined;
  readonly longest: NotableChannel | undefined;
  readonly icmp: NotableChannel | undefined;
  /** Distinct responder ports at the responder with most of them (exact channels only, else `NaN`). */
  readonly portsAtOneResponder: number;
}

const ICMP = 1;
const ICMPV6 = 58;
const CLEAR_BEACON = 0.8;

export function readChannels(profile: HostProfile): ChannelReadings {
  const table = profile.channels;
  const activity = profile.originator?.activity;
  const worst: Record<
    'busiest' | 'login' | 'upload' | 'longest' | 'icmp',
    NotableChannel | undefined
  > = {
    busiest: undefined,
    login: undefined,
    upload: undefined,
    longest: undefined,
    icmp: undefined,
  };
  let beacon: BeaconChannel | undefined;
  let beacons = 0;
  let loginTargets = 0;
  const portsByResponder = new Map<string, number>();
  for (const [key, channel] of table?.entries() ?? []) {
    const notable = { key, channel };
    const keep = (name: keyof typeof worst, value: (c: Channel) => number): void => {
      const old = worst[name];
      if (value(channel) > (old === undefined ? 0 : value(old.channel))) worst[name] = notable;
    };
    keep('busiest', (c) => c.count('flows'));
    keep('upload', (c) => c.count('originatorBytes'));
    keep('longest', (c) => c.durations.max);
    if (activity !== undefined) {
      const score = beaconScore(channel, activity.firstUs, activity.lastUs);
      if (score !== undefined) {
        if (score.score >= CLEAR_BEACON && score.contacts >= 8) beacons++;
        if (score.score > (beacon?.beacon.score ?? -1)) beacon = { ...notable, beacon: score };
      }
    }
    if (key === undefined) continue;
    portsByResponder.set(key.responder, (portsByResponder.get(key.responder) ?? 0) + 1);
    if (key.protocol === ICMP || key.protocol === ICMPV6)
      keep('icmp', (c) => c.count('originatorBytes'));
    if (isLoginService(serviceOf(key.protocol, key.responderPort, ''))) {
      keep('login', (c) => Math.max(c.count('flows'), c.count('loginFailures')));
      if (channel.shapes.top() >= 3) loginTargets++;
    }
  }
  return {
    ...worst,
    channels: table?.size ?? 0,
    beacon,
    beacons,
    loginTargets,
    portsAtOneResponder: table?.exact === true ? Math.max(0, ...portsByResponder.values()) : NaN,
  };
}
