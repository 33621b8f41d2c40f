import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { SHARED_HEADER, type FuzzDone, type FuzzOrder } from './fuzz-order.ts';
import type { Crash } from './fuzzer.ts';
import { TARGETS } from './targets.ts';

/** `npm run fuzz`: every target in a worker of its own, one after the other, watched from outside. */

const CRASHES = 'test/fuzz/crashes';
const CRASHES_OF_REAL = '.rapsheet-cache/fuzz-crashes';
/** A crash that may hold bytes of a real capture is kept in the project only if it is as small as this. */
const MOST_REAL_BYTES = 200;
const LARGEST_INPUT = 1 << 16;
/** One input read for so long hangs. */
const HANGS_AFTER_MS = 10_000;
const HEAP_MB = 1024;

/** Of the time, spent steered by coverage. */
const SCOUT_SHARE = 0.25;

interface Outcome {
  readonly done: FuzzDone;
  readonly crashes: readonly Crash[];
}

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    executions: { type: 'string' },
    target: { type: 'string', multiple: true },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

async function main(): Promise<number> {
  const wanted = values.target ?? TARGETS.map(({ name }) => name);
  const unknown = wanted.find((name) => !TARGETS.some((target) => target.name === name));
  if (values.help || unknown !== undefined) {
    const names = TARGETS.map(({ name }) => name).join(', ');
    if (unknown !== undefined) console.error(`--target: expected one of ${names}, got ${unknown}`);
    console.log('npm run fuzz -- [--seconds 60 (in all)] [--executions N (a target)] [--target NAME]… [--seed N]');
    console.log(`targets: ${names}`);
    return unknown === undefined ? 0 : 2;
  }
  const milliseconds = (Number(values.seconds) * 1000) / wanted.length;
  const executions = values.executions === undefined ? undefined : Number(values.executions);
  let total = 0;
  let crashes = 0;
  console.log(`seed ${values.seed}`);
  console.log(row('target', 'executions', 'a second', 'covered', 'corpus', 'slowest', 'crashes'));
  for (const target of wanted) {
    const startMs = performance.now();
    const { done, crashes: found } = await scoutAndRace(target, milliseconds, executions);
    const seconds = (performance.now() - startMs) / 1000;
    total += done.executions;
    crashes += found.length;
    const rate = Math.round(done.executions / seconds);
    console.log(row(target, done.executions, rate, done.covered, done.corpus.length, `${Math.round(done.slowestMs)} ms`, found.length)); // prettier-ignore
    for (const crash of found) console.log(`  ${crash.failure}\n  ${keep(crash)}`);
  }
  console.log(`${total.toLocaleString('en')} executions, ${crashes} crashes`);
  return crashes === 0 ? 0 : 1;
} // prettier-ignore

function row(name: string, ...cells: readonly (string | number)[]): string {
  return name.padEnd(24) + cells.map((cell) => cell.toLocaleString('en').padStart(12)).join('');
}

/** The racer goes on with what the scout found, for as long as the scout ended well. */
async function scoutAndRace(
  target: string,
  milliseconds: number,
  executions: number | undefined,
): Promise<Outcome> {
  const order = (share: number, corpus: FuzzOrder['corpus']): FuzzOrder => ({
    target,
    seed: Number(values.seed),
    milliseconds: milliseconds * share,
    executions: executions === undefined ? undefined : Math.ceil(executions * share),
    shared: new SharedArrayBuffer(SHARED_HEADER + LARGEST_INPUT),
    realData: process.env['RAPSHEET_DATA'] ?? '../shared/data',
    corpus,
  });
  const scout = await runTarget(order(SCOUT_SHARE, undefined));
  if (scout.done.corpus.length === 0) return scout;
  const racer = await runTarget(order(1 - SCOUT_SHARE, scout.done.corpus));
  const known = new Set(scout.crashes.map(({ failure }) => failure));
  const done: FuzzDone = {
    executions: scout.done.executions + racer.done.executions,
    covered: scout.done.covered,
    slowestMs: Math.max(scout.done.slowestMs, racer.done.slowestMs),
    corpus: racer.done.corpus,
  };
  const crashes = [...scout.crashes, ...racer.crashes.filter(({ failure }) => !known.has(failure))];
  return { done, crashes };
}

/** A worker that hangs or fills its memory is a crash too: the input it was reading is known. */
function runTarget(order: FuzzOrder): Promise<Outcome> {
  const words = new Int32Array(order.shared, 0, 2);
  const worker = new Worker(new URL('./fuzz-worker.js', import.meta.url), {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  let done: FuzzDone = { executions: 0, covered: 0, slowestMs: 0, corpus: [] };
  const crashes: Crash[] = [];
  return new Promise((resolve) => {
    let count = -1;
    let since = performance.now();
    const watch = setInterval(() => {
      if (words[1] !== count) {
        count = words[1]!;
        since = performance.now();
      } else if (count > 0 && performance.now() - since > HANGS_AFTER_MS) finish('hangs');
    }, 500);
    const finish = (failure: string): void => {
      clearInterval(watch);
      if (failure !== '') {
        const bytes = new Uint8Array(order.shared, SHARED_HEADER, Math.min(words[0]!, LARGEST_INPUT)); // prettier-ignore
        crashes.push({ target: order.target, failure, input: bytes.slice(), isOfReal: true });
        done = { ...done, executions: Math.max(done.executions, words[1]!) };
      }
      void worker.terminate().then(() => resolve({ done, crashes }));
    };
    worker.on('message', (message: { done?: FuzzDone; crash?: Crash }) => {
      if (message.crash !== undefined) crashes.push(message.crash);
      if (message.done !== undefined) done = message.done;
    });
    worker.on('error', (error) => finish(`ends the worker: ${error.message}`));
    worker.on('exit', () => finish(''));
  });
}

function keep({ target, failure, input, isOfReal }: Crash): string {
  const folder = isOfReal && input.length >= MOST_REAL_BYTES ? CRASHES_OF_REAL : CRASHES;
  mkdirSync(folder, { recursive: true });
  const hash = createHash('sha256').update(failure).digest('hex').slice(0, 8);
  const path = `${folder}/${target}-${hash}.bin`;
  writeFileSync(path, input);
  return path;
}

process.exitCode = await main();
