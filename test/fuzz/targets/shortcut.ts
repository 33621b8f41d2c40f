import { CaptureDecoder } from '../../../src/capture/capture-decoder.ts';
import { FragmentTable } from '../../../src/capture/fragment-table.ts';
import type { Packet } from '../../../src/capture/packet.ts';
import { FlowTable } from '../../../src/flow/flow-table.ts';
import type { TrafficSink } from '../../../src/flow/event.ts';
import { MessageReader } from '../../../src/flow/messages/message-reader.ts';
import { CaptureSequence } from '../../../src/flow/read-capture.ts';
import { PlainAsPackets } from '../../capture/plain-as-packets.ts';
import { Digest, Outcome } from '../digest.ts';
import { cutsOf, eachChunk, mustHold, type FuzzTarget } from '../fuzz-target.ts';
import { syntheticCaptures } from '../synthetic-traffic.ts';
import { dialects } from './capture.ts';
import { checkPacket } from './frames.ts';

/**
 * A capture file: the short way of plain packets must give the packets of the long one, in its order, and the flows,
 * events and counts that follow from them.
 */
export const shortcut: FuzzTarget = {
  name: 'shortcut',
  maxLength: 8000,
  seeds: () => [...dialects(), ...syntheticCaptures().map((one) => one.bytes.slice(0, 3000))],
  seedsOfCapture: (file) => [file.slice(0, 1000), file.slice(0, 8000)],
  run: (input) => {
    const outcome = new Outcome();
    const cuts = cutsOf(input);
    const short = packetsOf(input, cuts, true);
    mustHold(short.value === packetsOf(input, cuts, false).value, 'packets differ');
    mustHold(readShort(input, cuts) === readLong(input, cuts), 'flows or events differ');
    outcome.sawSize('plain', short.plain);
    return outcome.value;
  },
};

/** A digest of all packets, and how many of them were plain. */
export function packetsOf(
  input: Uint8Array,
  cuts: readonly number[],
  isShort: boolean,
): { readonly value: number; readonly plain: number } {
  const digest = new Digest();
  const onPacket = (packet: Packet): void => checkPacket(packet, digest);
  const plain = isShort ? new PlainAsPackets(onPacket) : undefined;
  const decoder = new CaptureDecoder(onPacket, undefined, undefined, plain);
  eachChunk(input, cuts, 0xff, (chunk) => decoder.push(chunk));
  decoder.end();
  digest.number(decoder.packets);
  digest.number(decoder.frames);
  digest.number(decoder.heldFragments);
  for (const [reason, count] of decoder.skipped) {
    digest.text(reason);
    digest.number(count);
  }
  return { value: digest.value, plain: plain?.packets ?? 0 };
}

/** Flows, events and what was skipped as one text: read as the product does. */
export function readShort(input: Uint8Array, cuts: readonly number[]): string {
  const { lines, sink } = recorder();
  const sequence = new CaptureSequence(sink);
  const decoder = sequence.decoder();
  eachChunk(input, cuts, 0xff, (chunk) => decoder.push(chunk));
  sequence.endCapture(decoder, true);
  sequence.end();
  return lines();
}

/** The same with every packet decoded by the layers and handed over as a `Packet`. */
export function readLong(input: Uint8Array, cuts: readonly number[]): string {
  const { lines, sink } = recorder();
  const table = new FlowTable(sink);
  const messages = new MessageReader();
  const observe = (packet: Packet): void => table.observe(packet, messages.read(packet, sink));
  const decoder = new CaptureDecoder(observe, undefined, new FragmentTable());
  eachChunk(input, cuts, 0, (chunk) => decoder.push(chunk));
  decoder.end();
  decoder.flushFragments();
  for (const [reason, count] of decoder.skipped) sink.skipped(reason, count);
  messages.end(sink);
  table.flush();
  return lines();
}

/** Flows and events each in their order: which of a flow and an event comes first is nobody's promise. */
function recorder(): { readonly lines: () => string; readonly sink: TrafficSink } {
  const flows: string[] = [];
  const events: string[] = [];
  const sink: TrafficSink = {
    flow: (flow) => void flows.push(JSON.stringify(flow)),
    event: (event) => void events.push(JSON.stringify(event)),
    visibility: () => undefined,
    skipped: (reason, count) => void events.push(`${reason} ${count}`),
  };
  return { lines: () => [...flows, ...events].join('\n'), sink };
}
