import { connStateOf, historyOf, isEstablished, originatorIsA } from './conn-state.ts';
import type { FlowFacts } from './flow-facts.ts';
import type { ConnState, Flow, FlowTunnel } from './flow.ts';
import { worstIcmpError } from './icmp-error.ts';
import { payloadOf } from './sequence-span.ts';

/** The flow that the facts amount to. */
export function toFlow(facts: FlowFacts): Flow {
  const a = originatorIsA(facts);
  const payloadA = payloadOf(facts.payloadA, facts.unnumberedA ? undefined : facts.spanA);
  const payloadB = payloadOf(facts.payloadB, facts.unnumberedB ? undefined : facts.spanB);
  const { connState, history, established } = outcomeOf(facts, a);
  const flow: Mutable<Flow> = {
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
    originatorBytes: a ? payloadA : payloadB,
    responderBytes: a ? payloadB : payloadA,
    connState,
    history,
    established,
  };
  if (facts.tunnel !== undefined) flow.tunnel = tunnelOf(facts.tunnel, a);
  const icmpError = worstIcmpError(a ? facts.errorsA : facts.errorsB);
  if (icmpError !== undefined) flow.icmpError = icmpError;
  return flow;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function tunnelOf(fact: NonNullable<FlowFacts['tunnel']>, a: boolean): FlowTunnel {
  return {
    kind: fact.kind,
    originator: a ? fact.addressA : fact.addressB,
    responder: a ? fact.addressB : fact.addressA,
  };
}

interface Outcome {
  readonly connState: ConnState;
  readonly history: string;
  readonly established: boolean;
}

const MOST_REMEMBERED = 4096;
const outcomes = new Map<string, (Outcome | undefined)[]>();

/** How it ended, remembered: of a million flows nearly all have one of a few dozen outcomes. */
function outcomeOf(facts: FlowFacts, a: boolean): Outcome {
  const { protocol, letters } = facts;
  let known = outcomes.get(letters);
  if (known === undefined) {
    if (outcomes.size >= MOST_REMEMBERED) outcomes.clear();
    known = [];
    outcomes.set(letters, known);
  }
  // Whatever the three functions look at besides the letters.
  const place =
    (protocol === 6 ? 0 : protocol === 17 ? 1 : 2) * 64 +
    (a ? 1 : 0) +
    (facts.packetsA > 0 ? 2 : 0) +
    (facts.packetsB > 0 ? 4 : 0) +
    (facts.payloadA + facts.payloadB > 0 ? 8 : 0) +
    (facts.firstByA ? 16 : 0) +
    (facts.inherited === '' ? 32 : 0);
  return (known[place] ??= {
    connState: connStateOf(facts, a),
    history: historyOf(facts, a),
    established: isEstablished(facts, a),
  });
}
