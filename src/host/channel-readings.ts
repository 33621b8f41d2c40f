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

interface BeaconChannel extends NotableChannel {
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
  /** Flows of channels with messages of a mining pool (exact channels only, else `NaN`). */
  readonly miningFlows: number;
}

const ICMP = 1;
const ICMPV6 = 58;
const CLEAR_BEACON = 0.8;

const KINDS = ['busiest', 'login', 'upload', 'longest', 'icmp'] as const;
type Kind = (typeof KINDS)[number];

export function readChannels(profile: HostProfile): ChannelReadings {
  const table = profile.channels;
  const activity = profile.originator?.activity;
  const exact = table?.exact === true;
  const worst: Partial<Record<Kind, NotableChannel>> = {};
  const most: Record<Kind, number> = { busiest: 0, login: 0, upload: 0, longest: 0, icmp: 0 };
  let beacon: BeaconChannel | undefined;
  let beacons = 0;
  let loginTargets = 0;
  let miningFlows = 0;
  const portsByResponder = new Map<string, number>();
  for (const [key, channel] of table?.entries() ?? []) {
    const notable = { key, channel };
    keepWorst(notable, worst, most);
    const score = activity && beaconScore(channel, activity.firstUs, activity.lastUs);
    if (score !== undefined) {
      if (score.score >= CLEAR_BEACON && score.contacts >= 8) beacons++;
      if (score.score > (beacon?.beacon.score ?? -1)) beacon = { ...notable, beacon: score };
    }
    if (key === undefined) continue;
    miningFlows += miningFlowsOf(channel);
    portsByResponder.set(key.responder, (portsByResponder.get(key.responder) ?? 0) + 1);
    if (isKnockedAt(notable)) loginTargets++;
  }
  return {
    channels: table?.size ?? 0,
    busiest: worst.busiest,
    beacon,
    beacons,
    login: worst.login,
    loginTargets,
    upload: worst.upload,
    longest: worst.longest,
    icmp: worst.icmp,
    portsAtOneResponder: exact ? Math.max(0, ...portsByResponder.values()) : NaN,
    miningFlows: exact ? miningFlows : NaN,
  };
}

function miningFlowsOf(channel: Channel): number {
  return channel.count('miningMessages') > 0 ? channel.count('flows') : 0;
}

/** A login service with at least three sessions of one shape. */
function isKnockedAt({ key, channel }: NotableChannel): boolean {
  return isLogin(key) && channel.shapes.top() >= 3;
}

function keepWorst(
  notable: NotableChannel,
  worst: Partial<Record<Kind, NotableChannel>>,
  most: Record<Kind, number>,
): void {
  for (const kind of KINDS) {
    const amount = AMOUNTS[kind](notable.channel, notable.key);
    if (amount <= most[kind]) continue;
    most[kind] = amount;
    worst[kind] = notable;
  }
}

/** What makes a channel the worst of its kind; 0 where it is not of it. */
const AMOUNTS: Readonly<Record<Kind, (channel: Channel, key: ChannelKey | undefined) => number>> = {
  busiest: (channel) => channel.count('flows'),
  login: (channel, key) =>
    isLogin(key) ? Math.max(channel.count('flows'), channel.count('loginFailures')) : 0,
  upload: (channel) => channel.count('originatorBytes'),
  longest: (channel) => (channel.durations.count > 0 ? channel.durations.max : 0),
  icmp: (channel, key) =>
    key?.protocol === ICMP || key?.protocol === ICMPV6 ? channel.count('originatorBytes') : 0,
};

function isLogin(key: ChannelKey | undefined): boolean {
  return key !== undefined && isLoginService(serviceOf(key.protocol, key.responderPort, ''));
}
