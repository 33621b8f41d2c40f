import { parentPort, workerData } from 'node:worker_threads';
import { BlockCoverage } from './block-coverage.ts';
import { SHARED_HEADER, type FuzzDone, type FuzzOrder } from './fuzz-order.ts';

/** One target, in a thread that may hang or run out of memory: a scout with coverage, or a racer without. */
async function run(order: FuzzOrder): Promise<FuzzDone> {
  const coverage =
    order.corpus === undefined ? new BlockCoverage((url) => url.includes('/src/')) : undefined;
  // Only what is loaded from here on has its blocks counted.
  const { Fuzzer } = await import('./fuzzer.ts');
  const { TARGETS } = await import('./targets.ts');
  const { realCaptures } = await import('./real-captures.ts');
  const target = TARGETS.find(({ name }) => name === order.target)!;
  const words = new Int32Array(order.shared, 0, 2);
  const bytes = new Uint8Array(order.shared, SHARED_HEADER);
  const realSeeds = (): Uint8Array[] =>
    realCaptures(order.realData).flatMap((capture) => target.seedsOfCapture?.(capture) ?? []);
  const fuzzer = new Fuzzer(target, {
    seed: order.seed,
    ...(order.corpus === undefined ? { realSeeds: realSeeds() } : { corpus: order.corpus }),
    onInput: (input) => {
      words[0] = input.length;
      words[1]!++;
      bytes.set(input.subarray(0, bytes.length));
    },
    onCrash: (crash) => parentPort!.postMessage({ crash }),
  });
  await fuzzer.sow();
  const { executions, milliseconds } = order;
  const budget =
    executions === undefined ? { until: performance.now() + milliseconds } : { executions };
  if (coverage === undefined) await fuzzer.race(budget);
  else await fuzzer.scout(coverage, budget);
  const { covered, slowestMs, corpus } = fuzzer;
  return { executions: fuzzer.executions, covered, slowestMs, corpus };
}

parentPort!.postMessage({ done: await run(workerData as FuzzOrder) });
