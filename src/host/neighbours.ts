import type { HostTable } from './host-table.ts';
import type { HostProfile } from './host-profile.ts';
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

/** The context of every host of a table: one exchange along each host's busiest channel. */
export function neighbourContext(table: HostTable, profile: HostProfile): NeighbourContext {
  const target = busiestResponder(profile);
  const atTarget = target === undefined ? undefined : table.get(target)?.responder;
  const victim = profile.responder === undefined ? undefined : strongestVictim(profile);
  const atVictim = victim === undefined ? undefined : table.get(victim)?.originator;
  return {
    target,
    targetSources: atTarget?.peers.estimate() ?? NaN,
    targetUnansweredShare: atTarget ? atTarget.outcome('unanswered') / atTarget.flows : NaN,
    targetFlowsPerSource: atTarget ? atTarget.flows / atTarget.peers.estimate() : NaN,
    targetFlowRate: atTarget ? flowRate(atTarget) : NaN,
    targetAlikeShare: atTarget?.flowsByShape.share() ?? NaN,
    targetOwnShare: atTarget ? busiestFlows(profile) / atTarget.flows : NaN,
    victim,
    victimSources: atVictim?.peers.estimate() ?? NaN,
    victimUnsolicitedShare: atVictim ? atVictim.outcome('unsolicited') / atVictim.flows : NaN,
    victimFlowRate: atVictim ? flowRate(atVictim) : NaN,
  };
}

/** Flows a second while there were any: over the buckets with activity, not over the recording. */
export function flowRate(side: SideProfile): number {
  const { activity } = side;
  return activity.total / ((activity.activeBuckets * activity.widthUs) / 1e6);
}

function busiestResponder(profile: HostProfile): string | undefined {
  let best: string | undefined;
  let most = 0;
  for (const [key, channel] of profile.channels?.entries() ?? []) {
    const flows = channel.count('flows');
    if (key !== undefined && flows > most) {
      best = key.responder;
      most = flows;
    }
  }
  return best;
}

function busiestFlows(profile: HostProfile): number {
  let most = 0;
  for (const [, channel] of profile.channels?.entries() ?? [])
    most = Math.max(most, channel.count('flows'));
  return most;
}

/** The originator of the first unsolicited flow among the sampled ones. */
function strongestVictim(profile: HostProfile): string | undefined {
  return profile.evidence.values().find((flow) => flow.originatorPackets === 0)?.originator;
}
