import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { RapsheetError } from '../job/errors.ts';
import { labelInputs, type LabelledInputs } from '../job/label-inputs.ts';
import type { ModelBundle } from '../score/model-bundle.ts';

export interface CaptureJob {
  readonly id: string;
  state: 'waiting' | 'running' | 'done' | 'failed';
  bytes: number;
  error: string | undefined;
  result: LabelledInputs | undefined;
  /** Resolves when the job is done or has failed. */
  finished: Promise<void>;
}

/** The body was larger than the server takes. */
export class UploadTooLarge extends Error {}
/** Too many captures wait already. */
export class QueueFull extends Error {}

const KEPT = 100;
const WAITING = 16;

/** Uploaded captures, spooled to files of their own and judged one at a time; the last hundred results are kept. */
export class CaptureJobs {
  readonly #jobs = new Map<string, CaptureJob>();
  readonly #model: ModelBundle;
  readonly #maxBytes: number;
  #pending = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(model: ModelBundle, maxBytes: number) {
    this.#model = model;
    this.#maxBytes = maxBytes;
  }

  get(id: string): CaptureJob | undefined {
    return this.#jobs.get(id);
  }

  /** Takes the whole body before it returns; the job may still wait then. */
  async start(body: Readable): Promise<CaptureJob> {
    if (this.#pending >= WAITING) throw new QueueFull();
    this.#pending++;
    let folder: string | undefined;
    try {
      folder = await mkdtemp(join(tmpdir(), 'rapsheet-'));
      const path = join(folder, 'upload');
      await pipeline(body, limited(this.#maxBytes), createWriteStream(path));
      return this.#enqueue(folder, path);
    } catch (error) {
      this.#pending--;
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  #enqueue(folder: string, path: string): CaptureJob {
    const job: CaptureJob = {
      id: randomUUID(),
      state: 'waiting',
      bytes: 0,
      error: undefined,
      result: undefined,
      finished: Promise.resolve(),
    };
    this.#jobs.set(job.id, job);
    for (const id of this.#jobs.keys()) {
      if (this.#jobs.size <= KEPT) break;
      this.#jobs.delete(id);
    }
    job.finished = this.#last.then(() => this.#run(job, folder, path));
    this.#last = job.finished;
    return job;
  }

  async #run(job: CaptureJob, folder: string, path: string): Promise<void> {
    job.state = 'running';
    try {
      job.result = await labelInputs([path], this.#model, {
        onProgress: ({ bytes }) => {
          job.bytes = bytes;
        },
      });
      job.state = 'done';
    } catch (error) {
      job.state = 'failed';
      job.error =
        error instanceof RapsheetError
          ? error.line.replaceAll(path, 'upload')
          : 'it could not be read';
    } finally {
      this.#pending--;
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/** Passes chunks on until they are more than `maxBytes`. */
function limited(maxBytes: number) {
  return async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let bytes = 0;
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new UploadTooLarge();
      yield chunk;
    }
  };
}
