import { ByteReader } from '../../bytes/byte-reader.ts';
import { ByteWriter } from '../../bytes/byte-writer.ts';
import { decodeEdgeFlow, encodeEdgeFlow } from '../../flow/edge-flow-codec.ts';
import type { EdgeFlow, FlowPart } from '../../flow/flow-part.ts';
import { hashText } from '../../stats/hash.ts';
import { EDGES } from './job-keys.ts';
import { WireError, type Put } from './job-record.ts';

/** Where a part of a recording stands in it: by the beginning of its file, and its place there. */
export interface PartPlace {
  readonly startUs: number;
  readonly path: string;
  readonly from: number;
  /** Nothing of its file comes before it. */
  readonly isStart: boolean;
  /** The latest packet; `-Infinity` without one. */
  readonly lastUs: number;
}

/** A part as one key of its recording has it: the edges of flows that belong under that key, not decoded yet. */
export interface RecordingPart {
  readonly place: PartPlace;
  readonly bytes: Uint8Array;
}

/** Flows of one recording are stitched under so many keys: each fits in memory, and each knows of all parts. */
const STITCH_KEYS = 64;

/** What a part of a recording leaves open, as records. */
export function putRecordingPart(
  put: Put,
  recording: string,
  place: PartPlace,
  part: FlowPart,
): void {
  const byKey = Array.from({ length: STITCH_KEYS }, (): EdgeFlow[] => []);
  for (const edge of part.edges) byKey[stitchKeyOf(edge)]!.push(edge);
  for (const [key, edges] of byKey.entries()) {
    const name = `${EDGES}${key.toString(16).padStart(2, '0')} ${recording}`;
    put(name, encodePart(place, { edges, clock: part.clock }));
  }
}

/** The parts in the order of the recording, cut where a file does not go on from the one before. */
export function joinedParts(parts: readonly RecordingPart[], slackUs: number): RecordingPart[][] {
  const ordered = [...parts].sort((a, b) => comparePlaces(a.place, b.place));
  const sequences: RecordingPart[][] = [];
  let latestUs = -Infinity;
  for (const part of ordered) {
    const { place } = part;
    const joins = sequences.length > 0 && !(place.isStart && place.startUs < latestUs - slackUs);
    if (!joins) {
      sequences.push([]);
      latestUs = -Infinity;
    }
    sequences.at(-1)!.push(part);
    latestUs = Math.max(latestUs, place.lastUs);
  }
  return sequences;
}

/** Throws `WireError` when the bytes do not begin as those of a part do. */
export function readRecordingPart(bytes: Uint8Array): RecordingPart {
  const reader = new ByteReader(bytes);
  const place = readPlace(reader);
  if (reader.truncated) throw new WireError('open flows without a place');
  return { place, bytes };
}

export function decodeFlowPart({ bytes }: RecordingPart): FlowPart {
  const reader = new ByteReader(bytes);
  readPlace(reader);
  const clock = reader.u8() === 0 ? undefined : readClock(reader);
  const edges: EdgeFlow[] = [];
  for (let left = reader.varint(); left > 0 && !reader.truncated; left--) {
    edges.push(decodeEdgeFlow(reader));
  }
  if (reader.truncated || reader.left > 0) throw new WireError('open flows that are damaged');
  return { edges, clock };
}

function encodePart(place: PartPlace, { edges, clock }: FlowPart): Uint8Array {
  const writer = new ByteWriter();
  writer.f64le(place.startUs);
  writer.text(place.path);
  writer.f64le(place.from);
  writer.u8(place.isStart ? 1 : 0);
  writer.f64le(place.lastUs);
  writer.u8(clock === undefined ? 0 : 1);
  if (clock !== undefined) {
    writer.f64le(clock.lowSeconds);
    writer.f64le(clock.highSeconds);
    writer.u8(clock.forgets ? 1 : 0);
  }
  writer.varint(edges.length);
  for (const edge of edges) encodeEdgeFlow(writer, edge);
  return writer.toBytes();
}

function readPlace(reader: ByteReader): PartPlace {
  return {
    startUs: reader.f64le(),
    path: reader.text(),
    from: reader.f64le(),
    isStart: reader.u8() === 1,
    lastUs: reader.f64le(),
  };
}

function readClock(reader: ByteReader): NonNullable<FlowPart['clock']> {
  const lowSeconds = reader.f64le();
  const highSeconds = reader.f64le();
  return { lowSeconds, highSeconds, forgets: reader.u8() === 1 };
}

/** The same for both directions of a flow, wherever a part saw it. */
function stitchKeyOf({ facts }: EdgeFlow): number {
  const { protocol, addressA, addressB, portA, portB } = facts;
  return hashText(`${protocol} ${addressA} ${portA} ${addressB} ${portB}`) % STITCH_KEYS;
}

function comparePlaces(a: PartPlace, b: PartPlace): number {
  return a.startUs - b.startUs || compareText(a.path, b.path) || a.from - b.from;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
