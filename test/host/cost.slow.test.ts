import { describe, expect, it } from 'vitest';
import { emptyPacket, TCP_SYN } from '../../src/capture/packet.ts';
import { FlowTable } from '../../src/flow/flow-table.ts';
import { HostTable } from '../../src/host/host-table.ts';

/** A SYN of every source to one port: nothing repeats, so every table grows as fast as it can. */
function flood(packets: number, flows: FlowTable): void {
  const packet = emptyPacket();
  packet.source[2] = packet.destination[2] = 0xffff;
  packet.protocol = 6;
  packet.ipLength = 40;
  packet.destination[3] = 0xc0a80001;
  packet.destinationPort = 80;
  packet.tcpFlags = TCP_SYN;
  for (let i = 0; i < packets; i++) {
    packet.source[3] = Math.imul(i, 2654435761) >>> 0;
    packet.sourcePort = i & 0xffff;
    packet.timeUs = 1.7e15 + i * 100;
    flows.observe(packet);
  }
}

function bestSeconds(packets: number): number {
  let best = Infinity;
  for (let attempt = 0; attempt < 3; attempt++) {
    const started = performance.now();
    const flows = new FlowTable(new HostTable());
    flood(packets, flows);
    flows.flush();
    best = Math.min(best, (performance.now() - started) / 1000);
  }
  return best;
}

describe('the cost of hostile traffic', () => {
  it('grows about linearly with it: the exponent of time against packets stays below 1.5', () => {
    bestSeconds(20_000); // warm up
    const few = bestSeconds(20_000);
    const many = bestSeconds(320_000);
    expect(Math.log(many / few) / Math.log(16)).toBeLessThan(1.5);
  });

  it('is bounded: a full flow table and a full host table count what they let go', () => {
    const hosts = new HostTable({ maxHosts: 1000 });
    const flows = new FlowTable(hosts, { maxFlows: 2000 });
    flood(100_000, flows);
    expect(flows.openFlows).toBeLessThanOrEqual(2000);
    flows.flush();
    expect(hosts.size).toBeLessThanOrEqual(1000);
    expect(hosts.skips.get('flowTableFull')).toBeGreaterThan(0);
    expect(hosts.skips.get('hostTableFull')).toBeGreaterThan(0);
  });
});
