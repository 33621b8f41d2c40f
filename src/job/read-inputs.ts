import { availableParallelism } from 'node:os';
import type { TrafficSink } from '../flow/event.ts';
import { captureStartUs } from '../capture/capture-start.ts';
import { CaptureSequence } from '../flow/read-capture.ts';
import { readTraffic } from '../flow/read-traffic.ts';
import { INPUT_FORMATS, recogniseInput, type InputFormat } from '../flow/recognise-input.ts';
import { describeContent } from './describe-content.ts';
import { RapsheetError } from './errors.ts';
import { findInputs, STANDARD_INPUT, type InputFile } from './find-inputs.ts';
import { openInput, type OpenedInput } from './open-input.ts';
import type { FileInParallel, ParallelOptions } from './read-in-parallel.ts';
import { groupRotated, ROTATION_SLACK_US } from './rotated-files.ts';

export interface Progress {
  readonly path: string;
  /** Read from disk so far, of all files; `totalBytes` is `NaN` where a file's size cannot be known. */
  readonly bytes: number;
  readonly totalBytes: number;
}

export interface ReadInputsOptions {
  /** Takes every file for this format instead of recognising it. */
  readonly format?: InputFormat;
  /** Files of one recording (`rotated-files.ts` says which) are read as one capture. Default true. */
  readonly rotated?: boolean;
  /**
   * Threads that a large capture (or set of rotated files) is read in: 1 for none beside this one. Default: as many
   * as there are processors, at most 8.
   */
  readonly workers?: number;
  /** Waited for before reading goes on: it may let others have their turn. What it throws ends the reading. */
  readonly onProgress?: (progress: Progress) => void | Promise<void>;
}

interface FileRead {
  readonly path: string;
  readonly format: InputFormat;
  readonly records: number;
}

export interface FileSkipped {
  readonly path: string;
  readonly reason: string;
}

export interface InputsRead {
  readonly read: readonly FileRead[];
  /** Files of folders and globs that are nothing rapsheet knows. */
  readonly skipped: readonly FileSkipped[];
  /** Paths of files that were read as one capture, in their order; two or more each. */
  readonly rotated: readonly (readonly string[])[];
  readonly bytes: number;
}

/** Why packets and lines gave no flow though nothing is wrong with them. */
const ORDINARY_SKIPS = /^(notIp|unusedZeekLog)/;

/**
 * Reads all files that `inputs` stand for into the sink. A file that was named and is nothing rapsheet knows is
 * an error; in a folder it is skipped and listed. Inputs in which there was something and none of it could be
 * read are an error too.
 */
export async function readInputs(
  inputs: readonly string[],
  sink: TrafficSink,
  options: ReadInputsOptions = {},
): Promise<InputsRead> {
  return readInputsWith(inputs, sink, options, undefined);
}

/** Reads captures that follow each other in several threads; `undefined` if they cannot be cut. */
export type ReadLarge = (
  paths: readonly string[],
  options: ParallelOptions,
) => Promise<readonly FileInParallel[] | undefined>;

/** The same; what is large is read by `readLarge`, which puts what it reads where it belongs. */
export async function readInputsWith(
  inputs: readonly string[],
  sink: TrafficSink,
  options: ReadInputsOptions,
  readLarge: ReadLarge | undefined,
): Promise<InputsRead> {
  const files = findInputs(inputs);
  const totalBytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const counting = new CountingSink(sink);
  const workers = workersFor(options.workers);
  const reading = new InputsReading(counting, options.format, workers > 1 ? readLarge : undefined);
  let bytes = 0;
  const onBytes = (path: string, count: number): void | Promise<void> => {
    bytes += count;
    return options.onProgress?.({ path, bytes, totalBytes });
  };
  const joins = (options.rotated ?? true) && isCaptureOrUnknown(options.format);
  const groups = joins ? await groupRotated(files) : files.map((file) => [file]);
  for (const group of groups) {
    const isDone = joins && (await reading.readLargeGroup(group, workers, onBytes));
    if (!isDone) await reading.readGroup(group, onBytes);
  }
  const { read, skipped, rotated } = reading;
  if (read.length === 0) throw nothingKnown(inputs, skipped);
  if (counting.seen === 0 && counting.broken.size > 0) throw nothingRead(inputs, counting.broken);
  return { read, skipped, rotated, bytes };
}

function isCaptureOrUnknown(format: InputFormat | undefined): boolean {
  return format === undefined || format === 'pcap' || format === 'pcapng';
}

/** From so many bytes on several threads are worth their while: starting them takes a tenth of a second. */
const LARGE_BYTES = 1 << 28;
const MOST_WORKERS = 8;

function workersFor(wanted: number | undefined): number {
  if (wanted === undefined) return Math.min(MOST_WORKERS, availableParallelism());
  if (Number.isInteger(wanted) && wanted >= 1) return wanted;
  throw new RangeError(`workers: expected an integer of at least 1, got ${wanted}`);
}

