import { cutBefore, idleTimeoutOf, type FlowRules } from './flow-options.ts';

/** What becomes of a packet whose key has an open flow. */
export type Belongs =
  | 'joins'
  /** Another flow: it was idle too long, or a SYN after FIN or RST. */
  | 'splits'
  /** The next piece of the same conversation, on the other side of an epoch-aligned instant. */
  | 'cuts';

export interface OpenFlow {
  readonly protocol: number;
  readonly endUs: number;
  /** The epoch-aligned instant before its first packet. */
  readonly bucketUs: number;
  readonly ended: boolean;
}

/**
 * The splitting rule: a function of the flow's own facts and the packet's time and flags. A packet older than
 * the flow's last by less than the idle time-out belongs to it (captures are not quite in order).
 */
export function belongs(flow: OpenFlow, timeUs: number, isSyn: boolean, rules: FlowRules): Belongs {
  const gap = timeUs - flow.endUs;
  const idle = idleTimeoutOf(rules, flow.protocol);
  if (gap >= idle || gap <= -idle || (isSyn && flow.ended)) return 'splits';
  return cutBefore(rules, timeUs) === flow.bucketUs ? 'joins' : 'cuts';
}
