import type { Verdict } from './verdict.ts';

/** Sources of one flood are one finding: a crowd has at least this many. */
const CROWD = 50;

/** Verdicts on sources of a flood of one target, as they add up: parts merged in any order are the whole. */
export interface CrowdPart {
  readonly members: number;
  /** The one with the highest attack score, the first by its host's text among equals. */
  readonly strongest: Verdict;
  /** By its host's text. */
  readonly firstHost: string;
  readonly startUs: number;
  readonly endUs: number;
  readonly sourceProven: boolean;
  readonly flows: number;
  readonly packets: number;
  readonly bytes: number;
}

export function crowdOfOne(verdict: Verdict): CrowdPart {
  const { window, observed, sourceProven, host } = verdict;
  return {
    members: 1,
    strongest: verdict,
    firstHost: host,
    startUs: window.startUs,
    endUs: window.endUs,
    sourceProven,
    flows: observed.flows,
    packets: observed.packets ?? 0,
    bytes: observed.bytes ?? 0,
  };
}

export function mergeCrowds(a: CrowdPart, b: CrowdPart): CrowdPart {
  return {
    members: a.members + b.members,
    strongest: isStronger(b.strongest, a.strongest) ? b.strongest : a.strongest,
    firstHost: b.firstHost < a.firstHost ? b.firstHost : a.firstHost,
    startUs: Math.min(a.startUs, b.startUs),
    endUs: Math.max(a.endUs, b.endUs),
    sourceProven: a.sourceProven && b.sourceProven,
    flows: a.flows + b.flows,
    packets: a.packets + b.packets,
    bytes: a.bytes + b.bytes,
  };
}

/** `host: "*"`: the aggregate of sources judged to flood one target; `undefined` for fewer than a crowd. */
export function crowdVerdict(target: string, crowd: CrowdPart): Verdict | undefined {
  const { members, strongest } = crowd;
  if (members < CROWD) return undefined;
  const text = `${members.toLocaleString('en-US')} sources flood ${target}`;
  return {
    ...strongest,
    host: '*',
    window: { startUs: crowd.startUs, endUs: crowd.endUs },
    sourceProven: crowd.sourceProven,
    reasons: [
      { feature: 'target_sources', value: members, contribution: 0, text },
      ...strongest.reasons,
    ],
    observed: {
      flows: crowd.flows,
      packets: strongest.observed.packets === null ? null : crowd.packets,
      bytes: strongest.observed.bytes === null ? null : crowd.bytes,
    },
  };
}

function isStronger(a: Verdict, b: Verdict): boolean {
  return a.attackScore > b.attackScore || (a.attackScore === b.attackScore && a.host < b.host);
}