type OnBytes = (path: string, count: number) => void | Promise<void>;

/** The files of some inputs as they are read, one after another. */
class InputsReading {
  readonly read: FileRead[] = [];
  readonly skipped: FileSkipped[] = [];
  readonly rotated: string[][] = [];
  readonly #sink: CountingSink;
  readonly #forced: InputFormat | undefined;

  readonly #readLarge: ReadLarge | undefined;

  constructor(
    sink: CountingSink,
    forced: InputFormat | undefined,
    readLarge: ReadLarge | undefined,
  ) {
    this.#sink = sink;
    this.#forced = forced;
    this.#readLarge = readLarge;
  }

  /** Reads the group in several threads if it is large; false if it is not, or cannot be cut. */
  async readLargeGroup(
    group: readonly InputFile[],
    workers: number,
    onBytes: OnBytes,
  ): Promise<boolean> {
    const bytes = group.reduce((sum, file) => sum + file.bytes, 0);
    if (this.#readLarge === undefined || !(bytes >= LARGE_BYTES)) return false;
    const paths = group.map(({ path }) => path);
    const files = await this.#readLarge(paths, { workers, onBytes });
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
      if (group.length === 1) {
        const { records } = await readTraffic(format, input.chunks, this.#sink);
        this.read.push({ path: file.path, format, records });
        continue;
      }
      const startUs = captureStartUs(input.head);
      if (sequence !== undefined && startUs < sequence.lastUs - ROTATION_SLACK_US) endSequence();
      sequence ??= new CaptureSequence(this.#sink);
      const { packets } = await sequence.read(input.chunks);
      paths.push(file.path);
      this.read.push({ path: file.path, format, records: packets });
    }
    endSequence();
  }

  /** `undefined` for a file that is listed as skipped. */
  async #open(
    file: InputFile,
    onBytes: OnBytes,
  ): Promise<{ readonly input: OpenedInput; readonly format: InputFormat } | undefined> {
    const { path } = file;
    let input;
    try {
      input = await openInput(file, {
        onBytes: (count) => onBytes(path, count),
        onDamage: (reason) => this.#sink.skipped(reason, 1),
      });
    } catch (cause) {
      if (file.named || !(cause instanceof RapsheetError)) throw cause;
      this.skipped.push({ path, reason: 'cannot be read' });
      return undefined;
    }
    const format = this.#forced ?? recogniseInput(input.head);
    if (format !== undefined && input.head.length > 0) return { input, format };
    await input.close();
    const reason = refusal(input.head);
    if (file.named) throw refused(file, input.head, reason);
    this.skipped.push({ path, reason });
    return undefined;
  }
}

function refusal(head: Uint8Array): string {
  if (head.length === 0) return 'empty';
  const content = describeContent(head);
  return content === '' ? 'unknown format' : content;
}

function refused(file: InputFile, head: Uint8Array, reason: string): RapsheetError {
  const name = file.path === STANDARD_INPUT ? 'standard input' : file.path;
  if (head.length === 0) {
    return new RapsheetError('EMPTY_INPUT', `${name}: empty, there is nothing to read`, {
      hint: 'name a capture or a log',
    });
  }
  const guess = reason === 'unknown format' ? '' : ` (${reason}?)`;
  return new RapsheetError(
    'NOT_A_CAPTURE',
    `${name}: not a capture or log rapsheet knows${guess}`,
    {
      hint: `it reads ${INPUT_FORMATS.join(', ')}`,
    },
  );
}

function nothingKnown(inputs: readonly string[], skipped: readonly FileSkipped[]): RapsheetError {
  const first = skipped[0];
  const example = first === undefined ? '' : `, such as ${first.path} (${first.reason})`;
  const count = skipped.length === 1 ? 'its one file' : `its ${skipped.length} files`;
  return new RapsheetError(
    'NOT_A_CAPTURE',
    `${inputs.join(', ')}: no capture or log among ${count}${example}`,
    { hint: `rapsheet reads ${INPUT_FORMATS.join(', ')}` },
  );
}

function nothingRead(
  inputs: readonly string[],
  broken: ReadonlyMap<string, number>,
): RapsheetError {
  const reasons = [...broken].map(([reason, count]) => `${count} ${reason}`).join(', ');
  return new RapsheetError(
    'EMPTY_INPUT',
    `${inputs.join(', ')}: nothing could be read (${reasons})`,
    { hint: 'check that the file is whole and of a kind that rapsheet reads' },
  );
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
    if (!ORDINARY_SKIPS.test(reason)) {
      this.broken.set(reason, (this.broken.get(reason) ?? 0) + count);
    }
    this.#sink.skipped(reason, count);
  }
}
