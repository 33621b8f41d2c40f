import { bench, describe } from 'vitest';
import { emptyPacket, TCP_ACK, TCP_SYN, type Packet } from '../src/capture/packet.ts';
import { FlowTable } from '../src/flow/flow-table.ts';

const PACKETS = 300_000;

/** The table alone, on packets made in place: divide 300,000 by the time of one run for packets a second. */
describe('FlowTable, 300,000 packets', () => {
  bench('mixed: 2,000 hosts, 20,000 conversations', () => run(mixed), { time: 3000 });
  bench('SYN flood: every packet from another source', () => run(flood), { time: 3000 });
});

let emitted = 0;

function run(fill: (packet: Packet, i: number) => void): void {
  const table = new FlowTable({ flow: () => emitted++, skipped: () => undefined });
  const packet = emptyPacket();
  packet.source[2] = packet.destination[2] = 0xffff;
  packet.protocol = 6;
  packet.ipLength = 60;
  for (let i = 0; i < PACKETS; i++) {
    fill(packet, i);
    table.observe(packet);
  }
  if (table.openFlows === 0 || emitted < 0) throw new Error('nothing was kept');
}

function mixed(packet: Packet, i: number): void {
  const conversation = Math.imul(i, 2654435761) >>> 0;
  const k = conversation % 20_000;
  const client = 0x0a000000 + (k % 2000);
  const server = 0xc0a80000 + (k % 97);
  const back = (conversation & 0x10000) !== 0;
  packet.source[3] = back ? server : client;
  packet.destination[3] = back ? client : server;
  packet.sourcePort = back ? 443 : 40_000 + (k % 20_000);
  packet.destinationPort = back ? 40_000 + (k % 20_000) : 443;
  packet.tcpFlags = TCP_ACK;
  packet.payloadLength = i & 1023;
  packet.timeUs = 1.7e15 + i * 1000;
}

function flood(packet: Packet, i: number): void {
  packet.source[3] = Math.imul(i, 2654435761) >>> 0;
  packet.destination[3] = 0xc0a80001;
  packet.sourcePort = i & 0xffff;
  packet.destinationPort = 80;
  packet.tcpFlags = TCP_SYN;
  packet.payloadLength = 0;
  packet.timeUs = 1.7e15 + i * 100;
}
