import type { TrafficSink } from '../flow/event.ts';
import { captureStartUs } from '../capture/capture-start.ts';
import { CaptureSequence } from '../flow/read-capture.ts';
import { isMostlyWrong, readTraffic } from '../flow/read-traffic.ts';
import { recogniseInput, type InputFormat } from '../flow/recognise-input.ts';
import { isProfileLines } from './cluster/profile-lines.ts';
import { RapsheetError } from './errors.ts';
import { findInputs, type FileSkipped, type InputFile } from './find-inputs.ts';
import { columnsMissing, mostlyWrong, nothingKnown, nothingRead, refusalOf, refused } from './input-refusals.ts'; // prettier-ignore
import type { LogRead } from './lines-not-read.ts';
import { openInput, type OpenedInput } from './open-input.ts';
import type { FileInParallel, ParallelOptions } from './read-in-parallel.ts';
import { hashSeed } from './hash-seed.ts';
import { groupRotated, ROTATION_SLACK_US } from './rotated-files.ts';
import { isOrdinarySkip } from './skip-words.ts';

export interface Progress {
  readonly path: string;
  /** Read from disk so far, of all files; `totalBytes` is `NaN` where a file's size cannot be known. */
  readonly bytes: number;
  readonly totalBytes: number;
}

export interface ReadInputsOptions {
  /** Takes every file for this format instead of recognising it. */
  readonly format?: InputFormat;
  /** Reads every file as a table (`flow-csv`), or with `format` as `web-json`, in which these columns or members are those fields. */
  readonly map?: Readonly<Record<string, string>>;
  /** Reads every file as an access log (`web-log`) that is written in this format of the server's configuration. */
  readonly logFormat?: string;
  /** Where times without a zone were written: `Europe/Prague`, `+02:00`. Default: UTC. */
  readonly timezone?: string;
  /** Files of one recording (`rotated-files.ts` says which) are read as one capture. Default true. */
  readonly rotated?: boolean;
  /**
   * Threads that a large capture (or set of rotated files) is read in. Default 1: on two processors two threads were
   * no faster than one at half as much work again, and messages that straddle a cut between them may be lost.
   */
  readonly workers?: number;
  /** Waited for before reading goes on: it may let others have their turn. What it throws ends the reading. */
  readonly onProgress?: (progress: Progress) => void | Promise<void>;
}

/** What was read of one file. */
export interface FileRead {
  readonly path: string;
  readonly format: InputFormat | 'profiles';
  readonly records: number;
  /** Absent for what has no lines. */
  readonly log?: LogRead;
}

export interface InputsRead {
  readonly read: readonly FileRead[];
  /** Files of folders and globs that are nothing rapsheet knows. */
  readonly skipped: readonly FileSkipped[];
  /** Paths of files that were read as one capture, in their order; two or more each. */
  readonly rotated: readonly (readonly string[])[];
  readonly bytes: number;
}

/**
 * Reads all files that `inputs` stand for into the sink. A file that was named and is nothing rapsheet knows is
 * an error, and so is one of whose lines most are wrong; in a folder the first is skipped and listed, the second
 * read as far as it can be. Inputs in which there was something and none of it could be read are an error too.
 */
export async function readInputs(
  inputs: readonly string[],
  sink: TrafficSink,
  options: ReadInputsOptions = {},
): Promise<InputsRead> {
  return readInputsWith(inputs, sink, options, {});
}

/** How what is not a stream of packets or lines for one thread is read, by whoever can. */
export interface OtherReaders {
  readonly readLarge?: ReadLarge;
  /** Reads a file of host profiles; gives their number. Without it such a file is nothing that is known. */
  readonly readProfiles?: (path: string, chunks: AsyncIterable<Uint8Array>) => Promise<number>;
}

/** Reads captures that follow each other in several threads; `undefined` if they cannot be cut. */
type ReadLarge = (
  paths: readonly string[],
  options: ParallelOptions,
) => Promise<readonly FileInParallel[] | undefined>;

