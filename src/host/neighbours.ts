import type { NotableChannel } from './channel-readings.ts';
import type { HostTable } from './host-table.ts';
import type { HostProfile } from './host-profile.ts';
import type { Role } from './flow-digest.ts';
import type { SideProfile } from './side-profile.ts';

/**
 * What a host's strongest peer looked like to everybody: a source with one packet shows nothing by itself, its
 * target shows the flood. `NaN` where there is no such peer. Read from merged profiles, never from flows.
 */
export interface NeighbourContext {
  /** The responder of the busiest channel, as all its originators saw it. */
  readonly target: string | undefined;
  readonly targetSources: number;
  readonly targetUnansweredShare: number;
  readonly targetFlowsPerSource: number;
  readonly targetFlowRate: number;
  readonly targetAlikeShare: number;
  /** This host's share of the target's flows. */
  readonly targetOwnShare: number;
  /** The originator that this responder's answers went to, when it had not asked for any. */
  readonly victim: string | undefined;
  readonly victimSources: number;
  readonly victimUnsolicitedShare: number;
  readonly victimFlowRate: number;
}

/**
 * The context of a host: one exchange along its busiest channel. Crowds share a target, so what was read of busy
 * targets is kept in `known` for the next host of the same table.
 */
export function neighbourContext(
  table: HostTable,
  host: string,
  profile: HostProfile,
  busiest: NotableChannel | undefined,
  known = new Map<string, SideReading>(),
): NeighbourContext {
  const neighbours = neighboursOf(host, profile, busiest);
  const atTarget = readOnce(known, 'responder', neighbours.target, table);
  const atVictim = readOnce(known, 'originator', neighbours.victim, table);
  return contextOf(neighbours, busiest, atTarget, atVictim);
}

/** Whom a host's context is read from: the one as responder, the other as originator. */
export interface Neighbours {
  readonly target: string | undefined;
  readonly victim: string | undefined;
}

export function neighboursOf(
  host: string,
  profile: HostProfile,
  busiest: NotableChannel | undefined,
): Neighbours {
  return { target: busiest?.key?.responder, victim: strongestVictim(host, profile) };
}

/** The context that the neighbours' sides amount to; `NOBODY` for a side that nothing is known of. */
export function contextOf(
  { target, victim }: Neighbours,
  busiest: NotableChannel | undefined,
  atTarget: SideReading,
  atVictim: SideReading,
): NeighbourContext {
  return {
    target,
    targetSources: atTarget.peers,
    targetUnansweredShare: atTarget.unansweredShare,
    targetFlowsPerSource: atTarget.flowsPerPeer,
    targetFlowRate: atTarget.flowRate,
    targetAlikeShare: atTarget.alikeShare,
    targetOwnShare: share(busiest?.channel.count('flows') ?? NaN, atTarget.flows),
    victim,
    victimSources: atVictim.peers,
    victimUnsolicitedShare: atVictim.unsolicitedShare,
    victimFlowRate: atVictim.flowRate,
  };
}

/** One side of a neighbour, in the numbers that its context is made of. */
export interface SideReading {
  readonly flows: number;
  readonly peers: number;
  readonly unansweredShare: number;
  readonly unsolicitedShare: number;
  readonly flowsPerPeer: number;
  readonly flowRate: number;
  readonly alikeShare: number;
}

/** Of sides with fewer flows reading anew costs less than keeping would. */
const BUSY_FLOWS = 64;

export const NOBODY: SideReading = {
  flows: NaN,
  peers: NaN,
  unansweredShare: NaN,
  unsolicitedShare: NaN,
  flowsPerPeer: NaN,
  flowRate: NaN,
  alikeShare: NaN,
};

function readOnce(
  known: Map<string, SideReading>,
  role: Role,
  host: string | undefined,
  table: HostTable,
): SideReading {
  if (host === undefined) return NOBODY;
  const key = `${role} ${host}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const side = table.side(host, role);
  if (side === undefined) return NOBODY;
  const reading = readSide(side);
  if (side.flows >= BUSY_FLOWS) known.set(key, reading);
  return reading;
}

export function readSide(side: SideProfile): SideReading {
  const peers = side.peers.estimate();
  return {
    flows: side.flows,
    peers,
    unansweredShare: share(side.outcome('unanswered'), side.flows),
    unsolicitedShare: share(side.outcome('unsolicited'), side.flows),
    flowsPerPeer: share(side.flows, peers),
    flowRate: flowRate(side),
    alikeShare: side.flowsByShape.share(),
  };
}

/** Flows a second while there were any: over the seconds in which one began, not over the recording. */
export function flowRate(side: SideProfile): number {
  return share(side.flows, side.activeSeconds.estimate());
}

/** The originator of the first unsolicited flow among the sampled ones that this host answered in. */
function strongestVictim(host: string, profile: HostProfile): string | undefined {
  if (profile.responder === undefined) return undefined;
  const flows = profile.evidence.values();
  return flows.find((flow) => flow.originatorPackets === 0 && flow.responder === host)?.originator;
}

function share(part: number, whole: number): number {
  return whole > 0 ? part / whole : NaN;
}
