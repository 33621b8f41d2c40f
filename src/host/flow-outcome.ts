import type { Flow } from '../flow/flow.ts';

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

export function flowOutcome(flow: Flow): FlowOutcome {
  const originatorSpoke = spoke(flow.originatorPackets, flow.originatorBytes);
  const responderSpoke = spoke(flow.responderPackets, flow.responderBytes);
  if (flow.protocol === TCP) {
    switch (flow.connState) {
      case 'REJ':
        return 'rejected';
      case 'S0':
      case 'SH':
      case 'RSTOS0':
        return 'unanswered';
      case 'SHR':
      case 'RSTRH':
        return 'unsolicited';
      case 'SF':
      case 'S1':
      case 'S2':
      case 'S3':
      case 'RSTO':
      case 'RSTR':
        return 'succeeded';
      case 'OTH':
      case '':
        break;
    }
    if (flow.established) return 'succeeded';
  }
  if (originatorSpoke === false && responderSpoke === true) return 'unsolicited';
  if (responderSpoke === undefined) return flow.connState === 'S0' ? 'unanswered' : 'succeeded';
  return responderSpoke ? 'succeeded' : 'unanswered';
}

/** `undefined` where the input does not say. */
function spoke(packets: number, bytes: number): boolean | undefined {
  if (!Number.isNaN(packets)) return packets > 0;
  return Number.isNaN(bytes) ? undefined : bytes > 0;
}
