import type { BlockCoverage } from './block-coverage.ts';
import { Dice } from './dice.ts';
import { BrokenProperty, type FuzzTarget } from './fuzz-target.ts';
import { minimise } from './minimise.ts';
import { mutate } from './mutate.ts';

export interface Crash {
  readonly target: string;
  /** One failure by its message and the place it was thrown. */
  readonly failure: string;
  readonly input: Uint8Array;
  /** It may hold bytes of a real capture. */
  readonly isOfReal: boolean;
}

export interface FuzzerOptions {
  readonly seed: number;
  readonly realSeeds?: readonly Uint8Array[];
  /** What an earlier fuzzer of the target ended with, in place of all seeds. */
  readonly corpus?: readonly Entry[];
  /** Called before every execution: a watchdog elsewhere knows by it what hangs. */
  readonly onInput?: (input: Uint8Array) => void;
  readonly onCrash?: (crash: Crash) => void;
}

export interface Budget {
  /** `performance.now()` at which to stop. */
  readonly until?: number;
  readonly executions?: number;
}

export interface Entry {
  readonly bytes: Uint8Array;
  readonly isOfReal: boolean;
}

const BATCH = 48;
const MOST_ENTRIES = 6000;
const MOST_OUTCOMES = 3000;
/** Time for one input: reading is linear, the machine may be busy, so what is slow must be slow three times. */
const SLOW_MS = 400;
const SLOW_MS_PER_BYTE = 0.05;
const TOO_SLOW = new BrokenProperty('slow three times');

/**
 * Mutates inputs that led to something new. `scout` asks V8 after every batch which code has run, which costs speed;
 * `race` goes on with the corpus found, at full speed, by the target's own outcomes.
 */
export class Fuzzer {
  readonly #target: FuzzTarget;
  readonly #options: FuzzerOptions;
  readonly #dice: Dice;
  readonly #corpus: Entry[] = [];
  readonly #outcomes = new Set<number>();
  readonly #failures = new Set<string>();
  executions = 0;
  covered = 0;
  slowestMs = 0;
  readonly crashes: Crash[] = [];

  constructor(target: FuzzTarget, options: FuzzerOptions) {
    this.#target = target;
    this.#options = options;
    this.#dice = new Dice(options.seed);
  }

  get corpus(): readonly Entry[] {
    return this.#corpus;
  }

  /** Runs the seeds as they are; each stays in the corpus. */
  async sow(): Promise<void> {
    const { corpus, realSeeds = [] } = this.#options;
    const seeds = corpus ?? [
      ...this.#target.seeds().map((bytes) => ({ bytes, isOfReal: false })),
      ...realSeeds.map((bytes) => ({ bytes, isOfReal: true })),
    ];
    for (const entry of seeds) await this.#sowOne(entry);
    if (this.#corpus.length === 0)
      throw new RangeError(`${this.#target.name}: expected seeds, got none`);
  }

  async #sowOne(entry: Entry): Promise<void> {
    if (entry.bytes.length > this.#target.maxLength) return;
    this.#corpus.push(entry);
    await this.#execute(entry, false);
  }

  /** `coverage` must have been there before the target's code was loaded, or V8 knows of no blocks in it. */
  async scout(coverage: BlockCoverage, budget: Budget): Promise<void> {
    coverage.drop();
    for (const entry of this.#corpus.slice()) {
      await this.#execute(entry, false);
      coverage.keep();
    }
    const last = this.#lastOf(budget);
    while (this.#goesOn(budget, last)) {
      const batch = Array.from({ length: BATCH }, () => this.#child());
      for (const entry of batch) await this.#execute(entry, true);
      if (!coverage.hasNews()) continue;
      for (const entry of batch) {
        await this.#execute(entry, false);
        if (coverage.keep() > 0) this.#admit(entry);
      }
    }
    this.covered = coverage.characters;
  }

  async race(budget: Budget): Promise<void> {
    const last = this.#lastOf(budget);
    while (this.#goesOn(budget, last)) {
      for (let i = 0; i < BATCH; i++) {
        const pending = this.#execute(this.#child(), true);
        if (pending !== undefined) await pending;
      }
    }
  }

  #lastOf({ executions }: Budget): number {
    return executions === undefined ? Infinity : this.executions + executions;
  }

  #goesOn({ until }: Budget, last: number): boolean {
    return this.executions < last && (until === undefined || performance.now() < until);
  }

