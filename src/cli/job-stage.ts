import { writeSync } from 'node:fs';
import {
  drainStandardInput,
  standardInput,
  writeStandardOutput,
} from '../job/cluster/standard-streams.ts';
import type { JobRecord, Put } from '../job/cluster/job-record.ts';
import { readRecords, recordSink, WIRES, type Wire } from '../job/cluster/wire.ts';
import { RapsheetError } from '../job/errors.ts';
import { visibleText } from '../report/wording.ts';
import { UsageError, type Arguments } from './arguments.ts';
import { EXIT_DONE, EXIT_FAILED } from './command.ts';
import type { Options } from './option.ts';

/** The stage could not go on: bytes that are none of a job's, a file that ended early. */
const EXIT_BAD_DATA = 65;

export const WIRE_OPTION: Options = {
  wire: { value: 'WIRE', help: 'how records come and go: frames (default) or tsv' },
};

function chosenWire(args: Arguments): Wire {
  return args.choice('wire', WIRES) ?? 'frames';
}

/** What a stage works with. */
export interface StageStreams {
  readonly wire: Wire;
  /** Standard input as it is. */
  readonly chunks: Iterable<Uint8Array>;
  /** The same as records. */
  readonly records: Iterable<JobRecord>;
  readonly put: Put;
}

/**
 * Runs a stage between standard input and output. When it fails, the rest of the input is read to nowhere and one line
 * says why; what it wrote has no trailer, so nobody takes it for all.
 */
export async function runStage(
  args: Arguments,
  run: (streams: StageStreams) => void | Promise<void>,
): Promise<number> {
  const wire = chosenWire(args);
  if (args.positionals.length > 0)
    throw new UsageError(`unexpected argument ${args.positionals[0]!}`);
  const chunks = standardInput();
  const sink = recordSink(wire, writeStandardOutput);
  try {
    await run({ wire, chunks, records: readRecords(wire, chunks), put: sink.put });
    sink.end();
    return EXIT_DONE;
  } catch (error) {
    drainStandardInput();
    sayWhy(error, args.flag('debug'));
    return error instanceof UsageError || isBadCall(error) ? EXIT_FAILED : EXIT_BAD_DATA;
  }
}

/** Trying again would not help: a model that is not there, or is of another schema. */
function isBadCall(error: unknown): boolean {
  return error instanceof RapsheetError && BAD_CALLS.has(error.code);
}

const BAD_CALLS: ReadonlySet<string> = new Set(['NOT_FOUND', 'MODEL_CORRUPT', 'SCHEMA_MISMATCH']);

/** One line on standard error. */
export function sayWhy(error: unknown, debug: boolean): void {
  const line = error instanceof RapsheetError ? error.line : error instanceof Error ? error.message : String(error); // prettier-ignore
  const trace = debug && error instanceof Error ? `${error.stack ?? ''}\n` : '';
  try {
    writeSync(2, `${trace}rapsheet: ${visibleText(line)}\n`);
  } catch {
    // Nobody reads it.
  }
}
