import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { CONN_STATES, type ConnState, type Flow } from '../flow/flow.ts';
import { BottomK } from '../stats/bottom-k.ts';
import { hashNumbers, hashText } from '../stats/hash.ts';

/** The flows kept as evidence, chosen by hash: the same few whatever order the traffic came in. */
const EVIDENCE_FLOWS = 6;

export function emptyFlowSample(): BottomK<Flow> {
  return new BottomK<Flow>(EVIDENCE_FLOWS, { encode: encodeFlow, decode: decodeFlow });
}

export function decodeFlowSample(reader: ByteReader): BottomK<Flow> {
  return BottomK.decode(reader, EVIDENCE_FLOWS, { encode: encodeFlow, decode: decodeFlow });
}

export function flowHash(flow: Flow): number {
  const ends = hashText(
    `${flow.originator} ${flow.originatorPort} ${flow.responder} ${flow.responderPort} ${flow.protocol}`,
  );
  return hashNumbers(ends, flow.startUs);
}

const NUMBERS = [
  'startUs', 'endUs', 'originatorPort', 'responderPort', 'protocol', 'originatorPackets', 'responderPackets',
  'originatorIpBytes', 'responderIpBytes', 'originatorBytes', 'responderBytes',
] as const; // prettier-ignore

function encodeFlow(writer: ByteWriter, flow: Flow): void {
  for (const name of NUMBERS) writer.f64le(flow[name]);
  writer.text(flow.originator);
  writer.text(flow.responder);
  writer.text(flow.service);
  writer.text(flow.connState);
  writer.text(flow.history);
  writer.u8(flow.established ? 1 : 0);
}

function decodeFlow(reader: ByteReader): Flow {
  const numbers = Object.fromEntries(NUMBERS.map((name) => [name, reader.f64le()])) as Record<
    (typeof NUMBERS)[number],
    number
  >;
  const [originator, responder, service] = [reader.text(), reader.text(), reader.text()];
  const state = reader.text();
  const connState = (CONN_STATES as readonly string[]).includes(state) ? (state as ConnState) : '';
  return {
    ...numbers,
    originator,
    responder,
    service,
    connState,
    history: reader.text(),
    established: reader.u8() === 1,
  };
}
