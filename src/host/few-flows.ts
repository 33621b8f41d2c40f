import type { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import type { Flow } from '../flow/flow.ts';
import { decodeFlow, encodeFlow } from './flow-sample.ts';

/** A host with no more flows than these, and no events, is written as the flows. */
export const FEW_FLOWS = 4;

/** Their number, and the flows in the order of their bytes. */
export function encodeFewFlows(writer: ByteWriter, flows: readonly Flow[]): void {
  writer.varint(flows.length);
  if (flows.length === 1) {
    encodeFlow(writer, flows[0]!);
    return;
  }
  for (const bytes of flows.map(bytesOf).sort(compareBytes)) writer.slice(bytes);
}

/** Marks the reader unless they are 1 … 4 flows of that host, in order. */
export function decodeFewFlows(reader: ByteReader, host: string): Flow[] {
  const count = reader.varint();
  if (count < 1 || count > FEW_FLOWS) reader.truncated = true;
  const flows: Flow[] = [];
  let before: Uint8Array = new Uint8Array(0);
  for (let i = 0; i < count && !reader.truncated; i++) {
    const start = reader.offset;
    const flow = decodeFlow(reader);
    const bytes = reader.bytes.subarray(start, reader.offset);
    const isOwn = flow.originator === host || flow.responder === host;
    if (!isOwn || compareBytes(bytes, before) < 0) reader.truncated = true;
    flows.push(flow);
    before = bytes;
  }
  return flows;
}

function bytesOf(flow: Flow): Uint8Array {
  const writer = new ByteWriter(128);
  encodeFlow(writer, flow);
  return writer.toBytes();
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}
