import type { InputFormat } from '../../flow/recognise-input.ts';
import type { SkippedLines } from '../../flow/logs/log-reader.ts';
import { INPUT_KEY } from './job-keys.ts';
import type { Put } from './job-record.ts';

/** What came of a section of an input; those of one file add up. */
export interface InputReport {
  readonly path: string;
  readonly start: number;
  readonly bytes: number;
  /** `profiles` for those of another job; `undefined` for what is nothing that is read. */
  readonly format?: InputFormat | 'profiles' | undefined;
  /** IP packets of a capture, lines and records that gave something. */
  readonly records: number;
  /** Of a log: lines in all, and why some gave nothing. */
  readonly lines?: number | undefined;
  readonly skips?: readonly SkippedLines[] | undefined;
  /** Of anything: what of it could not be used, by reason; what is ordinary (ARP …) is not told. */
  readonly broken?: readonly (readonly [reason: string, count: number])[] | undefined;
  /** Why the file was left out, in words: `JPEG image`. */
  readonly leftOut?: string | undefined;
  /** What went wrong with it, and what to do. */
  readonly failed?: string | undefined;
  /** When a capture begins. */
  readonly startUs?: number | undefined;
  /** Files that were read together as one capture have the same. */
  readonly recording?: string | undefined;
}

export function putInputReport(put: Put, report: InputReport): void {
  put(INPUT_KEY + report.path, Buffer.from(JSON.stringify(report)));
}
