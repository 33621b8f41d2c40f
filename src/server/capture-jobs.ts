import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { RapsheetError } from '../job/errors.ts';
import { profileInputs } from '../job/profile-inputs.ts';
import { rankVerdicts } from '../report/ranking.ts';
import type { Report } from '../report/report.ts';
import { eachVerdict, missingFacts } from '../score/judge.ts';
import type { ModelBundle } from '../score/model-bundle.ts';
import type { Verdict } from '../score/verdict.ts';
import { HttpError, INTERNAL } from './http-error.ts';
import { withPauses } from './pause.ts';
import { spoolUpload, type SpooledUpload } from './spool-upload.ts';

/** One uploaded capture or log on its way to verdicts. */
export interface CaptureJob {
  readonly id: string;
  /** What the client calls it. */
  readonly name: string;
  readonly totalBytes: number;
  /** Read so far. */
  readonly bytes: number;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  /** Why it failed, in one line. */
  readonly error: { readonly code: string; readonly message: string } | undefined;
  /** Ranked by attack score, once it is done. */
  readonly result: Report | undefined;
}

export interface CaptureJobsOptions {
  readonly model: ModelBundle;
  readonly maxUploadBytes: number;
  /** Hears of errors that are our fault. */
  readonly onUnexpected: (error: unknown) => void;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Captures that are on their way in, wait or are read, at most. */
const MAX_PENDING = 16;
/** Finished jobs are forgotten, oldest first, beyond so many and beyond so many verdicts (2 kB each) among them. */
const KEPT_JOBS = 100;
const KEPT_VERDICTS = 200_000;
/** Hosts of one capture; what further ones did is counted under `hostTableFull`. */
const MAX_HOSTS = 100_000;

/** Uploads, spooled to disk and judged one at a time. */
export class CaptureJobs {
  readonly #options: CaptureJobsOptions;
  readonly #jobs = new Map<string, CaptureJob>();
  readonly #stop = new AbortController();
  readonly #spooling = new Set<Promise<SpooledUpload>>();
  #pending = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: CaptureJobsOptions) {
    this.#options = options;
  }

  get(id: string): CaptureJob | undefined {
    return this.#jobs.get(id);
  }

  /** Takes the whole body before it gives the job, which may have to wait still; `finished` never rejects. */
  async start(body: Readable, name: string): Promise<{ job: CaptureJob; finished: Promise<void> }> {
    if (this.#pending >= MAX_PENDING) {
      throw new HttpError(
        429,
        'BUSY',
        `${MAX_PENDING} captures are waiting already: try again later`,
      );
    }
    this.#pending++;
    try {
      const upload = await this.#spool(body);
      const job: Mutable<CaptureJob> = {
        id: randomUUID(), name, totalBytes: upload.bytes, bytes: 0, state: 'waiting', error: undefined, result: undefined,
      }; // prettier-ignore
      this.#jobs.set(job.id, job);
      const finished = this.#last.then(() => this.#run(job, upload));
      this.#last = finished;
      return { job, finished };
    } catch (error) {
      this.#pending--;
      throw error;
    }
  }

  /** Ends what is under way, and leaves no upload behind. */
  async stop(): Promise<void> {
    this.#stop.abort(new HttpError(503, 'STOPPING', 'the server was stopped'));
    await Promise.allSettled(this.#spooling);
    await this.#last;
  }

  async #spool(body: Readable): Promise<SpooledUpload> {
    const spooling = spoolUpload(body, this.#options.maxUploadBytes, this.#stop.signal);
    this.#spooling.add(spooling);
    try {
      return await spooling;
    } finally {
      this.#spooling.delete(spooling);
    }
  }

  /** Done or failed only when the upload is gone from the disk. */
  async #run(job: Mutable<CaptureJob>, upload: SpooledUpload): Promise<void> {
    job.state = 'running';
    const ended: Mutable<Pick<CaptureJob, 'state' | 'result' | 'error'>> = {
      state: 'done',
      result: undefined,
      error: undefined,
    };
    try {
      ended.result = await this.#judge(job, upload.path);
    } catch (error) {
      ended.error = this.#explain(error, job, upload.path);
      ended.state = 'failed';
    }
    await upload.remove().catch(this.#options.onUnexpected);
    Object.assign(job, ended);
    this.#pending--;
    this.#forget();
  }

  /** The road of `rapsheet label`, with a turn for other requests after each piece and each host. */
  async #judge(job: Mutable<CaptureJob>, path: string): Promise<Report> {
    const { model } = this.#options;
    const { signal } = this.#stop;
    const { table } = await profileInputs([path], {
      table: { maxHosts: MAX_HOSTS },
      onProgress: async ({ bytes }) => {
        job.bytes = bytes;
        await setImmediate();
        signal.throwIfAborted();
      },
    });
    const verdicts: Verdict[] = [];
    for await (const verdict of withPauses(eachVerdict(table, model))) {
      signal.throwIfAborted();
      verdicts.push(verdict);
    }
    const context = {
      inputs: [job.name], model: model.id, skipped: table.skips, missing: missingFacts(table), generatedAt: '',
    }; // prettier-ignore
    return { verdicts: rankVerdicts({ verdicts, context }, {}, Infinity).shown, context };
  }

  #explain(error: unknown, job: CaptureJob, path: string): NonNullable<CaptureJob['error']> {
    if (error instanceof HttpError) return { code: error.code, message: error.message };
    if (error instanceof RapsheetError) {
      return { code: error.code, message: error.line.replaceAll(path, () => job.name) };
    }
    this.#options.onUnexpected(error);
    return { code: INTERNAL.code, message: INTERNAL.message };
  }

  /** The newest result stays whatever its size. */
  #forget(): void {
    let jobs = 0;
    let verdicts = 0;
    for (const job of [...this.#jobs.values()].reverse()) {
      if (job.state === 'waiting' || job.state === 'running') continue;
      jobs++;
      verdicts += job.result?.verdicts.length ?? 0;
      if (jobs > KEPT_JOBS || (jobs > 1 && verdicts > KEPT_VERDICTS)) this.#jobs.delete(job.id);
    }
  }
}
