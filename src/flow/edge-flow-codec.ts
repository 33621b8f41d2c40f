import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { FlowFacts } from './flow-facts.ts';
import type { EdgeFlow } from './flow-part.ts';
import type { SequenceSpan } from './sequence-span.ts';

/** Yes and no, in the order of their bits. */
const FACT_FLAGS = ['oneWay', 'unnumberedA', 'unnumberedB', 'firstByA'] as const;
const EDGE_FLAGS = ['firstIsSyn', 'isNew', 'isOver'] as const;
const COUNTS = [
  'protocol', 'portA', 'portB', 'packetsA', 'packetsB', 'ipBytesA', 'ipBytesB', 'payloadA', 'payloadB', 'errorsA', 'errorsB',
] as const; // prettier-ignore
const TEXTS = ['addressA', 'addressB', 'letters', 'service', 'inherited'] as const;
const SPAN = ['first', 'last', 'reach', 'below', 'above'] as const;
const HAS_HIGH = 1 << 7;
const HAS_LOW = 1 << 8;
const HAS_SPAN_A = 1 << 9;
const HAS_SPAN_B = 1 << 10;
const HAS_TUNNEL = 1 << 11;

/** Writes a stretch of packets at the edge of a part, for the machine that stitches it. */
export function encodeEdgeFlow(writer: ByteWriter, edge: EdgeFlow): void {
  const { facts } = edge;
  const { spanA, spanB, tunnel } = facts;
  let flags = 0;
  for (const [i, name] of FACT_FLAGS.entries()) if (facts[name]) flags |= 1 << i;
  for (const [i, name] of EDGE_FLAGS.entries()) if (edge[name]) flags |= 1 << (4 + i);
  if (edge.highBefore !== undefined) flags |= HAS_HIGH;
  if (edge.lowAfter !== undefined) flags |= HAS_LOW;
  if (spanA !== undefined) flags |= HAS_SPAN_A;
  if (spanB !== undefined) flags |= HAS_SPAN_B;
  if (tunnel !== undefined) flags |= HAS_TUNNEL;
  writer.varint(flags);
  for (const name of COUNTS) writer.varint(facts[name]);
  for (const name of TEXTS) writer.text(facts[name]);
  // Times before 1970 and positions that went back are negative: no varint holds them.
  for (const time of [facts.startUs, facts.endUs, edge.firstUs]) writer.f64le(time);
  if (edge.highBefore !== undefined) writer.f64le(edge.highBefore);
  if (edge.lowAfter !== undefined) writer.f64le(edge.lowAfter);
  for (const span of [spanA, spanB]) {
    if (span !== undefined) for (const name of SPAN) writer.f64le(span[name]);
  }
  if (tunnel === undefined) return;
  for (const text of [tunnel.kind, tunnel.addressA, tunnel.addressB]) writer.text(text);
}

/** Marks the reader on bytes that `encodeEdgeFlow` did not write. */
export function decodeEdgeFlow(reader: ByteReader): EdgeFlow {
  const flags = reader.varint();
  const has = (bit: number): boolean => (flags & bit) !== 0;
  const counts = Object.fromEntries(COUNTS.map((name) => [name, reader.varint()])) as Record<(typeof COUNTS)[number], number>; // prettier-ignore
  const texts = Object.fromEntries(TEXTS.map((name) => [name, reader.text()])) as Record<(typeof TEXTS)[number], string>; // prettier-ignore
  const { inherited } = texts;
  if (inherited !== '' && inherited !== 'A' && inherited !== 'B') reader.truncated = true;
  const startUs = reader.f64le();
  const endUs = reader.f64le();
  const firstUs = reader.f64le();
  const highBefore = has(HAS_HIGH) ? reader.f64le() : undefined;
  const lowAfter = has(HAS_LOW) ? reader.f64le() : undefined;
  const facts: FlowFacts = {
    ...counts,
    ...texts,
    inherited: inherited as FlowFacts['inherited'],
    startUs,
    endUs,
    oneWay: has(1),
    unnumberedA: has(2),
    unnumberedB: has(4),
    firstByA: has(8),
    spanA: has(HAS_SPAN_A) ? decodeSpan(reader) : undefined,
    spanB: has(HAS_SPAN_B) ? decodeSpan(reader) : undefined,
    tunnel: has(HAS_TUNNEL)
      ? { kind: reader.text(), addressA: reader.text(), addressB: reader.text() }
      : undefined,
  };
  return {
    facts,
    firstUs,
    firstIsSyn: has(1 << 4),
    isNew: has(1 << 5),
    highBefore,
    lowAfter,
    isOver: has(1 << 6),
  };
}

function decodeSpan(reader: ByteReader): SequenceSpan {
  return {
    first: reader.f64le(),
    last: reader.f64le(),
    reach: reader.f64le(),
    below: reader.f64le(),
    above: reader.f64le(),
  };
}
