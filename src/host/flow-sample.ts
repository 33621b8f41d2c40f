import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { CONN_STATES, type ConnState, type Flow, type IcmpError } from '../flow/flow.ts';
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

/** 0 in the bytes says none, as in a flow that has none. */
const ICMP_ERRORS: readonly (IcmpError | undefined)[] = [undefined, 'unreachable', 'timeExceeded', 'other']; // prettier-ignore

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
  const state = CONN_STATES.indexOf(flow.connState as ConnState) + 1;
  const error = Math.max(0, ICMP_ERRORS.indexOf(flow.icmpError));
  writer.u8((error << 5) | (state << 1) | (flow.established ? 1 : 0));
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

/** Bit 0 says established, bits 1 … 4 the state, bits 5 and 6 the ICMP error. */
function readEnding(reader: ByteReader): Pick<Flow, 'connState' | 'established' | 'icmpError'> {
  const ending = reader.u8();
  const state = (ending >> 1) & 0x0f;
  if (state > CONN_STATES.length || ending > 0x7f) reader.truncated = true;
  const end = { connState: CONN_STATES[state - 1] ?? '', established: (ending & 1) === 1 } as const;
  const icmpError = ICMP_ERRORS[ending >> 5];
  return icmpError === undefined ? end : { ...end, icmpError };
}
