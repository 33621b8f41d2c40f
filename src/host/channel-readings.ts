import { isLoginService, serviceOf } from '../flow/service.ts';
import { beaconScore, type BeaconScore } from './beacon.ts';
import type { Channel } from './channel.ts';
import { compareKeys, responderOf, type ChannelKey } from './channel-index.ts';
import type { ChannelEntry } from './channel-table.ts';
import type { HostProfile } from './host-profile.ts';
import type { TimeRange } from './time-range.ts';

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
  /** Most responders that answered no flow at one (protocol, port), and most such ports of one responder (exact channels only, else `NaN`). */
  readonly failedTargetsOnOnePort: number;
  readonly failedPortsAtOneTarget: number;
  /** Answered TCP channels to ports that no service is registered for (exact channels only, else `NaN`) … */
  readonly unlisted: number;
  /** … and the longest flow (µs) and the largest upload (bytes) among them. */
  readonly unlistedLongestUs: number;
  readonly unlistedUpload: number;
  /** Flows of channels with messages of a mining pool (exact channels only, else `NaN`). */
  readonly miningFlows: number;
}

const TCP = 6;
const ICMP = 1;
const ICMPV6 = 58;
const CLEAR_BEACON = 0.8;

type Kind = 'busiest' | 'login' | 'upload' | 'longest' | 'icmp';

export function readChannels(profile: HostProfile): ChannelReadings {
  const table = profile.channels;
  const exact = table?.exact === true;
  const worst: Partial<Record<Kind, NotableChannel>> = {};
  const most: Record<Kind, number> = { busiest: 0, login: 0, upload: 0, longest: 0, icmp: 0 };
  let loginTargets = 0;
  let miningFlows = 0;
  const ports = new KnockCounts();
  const failures = new KnockCounts();
  const unlisted = { channels: 0, longestUs: 0, upload: 0 };
  const entries = table?.unsorted() ?? [];
  for (const [key, channel] of entries) {
    const notable = { key, channel };
    keepWorst(notable, worst, most);
    if (key === undefined) continue;
    miningFlows += miningFlowsOf(channel);
    ports.add(key);
    if (channel.succeeded === 0) failures.add(key);
    else if (isUnlisted(key)) {
      unlisted.channels++;
      unlisted.longestUs = Math.max(unlisted.longestUs, channel.longestUs);
      unlisted.upload = Math.max(unlisted.upload, channel.originatorBytes);
    }
    if (isKnockedAt(notable)) loginTargets++;
  }
  return {
    channels: table?.size ?? 0,
    busiest: worst.busiest,
    ...readBeacons(entries, profile.originator?.activity),
    login: worst.login,
    loginTargets,
    upload: worst.upload,
    longest: worst.longest,
    icmp: worst.icmp,
    portsAtOneResponder: exact ? ports.mostPorts() : NaN,
    failedTargetsOnOnePort: exact ? failures.mostResponders() : NaN,
    failedPortsAtOneTarget: exact ? failures.mostPorts() : NaN,
    unlisted: exact ? unlisted.channels : NaN,
    unlistedLongestUs: unlisted.longestUs,
    unlistedUpload: unlisted.upload,
    miningFlows: exact ? miningFlows : NaN,
  };
}

/** Channels by responder and by port. */
class KnockCounts {
  readonly #byResponder = new Map<number | string, number>();
  readonly #byPort = new Map<number, number>();

  add(key: ChannelKey): void {
    const responder = responderOf(key);
    const port = key.protocol * 65_536 + key.responderPort;
    this.#byResponder.set(responder, (this.#byResponder.get(responder) ?? 0) + 1);
    this.#byPort.set(port, (this.#byPort.get(port) ?? 0) + 1);
  }

  mostPorts(): number {
    return Math.max(0, ...this.#byResponder.values());
  }

  mostResponders(): number {
    return Math.max(0, ...this.#byPort.values());
  }
}

function isUnlisted({ protocol, responderPort }: ChannelKey): boolean {
  return protocol === TCP && serviceOf(protocol, responderPort, '') === '';
}

function readBeacons(
  entries: readonly ChannelEntry[],
  activity: TimeRange | undefined,
): Pick<ChannelReadings, 'beacon' | 'beacons'> {
  let beacon: BeaconChannel | undefined;
  let beacons = 0;
  for (const [key, channel] of entries) {
    const score = activity && beaconScore(channel, activity.firstUs, activity.lastUs);
    if (score === undefined) continue;
    if (score.score >= CLEAR_BEACON && score.contacts >= 8) beacons++;
    const best = beacon?.beacon.score ?? -1;
    const isFirst = score.score === best && comesBefore(key, beacon?.key);
    if (score.score > best || isFirst) beacon = { key, channel, beacon: score };
  }
  return { beacon, beacons };
}

function miningFlowsOf(channel: Channel): number {
  return channel.messages('miningMessages') > 0 ? channel.flows : 0;
}

/** A login service with at least three sessions of one shape. */
function isKnockedAt({ key, channel }: NotableChannel): boolean {
  return isLogin(key) && channel.flows >= 3 && channel.shapes.top() >= 3;
}

function keepWorst(
  notable: NotableChannel,
  worst: Partial<Record<Kind, NotableChannel>>,
  most: Record<Kind, number>,
): void {
  const { channel, key } = notable;
  keep('busiest', channel.flows, notable, worst, most);
  keep('upload', channel.originatorBytes, notable, worst, most);
  keep('longest', channel.longestUs, notable, worst, most);
  if (isLogin(key)) {
    const knocks = Math.max(channel.flows, channel.messages('loginFailures'));
    keep('login', knocks, notable, worst, most);
  }
  if (key?.protocol === ICMP || key?.protocol === ICMPV6) {
    keep('icmp', channel.originatorBytes, notable, worst, most);
  }
}

/** A channel that has nothing of a kind is not the worst of it. */
function keep(
  kind: Kind,
  amount: number,
  notable: NotableChannel,
  worst: Partial<Record<Kind, NotableChannel>>,
  most: Record<Kind, number>,
): void {
  if (amount < most[kind] || amount === 0) return;
  if (amount === most[kind] && !comesBefore(notable.key, worst[kind]?.key)) return;
  most[kind] = amount;
  worst[kind] = notable;
}

/** Lanes are read in their order. */
function comesBefore(key: ChannelKey | undefined, other: ChannelKey | undefined): boolean {
  return key !== undefined && other !== undefined && compareKeys(key, other) < 0;
}

function isLogin(key: ChannelKey | undefined): boolean {
  return key !== undefined && isLoginService(serviceOf(key.protocol, key.responderPort, ''));
}
