import type { Verdict } from '../score/verdict.ts';

/** What was read and by which model it was judged: the part of a report that is about no single host. */
export interface ReportContext {
  /** The inputs as the user named them. */
  readonly inputs: readonly string[];
  /** `name@version` of the model. */
  readonly model: string;
  /** What could not be read, by reason. */
  readonly skipped: ReadonlyMap<string, number>;
  /** Kinds of facts the inputs could not show: `dns`, `tls` … */
  readonly missing: readonly string[];
  /** When the report was made, in words; `''` leaves it out, so that a report can be repeated to the byte. */
  readonly generatedAt: string;
}

export interface Report {
  /** All of them, in any order: a renderer ranks them. */
  readonly verdicts: readonly Verdict[];
  readonly context: ReportContext;
}

export interface ReportOptions {
  /** Only the first so many hosts by attack score; `Infinity` for all. Each format has its own default. */
  readonly top?: number;
  /** Only hosts with at least this attack score. */
  readonly minAttackScore?: number;
  /** ANSI colours (terminal formats). */
  readonly color?: boolean;
  /** Columns of the terminal; `Infinity` (the default) wraps and cuts nothing. */
  readonly width?: number;
}

/** One output format: gives the report piece by piece, so that a large one need not fit in one string. */
export interface ReportRenderer {
  /** File name endings that ask for this format, without the dot. */
  readonly extensions: readonly string[];
  render(report: Report, options?: ReportOptions): Iterable<string>;
}
