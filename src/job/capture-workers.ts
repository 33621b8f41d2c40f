import { Worker } from 'node:worker_threads';
import type { HostTableOptions } from '../host/host-table.ts';
import type { RangeResult, RangeTask, WorkerMessage } from './capture-worker.ts';
import { readError } from './errors.ts';
import type { CaptureRange } from './read-range.ts';

export interface WorkersOptions {
  readonly workers: number;
  /** Host profiles are wanted, with these options; else the flows and events. */
  readonly profiles?: HostTableOptions;
  /** Called with bytes read; a promise is waited for before the next result is given. */
  readonly onBytes?: ((path: string, bytes: number) => void | Promise<void>) | undefined;
  /** For tests, which run from sources that a worker cannot load. */
  readonly entry?: URL | undefined;
}

/** A range and what was read of it. */
export interface RangeDone {
  readonly range: CaptureRange;
  readonly result: RangeResult;
}

/**
 * Reads ranges in worker threads and gives the results in the order of the ranges. A range that could not be read
 * exactly is read once more together with the whole rest of its file, so what is given is always exact. At most
 * `workers` results are held at a time.
 */
export async function* readRanges(
  ranges: readonly CaptureRange[],
  options: WorkersOptions,
): AsyncGenerator<RangeDone> {
  const pool = new WorkerPool(options);
  try {
    const running = new Map<number, Promise<RangeResult>>();
    for (let i = 0; i < ranges.length; i++) {
      for (let next = i; next < Math.min(ranges.length, i + options.workers); next++) {
        if (!running.has(next)) running.set(next, pool.run(ranges[next]!));
      }
      const range = ranges[i]!;
      const result = await running.get(i)!;
      running.delete(i);
      await pool.told();
      if (result.read.isExact) {
        yield { range, result };
        continue;
      }
      const last = lastOfFile(ranges, i);
      for (let passed = i + 1; passed <= last; passed++) {
        await running.get(passed);
        running.delete(passed);
      }
      const { to, isEnd, isLast } = ranges[last]!;
      const rest = { ...range, to, isEnd, isLast };
      yield { range: rest, result: await pool.run(rest) };
      i = last;
    }
  } finally {
    await pool.close();
  }
}

function lastOfFile(ranges: readonly CaptureRange[], from: number): number {
  let last = from;
  while (!ranges[last]!.isEnd) last++;
  return last;
}

/** Worker threads that do one task after another. */
class WorkerPool {
  readonly #options: WorkersOptions;
  readonly #workers: Worker[] = [];
  readonly #idle: Worker[] = [];
  readonly #waiting: ((worker: Worker) => void)[] = [];
  #told: Promise<void> = Promise.resolve();

  constructor(options: WorkersOptions) {
    this.#options = options;
  }

  /** Does a task in the next thread that is free. Its failure is seen by who waits for it. */
  run(range: CaptureRange): Promise<RangeResult> {
    const done = this.#worker().then((worker) => this.#do(worker, range));
    // It may be passed over (see `readRanges`), or be in flight when another fails.
    done.catch(() => undefined);
    return done;
  }

  /** When all that was told of bytes has been taken. */
  told(): Promise<void> {
    return this.#told;
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #do(worker: Worker, range: CaptureRange): Promise<RangeResult> {
    const { profiles } = this.#options;
    const task: RangeTask = { range, profiles };
    return new Promise<RangeResult>((resolve, reject) => {
      const onMessage = (message: WorkerMessage): void => {
        if (message.kind === 'bytes') {
          this.#tell(range.path, message.bytes);
          return;
        }
        stop();
        if (message.kind === 'result') resolve(message.result);
        else reject(readError(range.path, message.error));
      };
      const onEnd = (cause: unknown): void => {
        stop();
        reject(new Error('a thread ended before its work was done', { cause }));
      };
      // One by one: `removeAllListeners` takes the thread's own too.
      const stop = (): void => {
        worker.off('message', onMessage).off('error', onEnd).off('exit', onEnd);
        this.#free(worker);
      };
      worker.on('message', onMessage).on('error', onEnd).on('exit', onEnd);
      worker.postMessage(task);
    });
  }

  #free(worker: Worker): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(worker);
    else next(worker);
  }

  #tell(path: string, bytes: number): void {
    this.#told = this.#told.then(() => this.#options.onBytes?.(path, bytes));
    this.#told.catch(() => undefined); // seen by who waits in `told`
  }

  #worker(): Promise<Worker> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return Promise.resolve(idle);
    if (this.#workers.length < this.#options.workers) {
      const worker = new Worker(
        this.#options.entry ?? new URL('capture-worker.js', import.meta.url),
      );
      this.#workers.push(worker);
      return Promise.resolve(worker);
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
