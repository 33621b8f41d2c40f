import { emptyPacket, type Packet } from '../../../src/capture/packet.ts';
import { stitchParts, type FlowPart } from '../../../src/flow/flow-part.ts';
import { FlowTable } from '../../../src/flow/flow-table.ts';
import type { Flow } from '../../../src/flow/flow.ts';
import { Outcome } from '../digest.ts';
import { cutsOf, mustHold, type FuzzTarget } from '../fuzz-target.ts';

const RECORD = 10;
const MOST_CUTS = 3;
const PROTOCOLS = [6, 6, 6, 17, 1, 58, 132, 47];
/** Steps of time around every time-out, forth and back, in microseconds. */
const STEPS = [
  0, 1, 1000, 500_000, 1e6, 29e6, 59_999_999, 60e6, 61e6, 299_999_999, 300e6, 301e6, 359e6, 361e6, 1800e6, 1e13,
  -1, -1e6, -59e6, -60e6, -61e6, -299e6, -301e6, -1800e6, -1e13,
]; // prettier-ignore

/**
 * Input: packets of ten bytes each (step of time, ends, protocol, flags, sequence, acknowledgment, payload). The flows
 * of the whole must equal those of its parts, stitched, and must add up to the packets.
 */
export const flows: FuzzTarget = {
  name: 'flows',
  maxLength: RECORD * 40,
  seeds: () => [conversation(6), conversation(17), conversation(1), scan()],
  run: (input) => {
    const outcome = new Outcome();
    const packets = packetsOf(input);
    const whole: Flow[] = [];
    const table = new FlowTable(sinkOf(whole), {});
    for (const packet of packets) table.observe(packet, '');
    table.flush();
    mustHold(table.openFlows === 0, 'flows left in the table');
    for (const flow of whole) checkFlow(flow, outcome);
    const counted = whole.reduce((sum, f) => sum + f.originatorPackets + f.responderPackets, 0);
    mustHold(counted === packets.length, 'flows do not add up to the packets');
    const cuts = cutsOf(input)
      .slice(0, MOST_CUTS)
      .map((cut) => Math.floor(cut / RECORD));
    mustHold(linesOf(whole) === linesOf(inParts(packets, cuts)), 'parts differ from the whole');
    return outcome.value;
  },
};

function inParts(packets: readonly Packet[], cuts: readonly number[]): Flow[] {
  const list: Flow[] = [];
  const parts: FlowPart[] = [];
  const edges = [0, ...cuts, packets.length];
  for (let i = 1; i < edges.length; i++) {
    const table = new FlowTable(sinkOf(list), { part: true });
    for (const packet of packets.slice(edges[i - 1], edges[i])) table.observe(packet, '');
    parts.push(JSON.parse(JSON.stringify(table.finishPart())) as FlowPart);
  }
  stitchParts(parts, sinkOf(list), {});
  return list;
}

function checkFlow(flow: Flow, outcome: Outcome): void {
  outcome.saw(`${flow.connState} ${flow.history}`);
  mustHold(flow.endUs >= flow.startUs, 'a flow that ends before it starts');
  mustHold(flow.endUs - flow.startUs <= 1800e6, 'a flow longer than a cut');
  mustHold(flow.originatorBytes >= 0 && flow.responderBytes >= 0, 'bytes below nothing');
  const payload = flow.originatorBytes + flow.responderBytes;
  mustHold(payload <= flow.originatorIpBytes + flow.responderIpBytes, 'more payload than packets');
}

function sinkOf(list: Flow[]): { flow: (flow: Flow) => void; skipped: () => void } {
  return { flow: (flow) => list.push(flow), skipped: () => undefined };
}

function linesOf(list: readonly Flow[]): string {
  return list
    .map((flow) => JSON.stringify(flow))
    .sort()
    .join('\n');
}