  /** What came in last is tried most. */
  #child(): Entry {
    const dice = this.#dice;
    const { length } = this.#corpus;
    const recent = dice.below(3) === 0 ? Math.max(0, length - 64) : 0;
    const parent = this.#corpus[recent + dice.below(length - recent)]!;
    const other = dice.pick(this.#corpus);
    const bytes = mutate(parent.bytes, other.bytes, this.#target.maxLength, dice);
    return { bytes, isOfReal: parent.isOfReal || other.isOfReal };
  }

  #admit(entry: Entry): void {
    if (this.#corpus.length < MOST_ENTRIES) this.#corpus.push(entry);
    else this.#corpus[this.#dice.below(MOST_ENTRIES)] = entry;
  }

  #execute(entry: Entry, admits: boolean): Promise<void> | undefined {
    this.executions++;
    this.#options.onInput?.(entry.bytes);
    const startMs = performance.now();
    try {
      const outcome = this.#target.run(entry.bytes);
      if (typeof outcome !== 'number') return this.#settle(entry, admits, startMs, outcome);
      return this.#judge(entry, admits, startMs, outcome);
    } catch (error) {
      return this.#crash(entry, error);
    }
  }

  async #settle(
    entry: Entry,
    admits: boolean,
    startMs: number,
    pending: Promise<number>,
  ): Promise<void> {
    try {
      await this.#judge(entry, admits, startMs, await pending);
    } catch (error) {
      await this.#crash(entry, error);
    }
  }

  #judge(
    entry: Entry,
    admits: boolean,
    startMs: number,
    outcome: number,
  ): Promise<void> | undefined {
    const ms = performance.now() - startMs;
    if (ms > this.slowestMs) this.slowestMs = ms;
    if (!this.#outcomes.has(outcome) && this.#outcomes.size < MOST_OUTCOMES) {
      this.#outcomes.add(outcome);
      if (admits) this.#admit(entry);
    }
    if (ms > SLOW_MS + SLOW_MS_PER_BYTE * entry.bytes.length) return this.#checkSpeed(entry);
    return undefined;
  }

  async #checkSpeed(entry: Entry): Promise<void> {
    if (this.#failures.has(failureOf(TOO_SLOW))) return;
    let least = Infinity;
    for (let i = 0; i < 3; i++) {
      const startMs = performance.now();
      await this.#target.run(entry.bytes);
      least = Math.min(least, performance.now() - startMs);
    }
    if (least > SLOW_MS + SLOW_MS_PER_BYTE * entry.bytes.length) {
      await this.#crash(entry, TOO_SLOW, false);
    }
  }

  async #crash(entry: Entry, error: unknown, reduces = true): Promise<void> {
    const failure = failureOf(error);
    if (this.#failures.has(failure)) return;
    this.#failures.add(failure);
    const input = reduces
      ? await minimise(entry.bytes, async (bytes) => (await this.#fails(bytes)) === failure)
      : entry.bytes;
    const crash = { target: this.#target.name, failure, input, isOfReal: entry.isOfReal };
    this.crashes.push(crash);
    this.#options.onCrash?.(crash);
  }

  async #fails(bytes: Uint8Array): Promise<string> {
    this.#options.onInput?.(bytes);
    try {
      await this.#target.run(bytes);
      return '';
    } catch (error) {
      return failureOf(error);
    }
  }
}

/** Numbers in a message do not make another failure. */
function failureOf(error: unknown): string {
  if (!(error instanceof Error)) return `thrown: ${String(error)}`;
  const place = (error.stack ?? '').split('\n').find((line) => line.includes('/src/')) ?? '';
  const where = /([\w-]+\.[jt]s):\d+/.exec(place)?.[0] ?? '';
  return `${error.name}: ${error.message.slice(0, 200).replaceAll(/\d+/g, '#')} ${where}`.trim();
}
