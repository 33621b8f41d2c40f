import { addErrors, hasEnded, mergeFacts, type FlowFacts } from './flow-facts.ts';
import { toFlow } from './to-flow.ts';
import { originatorIsA } from './conn-state.ts';
import { cutBefore, flowRules, type FlowRules, type FlowTableOptions } from './flow-options.ts';
import { belongs } from './flow-splitting.ts';
import type { TrafficSink } from './event.ts';

/**
 * A stretch of packets of one key at the edge of a part, all of one flow whatever stood before the part.
 * Stretches of one key are in the order of the capture. One of no packets is an ICMP error that came before any
 * packet of its key: it is of the flow before the part, if there is one.
 */
export interface EdgeFlow {
  readonly facts: FlowFacts;
  /** Its first packet in the order of the capture, which decides whether it joins what is before it. */
  readonly firstUs: number;
  readonly firstIsSyn: boolean;
  /** Nothing before it in the capture can belong to the same flow. */
  readonly isNew: boolean;
  /** The clock's highest second in the part up to its first packet, if it is the first of its key. */
  readonly highBefore: number | undefined;
  /** `undefined`: nothing later belongs to it, or the next stretch of this key says. */
  readonly lowAfter: number | undefined;
  /** Nothing later belongs to it. */
  readonly isOver: boolean;
}

/** What a part of a capture leaves open: plain values, to be sent anywhere and stitched there. */
export interface FlowPart {
  readonly edges: readonly EdgeFlow[];
  /** `undefined` for a part without packets. */
  readonly clock: PartClock | undefined;
}

interface PartClock {
  readonly lowSeconds: number;
  readonly highSeconds: number;
  /** The clock rose so far within the part that no flow from before it is open after it. */
  readonly forgets: boolean;
}

/** "No later packet": kept finite so that a part survives JSON. */
export const NEVER = Number.MAX_SAFE_INTEGER;

interface Carried {
  facts: FlowFacts;
  bucketUs: number;
  /** The clock's lowest second since its last packet. */
  low: number;
  /** The part it was last seen in. */
  part: number;
}

/** Emits the flows that the parts left open, the parts in the order of the capture, as one table would have. */
export function stitchParts(
  parts: Iterable<FlowPart>,
  sink: Pick<TrafficSink, 'flow'>,
  options: FlowTableOptions = {},
): void {
  const rules = flowRules(options);
  const open = new Map<string, Carried>();
  let number = 0;
  for (const part of parts) {
    number++;
    for (const edge of part.edges) stitchEdge(open, edge, number, sink, rules);
    if (part.clock !== undefined) passPart(open, part.clock, number, sink, rules);
  }
  for (const { facts } of open.values()) sink.flow(toFlow(facts));
}

function stitchEdge(
  open: Map<string, Carried>,
  edge: EdgeFlow,
  part: number,
  sink: Pick<TrafficSink, 'flow'>,
  rules: FlowRules,
): void {
  const key = keyText(edge.facts);
  const before = open.get(key);
  if (edge.facts.packetsA + edge.facts.packetsB === 0) {
    if (before !== undefined && !isForgotten(before, edge, rules)) {
      before.facts = addErrors(before.facts, edge.facts);
    }
    return;
  }
  const carried = before === undefined ? begin(edge, '', rules) : join(before, edge, sink, rules);
  carried.part = part;
  carried.low = edge.lowAfter ?? NEVER;
  if (edge.isOver) {
    open.delete(key);
    sink.flow(toFlow(carried.facts));
  } else open.set(key, carried);
}

function join(
  before: Carried,
  edge: EdgeFlow,
  sink: Pick<TrafficSink, 'flow'>,
  rules: FlowRules,
): Carried {
  const { facts, bucketUs } = before;
  const flow = {
    protocol: facts.protocol,
    endUs: facts.endUs,
    bucketUs,
    ended: hasEnded(facts),
  };
  const how =
    edge.isNew || isForgotten(before, edge, rules)
      ? 'splits'
      : belongs(flow, edge.firstUs, edge.firstIsSyn, rules);
  if (how === 'joins') return { ...before, facts: mergeFacts(facts, edge.facts) };
  sink.flow(toFlow(facts));
  return begin(edge, how === 'cuts' ? (originatorIsA(facts) ? 'A' : 'B') : '', rules);
}

function isForgotten(before: Carried, edge: EdgeFlow, rules: FlowRules): boolean {
  return edge.highBefore !== undefined && edge.highBefore - before.low >= rules.forgetAfterSeconds;
}

function begin(edge: EdgeFlow, inherited: FlowFacts['inherited'], rules: FlowRules): Carried {
  const facts = edge.isNew ? edge.facts : { ...edge.facts, inherited };
  return { facts, bucketUs: cutBefore(rules, edge.firstUs), low: NEVER, part: 0 };
}

/** Lets the clock of a whole part pass over the flows that have no packet in it. */
function passPart(
  open: Map<string, Carried>,
  clock: PartClock,
  part: number,
  sink: Pick<TrafficSink, 'flow'>,
  rules: FlowRules,
): void {
  for (const [key, carried] of open) {
    if (carried.part === part) continue;
    if (clock.forgets || clock.highSeconds - carried.low >= rules.forgetAfterSeconds) {
      open.delete(key);
      sink.flow(toFlow(carried.facts));
    } else carried.low = Math.min(carried.low, clock.lowSeconds);
  }
}

function keyText(facts: FlowFacts): string {
  const direction = facts.oneWay ? (facts.firstByA ? 'A' : 'B') : '';
  return `${facts.protocol}${direction} ${facts.addressA} ${facts.portA} ${facts.addressB} ${facts.portB}`;
}
