import { Session, type Profiler } from 'node:inspector';

/**
 * Which characters of this project's code have run, told by V8 itself. A block that runs as often as the one
 * around it is not reported apart, so coverage is kept by character and not by block.
 */
export class BlockCoverage {
  readonly #session = new Session();
  readonly #covered = new Map<string, Uint8Array>();
  readonly #isOurs: (url: string) => boolean;
  /** Characters of code that ran. */
  characters = 0;

  constructor(isOurs: (url: string) => boolean) {
    this.#isOurs = isOurs;
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Whether code ran since the last call that `keep` has never seen. */
  hasNews(): boolean {
    return this.#take().some((entry) => this.#add(entry, false) > 0);
  }

  /** Forgets what ran since the last call. */
  drop(): void {
    this.#take();
  }

  /** Characters that ran since the last call for the first time; they count as seen from now on. */
  keep(): number {
    const fresh = this.#take().reduce((sum, entry) => sum + this.#add(entry, true), 0);
    this.characters += fresh;
    return fresh;
  }

  stop(): void {
    this.#session.post('Profiler.stopPreciseCoverage');
    this.#session.disconnect();
  }

  #take(): FunctionRun[] {
    const runs: FunctionRun[] = [];
    // In one thread the answer comes before `post` returns.
    this.#session.post('Profiler.takePreciseCoverage', (_, answer) => {
      for (const { url, functions } of answer.result) {
        if (!this.#isOurs(url)) continue;
        for (const { ranges } of functions) runs.push({ url, ranges });
      }
    });
    return runs;
  }

  #add({ url, ranges }: FunctionRun, keep: boolean): number {
    const [whole] = ranges;
    if (whole === undefined || whole.count === 0) return 0;
    const start = whole.startOffset;
    const ran = new Uint8Array(whole.endOffset - start);
    for (const { startOffset, endOffset, count } of ranges) {
      ran.fill(count > 0 ? 1 : 0, startOffset - start, endOffset - start);
    }
    const key = `${url}:${start}`;
    const before = this.#covered.get(key);
    let fresh = 0;
    for (let i = 0; i < ran.length; i++) if (ran[i]! > (before?.[i] ?? 0)) fresh++;
    if (fresh > 0 && keep) {
      if (before !== undefined) for (let i = 0; i < ran.length; i++) ran[i]! |= before[i]!;
      this.#covered.set(key, ran);
    }
    return fresh;
  }
}

interface FunctionRun {
  readonly url: string;
  readonly ranges: readonly Profiler.CoverageRange[];
}
