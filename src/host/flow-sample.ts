import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { CONN_STATES, type ConnState, type Flow } from '../flow/flow.ts';
import { BottomK } from '../stats/bottom-k.ts';
import { readTextKey, toTextKey, writeTextKey } from '../stats/text-key.ts';
import { isHostText, isUsableFlow } from './usable-traffic.ts';

/** The flows kept as evidence, chosen by hash: the same few whatever order the traffic came in. */
const EVIDENCE_FLOWS = 6;

const CODEC = { encode: encodeFlow, decode: decodeFlow };

export function emptyFlowSample(): BottomK<Flow> {
  return new BottomK<Flow>(EVIDENCE_FLOWS, CODEC);
}

export function decodeFlowSample(reader: ByteReader): BottomK<Flow> {
  return BottomK.decode(reader, EVIDENCE_FLOWS, CODEC);
}

/** In the order of their bytes, which `decodeFlow` follows. */
const NUMBERS = [
  'startUs', 'endUs', 'originatorPort', 'responderPort', 'protocol', 'originatorPackets', 'responderPackets',
  'originatorIpBytes', 'responderIpBytes', 'originatorBytes', 'responderBytes',
] as const; // prettier-ignore

/** 0 says `NaN`, else one more than the number. */
function writeNumber(writer: ByteWriter, value: number): void {
  writer.varint(Number.isNaN(value) ? 0 : value + 1);
}

function readNumber(reader: ByteReader): number {
  const value = reader.varint();
  return value === 0 ? NaN : value - 1;
}

export function encodeFlow(writer: ByteWriter, flow: Flow): void {
  for (const name of NUMBERS) writeNumber(writer, flow[name]);
  writeTextKey(writer, toTextKey(flow.originator));
  writeTextKey(writer, toTextKey(flow.responder));
  writeTextKey(writer, toTextKey(flow.service));
  writeTextKey(writer, toTextKey(flow.history));
  writer.u8(
    (CONN_STATES.indexOf(flow.connState as ConnState) + 1) * 2 + (flow.established ? 1 : 0),
  );
}

/** Marks the reader on flows that no summary could hold. */
export function decodeFlow(reader: ByteReader): Flow {
  const flow: Flow = {
    startUs: readNumber(reader),
    endUs: readNumber(reader),
    originatorPort: readNumber(reader),
    responderPort: readNumber(reader),
    protocol: readNumber(reader),
    originatorPackets: readNumber(reader),
    responderPackets: readNumber(reader),
    originatorIpBytes: readNumber(reader),
    responderIpBytes: readNumber(reader),
    originatorBytes: readNumber(reader),
    responderBytes: readNumber(reader),
    originator: readTextKey(reader),
    responder: readTextKey(reader),
    service: readTextKey(reader),
    history: readTextKey(reader),
    ...readEnding(reader),
  };
  if (!isUsableFlow(flow) || !isHostText(flow.originator) || !isHostText(flow.responder)) {
    reader.truncated = true;
  }
  return flow;
}

function readEnding(reader: ByteReader): Pick<Flow, 'connState' | 'established'> {
  const ending = reader.u8();
  if (ending >> 1 > CONN_STATES.length) reader.truncated = true;
  return { connState: CONN_STATES[(ending >> 1) - 1] ?? '', established: (ending & 1) === 1 };
}
