import { mergeLetters } from './flow-letters.ts';
import type { TunnelFact } from './flow-tunnels.ts';
import { mergeSpans, type SequenceSpan } from './sequence-span.ts';

/**
 * What is known of a flow before anybody decides who began it: endpoint A is the lower (address, then port),
 * B the higher. Everything in it merges, so that the facts of two pieces are the facts of the whole; the
 * direction, `conn_state` and `history` are functions of them. Plain values only: it is encoded as it is.
 */
export interface FlowFacts {
  readonly protocol: number;
  /** An ICMP message nobody answers: its key holds for one direction only. */
  readonly oneWay: boolean;
  readonly addressA: string;
  readonly addressB: string;
  readonly portA: number;
  readonly portB: number;
  readonly startUs: number;
  readonly endUs: number;
  readonly packetsA: number;
  readonly packetsB: number;
  readonly ipBytesA: number;
  readonly ipBytesB: number;
  /** As they came: `payloadOf` takes off what came twice. */
  readonly payloadA: number;
  readonly payloadB: number;
  /** Of TCP data; absent where there is none, or where a segment's number was cut off. */
  readonly spanA?: SequenceSpan | undefined;
  readonly spanB?: SequenceSpan | undefined;
  /** A segment of that side had no sequence number: its span says nothing. */
  readonly unnumberedA: boolean;
  readonly unnumberedB: boolean;
  /** First occurrences in the order of the capture, upper case by A, lower case by B: see `flow-letters.ts`. */
  readonly letters: string;
  /** A sent the first packet. */
  readonly firstByA: boolean;
  /** Who began, known from the piece before the cut: `''` when this is the beginning. */
  readonly inherited: 'A' | 'B' | '';
  readonly service: string;
  /** The outermost tunnel of the first packet. */
  readonly tunnel?: TunnelFact | undefined;
  /** What ICMP errors said of A's and of B's packets: see `icmp-error.ts`. */
  readonly errorsA: number;
  readonly errorsB: number;
}

/** The facts of both pieces, `earlier` before `later` in the capture. */
export function mergeFacts(earlier: FlowFacts, later: FlowFacts): FlowFacts {
  return {
    ...earlier,
    startUs: Math.min(earlier.startUs, later.startUs),
    endUs: Math.max(earlier.endUs, later.endUs),
    packetsA: earlier.packetsA + later.packetsA,
    packetsB: earlier.packetsB + later.packetsB,
    ipBytesA: earlier.ipBytesA + later.ipBytesA,
    ipBytesB: earlier.ipBytesB + later.ipBytesB,
    payloadA: earlier.payloadA + later.payloadA,
    payloadB: earlier.payloadB + later.payloadB,
    spanA: mergeSpans(earlier.spanA, later.spanA),
    spanB: mergeSpans(earlier.spanB, later.spanB),
    unnumberedA: earlier.unnumberedA || later.unnumberedA,
    unnumberedB: earlier.unnumberedB || later.unnumberedB,
    letters: mergeLetters(earlier.letters, later.letters),
    service: earlier.service === '' ? later.service : earlier.service,
    errorsA: earlier.errorsA | later.errorsA,
    errorsB: earlier.errorsB | later.errorsB,
  };
}

/** What an ICMP error adds to the flow that caused it; the error is nobody's packet. */
export function addErrors(facts: FlowFacts, error: FlowFacts): FlowFacts {
  return {
    ...facts,
    errorsA: facts.errorsA | error.errorsA,
    errorsB: facts.errorsB | error.errorsB,
  };
}

/** True once a FIN or RST was seen: the next SYN begins another flow. */
export function hasEnded(facts: FlowFacts): boolean {
  return /[friq]/i.test(facts.letters);
}
