import { describe, expect, test } from 'vitest';
import { readCapture } from '../../src/flow/read-capture.ts';
import { floodTraffic, mixedTraffic, type Traffic } from '../../bench/capture-traffic.ts';

/** Processor time of whole captures, from bytes to flows and events; the traffic's own making is taken off. */
async function cost(make: () => Traffic): Promise<number> {
  const making = process.cpuUsage();
  for (const chunk of make().chunks) if (chunk.length === 0) throw new Error('an empty chunk');
  const made = process.cpuUsage(making);
  const before = process.cpuUsage();
  const traffic = make();
  let flows = 0;
  const sink = {
    flow: () => {
      flows++;
    },
    event: () => undefined,
    visibility: () => undefined,
    skipped: () => undefined,
  };
  const { packets } = await readCapture(arriving(traffic.chunks), sink, { maxFlows: 4_000_000 });
  if (packets !== traffic.packets || flows === 0) throw new Error('miscounted');
  const { user, system } = process.cpuUsage(before);
  return user + system - made.user - made.system;
}

async function* arriving(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

/** The power of the size that the time grows with: the slope of a line through the logarithms. */
function exponentOf(points: readonly (readonly [size: number, time: number])[]): number {
  const logs = points.map(([size, time]) => [Math.log(size), Math.log(time)] as const);
  const meanX = logs.reduce((sum, [x]) => sum + x, 0) / logs.length;
  const meanY = logs.reduce((sum, [, y]) => sum + y, 0) / logs.length;
  const up = logs.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return up / logs.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}

const TRAFFIC: readonly (readonly [string, (packets: number) => Traffic])[] = [
  ['mixed traffic', (packets) => mixedTraffic(packets)],
  ['mixed traffic cut to 96 bytes', (packets) => mixedTraffic(packets, 96)],
  ['a flood from ever new sources', floodTraffic],
];

describe('the cost of a capture', () => {
  test.each(TRAFFIC)(
    'of %s grows with its length to a power of 1.05 at most',
    // A neighbour on the machine adds some hundredths now and then; what is not linear adds them every time.
    { timeout: 600_000, retry: 2 },
    async (_, traffic) => {
      const base = 150_000;
      await cost(() => traffic(base)); // warm
      await cost(() => traffic(base));
      const points: [number, number][] = [];
      for (const times of [1, 2, 4, 8]) {
        const runs: number[] = [];
        for (let i = 0; i < 3; i++) runs.push(await cost(() => traffic(base * times)));
        points.push([times, Math.min(...runs)]);
      }
      expect(exponentOf(points)).toBeLessThanOrEqual(1.05);
    },
  );
});
