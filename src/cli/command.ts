import type { Arguments } from './arguments.ts';
import type { Options } from './option.ts';

/** One command of `rapsheet`: its options, and what it does. */
export interface Command {
  readonly options: Options;
  /** Each with what it is good for. */
  readonly examples: readonly (readonly [line: string, meaning: string])[];
  /** What the help says behind the examples, line by line. */
  readonly more?: readonly string[];
  /** Runs it; gives the exit status. */
  readonly run: (args: Arguments) => Promise<number>;
}

/** A command as the help lists it. */
export interface CommandEntry {
  readonly name: string;
  /** The arguments as the usage line writes them: `INPUT…`. */
  readonly usage: string;
  /** What it does, in a sentence without a full stop. */
  readonly summary: string;
  /** For programs, not for people: the help of the whole program leaves it out. */
  readonly isInner?: boolean;
  /** A command's code is loaded when it is asked for: `--help` need not wait for TensorFlow.js. */
  readonly load: () => Promise<Command>;
}

/** Done. */
export const EXIT_DONE = 0;
/** Done, and something that was asked for was found. */
export const EXIT_FOUND = 1;
/** Could not do it. */
export const EXIT_FAILED = 2;