/** The same; what the other readers read, they put where it belongs. */
export async function readInputsWith(
  inputs: readonly string[],
  sink: TrafficSink,
  options: ReadInputsOptions,
  others: OtherReaders,
): Promise<InputsRead> {
  const files = findInputs(inputs);
  const totalBytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const counting = new CountingSink(sink);
  const workers = workersFor(options.workers);
  const format = formatOf(options);
  const reading = new InputsReading(counting, { ...options, format }, others);
  let bytes = 0;
  const onBytes = (path: string, count: number): void | Promise<void> => {
    bytes += count;
    return options.onProgress?.({ path, bytes, totalBytes });
  };
  const joins = (options.rotated ?? true) && isCaptureOrUnknown(format);
  const groups = joins ? await groupRotated(files) : files.map((file) => [file]);
  for (const group of groups) {
    const isDone = joins && workers > 1 && (await reading.readLargeGroup(group, workers, onBytes));
    if (!isDone) await reading.readGroup(group, onBytes);
  }
  const { read, skipped, rotated } = reading;
  if (read.length === 0) throw nothingKnown(inputs, skipped);
  if (counting.seen === 0 && counting.broken.size > 0) throw nothingRead(inputs, counting.broken);
  return { read, skipped, rotated, bytes };
}

function formatOf({ format, map, logFormat }: ReadInputsOptions): InputFormat | undefined {
  if (format !== undefined) return format;
  if (logFormat !== undefined) return 'web-log';
  return map === undefined ? undefined : 'flow-csv';
}

function isCaptureOrUnknown(format: InputFormat | undefined): boolean {
  return format === undefined || format === 'pcap' || format === 'pcapng';
}

/** Smaller ones are read in one thread whatever is asked: starting others takes a tenth of a second. */
const LARGE_BYTES = 1 << 28;

function workersFor(wanted = 1): number {
  if (Number.isInteger(wanted) && wanted >= 1) return wanted;
  throw new RangeError(`workers: expected an integer of at least 1, got ${wanted}`);
}

type OnBytes = (path: string, count: number) => void | Promise<void>;

/** What the user says of all files. */
type Forced = Pick<ReadInputsOptions, 'map' | 'logFormat' | 'timezone'> & {
  readonly format: InputFormat | undefined;
};

/** The files of some inputs as they are read, one after another. */
class InputsReading {
  readonly read: FileRead[] = [];
  readonly skipped: FileSkipped[] = [];
  readonly rotated: string[][] = [];
  readonly #sink: CountingSink;
  readonly #forced: Forced;
  readonly #others: OtherReaders;

  constructor(sink: CountingSink, forced: Forced, others: OtherReaders) {
    this.#sink = sink;
    this.#forced = forced;
    this.#others = others;
  }

  /** Reads the group in several threads if it is large; false if it is not, or cannot be cut. */
  async readLargeGroup(
    group: readonly InputFile[],
    workers: number,
    onBytes: OnBytes,
  ): Promise<boolean> {
    const bytes = group.reduce((sum, file) => sum + file.bytes, 0);
    const { readLarge } = this.#others;
    if (readLarge === undefined || !(bytes >= LARGE_BYTES)) return false;
    const paths = group.map(({ path }) => path);
    const files = await readLarge(paths, { workers, onBytes });
    if (files === undefined) return false;
    let joined: string[] = [];
    for (const { path, packets, joins, format } of files) {
      if (!joins) joined = [];
      joined.push(path);
      if (joined.length === 2) this.rotated.push(joined);
      this.read.push({ path, format, records: packets });
      if (packets > 0) this.#sink.seen++;
    }
    return true;
  }

  /** A file, or the captures of one recording in the order of their beginnings. */
  async readGroup(group: readonly InputFile[], onBytes: OnBytes): Promise<void> {
    let sequence: CaptureSequence | undefined;
    let paths: string[] = [];
    const endSequence = (): void => {
      sequence?.end();
      if (paths.length > 1) this.rotated.push(paths);
      sequence = undefined;
      paths = [];
    };
    for (const file of group) {
      const opened = await this.#open(file, onBytes);
      if (opened === undefined) continue;
      const { input, format } = opened;
      if (format === 'profiles') {
        await this.#readProfiles(file, input.chunks);
        continue;
      }
      if (group.length === 1) {
        await this.#readAlone(file, format, input.chunks);
        continue;
      }
      const startUs = captureStartUs(input.head);
      if (sequence !== undefined && startUs < sequence.lastUs - ROTATION_SLACK_US) endSequence();
      sequence ??= new CaptureSequence(this.#sink, { hashSeed });
      const { packets } = await sequence.read(input.chunks);
      paths.push(file.path);
      this.read.push({ path: file.path, format, records: packets });
    }
    endSequence();
  }

  async #readProfiles({ path }: InputFile, chunks: AsyncIterable<Uint8Array>): Promise<void> {
    const records = await this.#others.readProfiles!(path, chunks);
    this.#sink.seen += records;
    this.read.push({ path, format: 'profiles', records });
  }

