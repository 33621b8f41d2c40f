import { describe, expect, test } from 'vitest';
import { emptyPacket, TCP_SYN } from '../../src/capture/packet.ts';
import { FlowTable } from '../../src/flow/flow-table.ts';

interface Outcome {
  readonly emitted: number;
  readonly evicted: number;
  readonly mostOpen: number;
  readonly cpuMs: number;
}

/** One source, a new destination every packet, 10 µs apart: nothing in it can be joined, nothing is ever over. */
function scan(packets: number, maxFlows: number): Outcome {
  const before = process.cpuUsage();
  let emitted = 0;
  let evicted = 0;
  let mostOpen = 0;
  const table = new FlowTable(
    {
      flow: () => emitted++,
      skipped: (reason, count) => (evicted += reason === 'flowTableFull' ? count : 0),
    },
    { maxFlows },
  );
  const packet = emptyPacket();
  packet.source[2] = packet.destination[2] = 0xffff;
  packet.source[3] = 0x0a000001;
  packet.protocol = 6;
  packet.ipLength = 60;
  packet.sourcePort = 40_000;
  packet.destinationPort = 445;
  packet.tcpFlags = TCP_SYN;
  for (let i = 0; i < packets; i++) {
    packet.destination[3] = Math.imul(i, 0x9e3779b1);
    packet.timeUs = 1.7e15 + i * 10;
    table.observe(packet);
    if (i % 100_000 === 0) mostOpen = Math.max(mostOpen, table.openFlows);
  }
  table.flush();
  const { user, system } = process.cpuUsage(before);
  return { emitted, evicted, mostOpen, cpuMs: (user + system) / 1000 };
}

describe('the cost of a scan', () => {
  test('of ten million destinations stays within the table, and says what left it early', () => {
    const { emitted, evicted, mostOpen } = scan(10_000_000, 500_000);
    expect(mostOpen).toBe(500_000);
    expect(emitted).toBe(10_000_000);
    expect(evicted).toBe(9_500_000);
  }, 300_000);

  test('grows with its length to a power of 1.05 at most', () => {
    scan(200_000, 20_000); // warm
    const points = [1, 2, 4, 8].map((times) => {
      const runs = [0, 1, 2].map(() => scan(200_000 * times, 20_000).cpuMs);
      return [Math.log(times), Math.log(Math.min(...runs))] as const;
    });
    const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
    const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
    const slope =
      points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) /
      points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
    expect(slope).toBeLessThanOrEqual(1.05);
  }, 300_000);
});
