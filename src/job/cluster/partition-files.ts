import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { hashText } from '../../stats/hash.ts';
import { readError, writeError } from '../errors.ts';
import { FrameDecoder, FrameEncoder } from './frames.ts';
import type { JobRecord, Put } from './job-record.ts';

/** One task's records, dealt out by key: all records of one key are in files of one number. */
export class PartitionWriter {
  readonly #path: (partition: number) => string;
  readonly #encoders: (FrameEncoder | undefined)[];
  readonly #descriptors: number[] = [];
  readonly files: { readonly partition: number; readonly path: string }[] = [];
  bytes = 0;

  constructor(partitions: number, path: (partition: number) => string) {
    this.#path = path;
    this.#encoders = Array.from({ length: partitions }, () => undefined);
  }

  readonly put: Put = (key, value) => {
    const partition = hashText(key) % this.#encoders.length;
    (this.#encoders[partition] ??= this.#open(partition)).put(key, value);
  };

  end(): void {
    for (const encoder of this.#encoders) encoder?.end();
    this.close();
  }

  close(): void {
    for (const descriptor of this.#descriptors.splice(0)) closeSync(descriptor);
  }

  #open(partition: number): FrameEncoder {
    const path = this.#path(partition);
    try {
      const descriptor = openSync(path, 'w');
      this.#descriptors.push(descriptor);
      this.files.push({ partition, path });
      return new FrameEncoder((piece) => this.#write(path, descriptor, piece));
    } catch (cause) {
      throw writeError(path, cause);
    }
  }

  #write(path: string, descriptor: number, piece: Uint8Array): void {
    try {
      for (let at = 0; at < piece.length;) at += writeSync(descriptor, piece, at);
      this.bytes += piece.length;
    } catch (cause) {
      throw writeError(path, cause);
    }
  }
}

/** The records of whole files, as they stand there. */
export function recordsOfFile(path: string): JobRecord[] {
  const decoder = new FrameDecoder();
  const records: JobRecord[] = [];
  try {
    decoder.push(readFileSync(path));
  } catch (cause) {
    throw readError(path, cause);
  }
  // Values stay good: nothing more is pushed.
  for (let next = decoder.next(); next !== undefined; next = decoder.next()) records.push(next);
  decoder.end();
  return records;
}

/** The records of one partition, sorted by key. */
export function sortedRecords(paths: readonly string[]): JobRecord[] {
  const records = paths.flatMap(recordsOfFile);
  return records.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
}