  async #readAlone(
    file: InputFile,
    format: InputFormat,
    chunks: AsyncIterable<Uint8Array>,
  ): Promise<void> {
    const { map, logFormat, timezone } = this.#forced;
    const options = {
      hashSeed,
      ...(map === undefined ? {} : { map }),
      ...(logFormat === undefined ? {} : { logFormat }),
      ...(timezone === undefined ? {} : { timezone }),
    };
    const summary = await readTraffic(format, chunks, this.#sink, options);
    const { records, lines, skips } = summary;
    const { path } = file;
    if (lines === undefined || skips === undefined) {
      this.read.push({ path, format, records });
      return;
    }
    const log = { lines, skips, mostlyWrong: isMostlyWrong(summary) };
    if (log.mostlyWrong && file.named) throw mostlyWrong(file, log, format);
    for (const skip of skips) if (skip.ordinary) this.#sink.forgive(skip.reason, skip.count);
    this.read.push({ path, format, records, log });
  }

  /** `undefined` for a file that is listed as skipped. */
  async #open(
    file: InputFile,
    onBytes: OnBytes,
  ): Promise<{ readonly input: OpenedInput; readonly format: FileRead['format'] } | undefined> {
    const { path } = file;
    const { map } = this.#forced;
    let input;
    try {
      input = await openInput(file, {
        onBytes: (count) => onBytes(path, count),
        onDamage: (reason) => this.#sink.skipped(reason, 1),
        ...(map === undefined ? {} : { columns: Object.keys(map) }),
      });
    } catch (cause) {
      if (file.named || !(cause instanceof RapsheetError)) throw cause;
      this.skipped.push({ path, reason: 'cannot be read' });
      return undefined;
    }
    if (this.#others.readProfiles !== undefined && isProfileLines(input.head)) {
      return { input, format: 'profiles' };
    }
    const format = this.#forced.format ?? recogniseInput(input.head);
    const isTable = map !== undefined && format === 'flow-csv';
    const missing = isTable ? columnsMissing(input.head, Object.keys(map)) : undefined;
    if (format !== undefined && missing === undefined && input.head.length > 0) {
      return { input, format };
    }
    await input.close();
    const refusal = missing ?? refusalOf(input.head);
    if (file.named) throw refused(file, refusal);
    this.skipped.push({ path, reason: refusal.reason });
    return undefined;
  }
}

/** Passes everything on and knows whether anything came. */
class CountingSink implements TrafficSink {
  readonly #sink: TrafficSink;
  /** Flows and events. */
  seen = 0;
  readonly broken = new Map<string, number>();

  constructor(sink: TrafficSink) {
    this.#sink = sink;
  }

  flow(flow: Parameters<TrafficSink['flow']>[0]): void {
    this.seen++;
    this.#sink.flow(flow);
  }

  event(event: Parameters<TrafficSink['event']>[0]): void {
    this.seen++;
    this.#sink.event(event);
  }

  visibility(shown: Parameters<TrafficSink['visibility']>[0]): void {
    this.#sink.visibility(shown);
  }

  skipped(reason: string, count: number): void {
    if (!isOrdinarySkip(reason)) this.#count(reason, count);
    this.#sink.skipped(reason, count);
  }

  /** So many that were counted as broken are not. */
  forgive(reason: string, count: number): void {
    if (!isOrdinarySkip(reason)) this.#count(reason, -count);
  }

  #count(reason: string, count: number): void {
    const sum = (this.broken.get(reason) ?? 0) + count;
    if (sum === 0) this.broken.delete(reason);
    else this.broken.set(reason, sum);
  }
}