function packetsOf(input: Uint8Array): Packet[] {
  const packets: Packet[] = [];
  let timeUs = 1_700_000_000_000_000;
  for (let at = 0; at + RECORD <= input.length; at += RECORD) {
    const [step, ends, kind, flags, sequence, ack, high, low, tunnel, quoted] = input.subarray(at, at + RECORD) as unknown as number[]; // prettier-ignore
    timeUs = Math.max(0, timeUs + STEPS[step! % STEPS.length]!);
    const packet = emptyPacket();
    packet.timeUs = timeUs;
    const [source, destination] = (ends! & 1) === 0 ? [packet.source, packet.destination] : [packet.destination, packet.source]; // prettier-ignore
    source.set([0, 0, 0xffff, 0x0a000001 + ((ends! >> 1) & 3)]);
    destination.set([0, 0, 0xffff, 0x0a000009]);
    packet.outerSource.set(packet.source);
    packet.outerDestination.set(packet.destination);
    packet.protocol = PROTOCOLS[kind! % PROTOCOLS.length]!;
    packet.laterFragment = kind! >= 0xf0;
    const isIcmp = packet.protocol === 1 || packet.protocol === 58;
    const [first, second] = isIcmp ? [kind! >> 3, flags! & 7] : [40_000 + (ends! >> 6), 80];
    packet.sourcePort = (ends! & 1) === 0 || isIcmp ? first : second;
    packet.destinationPort = (ends! & 1) === 0 || isIcmp ? second : first;
    packet.payloadLength = ((high! << 8) | low!) & 0x7ff;
    packet.ipLength = packet.payloadLength + 40;
    if (packet.protocol === 6) {
      packet.tcpFlags = flags!;
      packet.tcpSequence = (sequence! * 0x01_00_00_40) >>> 0;
      packet.tcpAcknowledgment = (ack! * 0x01_00_00_40) >>> 0;
    }
    if (tunnel! > 0xc0) {
      packet.tunnelDepth = 1;
      packet.tunnel = ['gre', 'vxlan', 'ipip'][tunnel! % 3]!;
      packet.outerSource.set([0, 0, 0xffff, 0xc6336401]);
      packet.outerDestination.set([0, 0, 0xffff, 0xc6336402]);
    }
    if (isIcmp && quoted! > 0x80) {
      packet.hasQuoted = true;
      packet.quoted.source.set([0, 0, 0xffff, 0x0a000001 + (quoted! & 3)]);
      packet.quoted.destination.set([0, 0, 0xffff, 0x0a000009]);
      packet.quoted.protocol = 6;
      packet.quoted.sourcePort = 40_000;
      packet.quoted.destinationPort = 80;
    }
    packets.push(packet);
  }
  return packets;
}

/** A connection with a beginning, data, a retransmission and an end. */
function conversation(protocol: number): Uint8Array {
  const kind = PROTOCOLS.indexOf(protocol);
  const rows = [
    [2, 0, kind, 2, 1, 0, 0, 0, 0, 0],
    [2, 1, kind, 0x12, 1, 2, 0, 0, 0, 0],
    [2, 0, kind, 0x18, 2, 2, 0, 64, 0, 0],
    [3, 0, kind, 0x18, 2, 2, 0, 64, 0, 0],
    [2, 1, kind, 0x18, 2, 3, 4, 0, 0, 0],
    [5, 0, kind, 0x11, 3, 3, 0, 0, 0, 0],
    [2, 1, kind, 4, 3, 4, 0, 0, 0, 0],
  ];
  return Uint8Array.from(rows.flat());
}

function scan(): Uint8Array {
  const row = (ends: number): number[] => [1, ends, 0, 2, ends, 0, 0, 0, 0, 0];
  const error = [1, 1, 4 | (3 << 3), 3, 0, 0, 0, 36, 0, 0x81];
  return Uint8Array.from([...Array.from({ length: 12 }, (_, i) => row(i * 2)).flat(), ...error]);
}
