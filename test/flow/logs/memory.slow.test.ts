import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { readTraffic } from '../../../src/flow/read-traffic.ts';
import { connLogChunks } from './generated-conn-log.ts';

const LINES = 3_000_000;

test.skipIf(process.env['SLOW'] === undefined)(
  `a log of ${LINES} lines is read in flat memory`,
  { timeout: 300_000 },
  async () => {
    const heaps: number[] = [];
    let flows = 0;
    const ignore = (): undefined => undefined;
    const sink = {
      flow: () => {
        if (++flows % (LINES / 10) === 0) heaps.push(heapAfterCollection());
      },
      event: ignore,
      visibility: ignore,
      skipped: ignore,
    };
    await readTraffic('zeek-tsv', connLogChunks('zeek-tsv', LINES), sink);
    expect(flows).toBe(LINES);
    // The caches have filled in the first tenth; what grows after that would grow for ever.
    expect(Math.max(...heaps.slice(1)) - heaps[0]!).toBeLessThan(8e6);
  },
);

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes in use once everything that is not has gone. */
function heapAfterCollection(): number {
  collect();
  return process.memoryUsage().heapUsed;
}
