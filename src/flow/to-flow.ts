import { connStateOf, historyOf, isEstablished, originatorIsA } from './conn-state.ts';
import type { FlowFacts } from './flow-facts.ts';
import type { Flow } from './flow.ts';

/** The flow that the facts amount to. */
export function toFlow(facts: FlowFacts): Flow {
  const a = originatorIsA(facts);
  return {
    startUs: facts.startUs,
    endUs: facts.endUs,
    originator: a ? facts.addressA : facts.addressB,
    responder: a ? facts.addressB : facts.addressA,
    originatorPort: a ? facts.portA : facts.portB,
    responderPort: a ? facts.portB : facts.portA,
    protocol: facts.protocol,
    service: facts.service,
    originatorPackets: a ? facts.packetsA : facts.packetsB,
    responderPackets: a ? facts.packetsB : facts.packetsA,
    originatorIpBytes: a ? facts.ipBytesA : facts.ipBytesB,
    responderIpBytes: a ? facts.ipBytesB : facts.ipBytesA,
    originatorBytes: a ? facts.payloadA : facts.payloadB,
    responderBytes: a ? facts.payloadB : facts.payloadA,
    connState: connStateOf(facts, a),
    history: historyOf(facts, a),
    established: isEstablished(facts, a),
  };
}
