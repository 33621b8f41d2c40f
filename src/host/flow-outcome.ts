import type { ConnState, Flow } from '../flow/flow.ts';

/**
 * What became of a flow, seen from its originator:
 * - `succeeded`: the responder spoke the protocol back (TCP: handshake or data both ways; UDP, ICMP: any answer);
 * - `rejected`: the responder refused (RST);
 * - `unanswered`: nothing came back;
 * - `unsolicited`: only the responder was heard (answers to spoofed or unseen requests: backscatter).
 */
export const FLOW_OUTCOMES = ['succeeded', 'rejected', 'unanswered', 'unsolicited'] as const;
export type FlowOutcome = (typeof FLOW_OUTCOMES)[number];

const TCP = 6;

/** What Zeek's states say of TCP; `OTH` says nothing. */
const OUTCOME_OF_STATE: Readonly<Partial<Record<ConnState, FlowOutcome>>> = {
  REJ: 'rejected',
  S0: 'unanswered',
  SH: 'unanswered',
  RSTOS0: 'unanswered',
  SHR: 'unsolicited',
  RSTRH: 'unsolicited',
  SF: 'succeeded',
  S1: 'succeeded',
  S2: 'succeeded',
  S3: 'succeeded',
  RSTO: 'succeeded',
  RSTR: 'succeeded',
};

type Told = Pick<
  Flow,
  'protocol' | 'connState' | 'established' | 'originatorPackets' | 'responderPackets' | 'originatorBytes' | 'responderBytes'
>; // prettier-ignore

export function flowOutcome(flow: Told): FlowOutcome {
  if (flow.protocol === TCP) {
    const told = flow.connState === '' ? undefined : OUTCOME_OF_STATE[flow.connState];
    if (told !== undefined) return told;
    if (flow.established) return 'succeeded';
  }
  const originatorSpoke = spoke(flow.originatorPackets, flow.originatorBytes);
  const responderSpoke = spoke(flow.responderPackets, flow.responderBytes);
  if (originatorSpoke === false && responderSpoke === true) return 'unsolicited';
  if (responderSpoke === undefined) return flow.connState === 'S0' ? 'unanswered' : 'succeeded';
  return responderSpoke ? 'succeeded' : 'unanswered';
}

/** `undefined` where the input does not say. */
function spoke(packets: number, bytes: number): boolean | undefined {
  if (!Number.isNaN(packets)) return packets > 0;
  return Number.isNaN(bytes) ? undefined : bytes > 0;
}
