import { timeZone } from '../flow/logs/time-zone.ts';
import { formattedWebLog } from '../flow/logs/web-format.ts';
import { INPUT_FORMATS, type InputFormat } from '../flow/recognise-input.ts';
import type { Progress, ReadInputsOptions } from '../job/read-inputs.ts';
import { STANDARD_OUTPUT } from '../job/write-output.ts';
import { UsageError, type Arguments } from './arguments.ts';
import { columnMap, isWebMap } from './column-map.ts';
import type { Options } from './option.ts';
import type { ProgressLine } from './progress-line.ts';

/** Options of the commands that read captures alone. */
export const CAPTURE_OPTIONS: Options = {
  'input-format': {
    value: 'FORMAT',
    help: 'take every input for this format instead of recognising it by content',
  },
  'no-rotated': {
    help: 'read the files of one recording (day.pcap1, day.pcap2 …) each by itself, not as one capture',
  },
};

/** Options of every command that reads INPUT. */
export const INPUT_OPTIONS: Options = {
  ...CAPTURE_OPTIONS,
  map: {
    value: 'COLUMN=FIELD,…',
    help: 'read every input as a table with a heading, of which COLUMN is FIELD (rapsheet flows --help lists the fields); with fields of requests, as JSON access logs',
  },
  'log-format': {
    value: "'FORMAT'",
    help: 'read every input as an access log in this LogFormat of Apache or log_format of nginx',
  },
  timezone: {
    value: 'ZONE',
    help: 'where times without a zone were written: Europe/Prague, +02:00 (default UTC)',
  },
};

/** Option of the commands that need no flows in their order, only what adds up. */
export const WORKERS_OPTION: Options = {
  workers: {
    value: 'N',
    help: 'threads that read a capture of 256 MiB or more (default 1)',
  },
};

export const OUTPUT_OPTION: Options = {
  output: { value: 'FILE', short: 'o', help: 'write to FILE instead of standard output' },
};

export function readOptions(args: Arguments, progress: ProgressLine): ReadInputsOptions {
  const format = args.choice<InputFormat>('input-format', INPUT_FORMATS);
  const map = columnMap(args);
  const asked = mappedFormat(args, map);
  if (asked !== undefined && format !== undefined && format !== asked) {
    throw new UsageError(`--input-format: what is asked for is ${asked}, not ${format}: leave it out`); // prettier-ignore
  }
  const workers = args.integer('workers', { min: 1, max: 256 });
  return {
    ...(workers === undefined ? {} : { workers }),
    onProgress: withPauses(progress.update),
    rotated: !args.flag('no-rotated'),
    ...(format === undefined && asked === undefined ? {} : { format: format ?? asked! }),
    ...(map === undefined ? {} : { map }),
    ...logOptions(args),
  };
}

/** The format that `--map` and `--log-format` speak of. */
function mappedFormat(
  args: Arguments,
  map: Readonly<Record<string, string>> | undefined,
): InputFormat | undefined {
  const isLogFormat = args.text('log-format') !== undefined;
  if (isLogFormat && map !== undefined) {
    throw new UsageError('--log-format: it says what every piece is: leave --map out');
  }
  if (isLogFormat) return 'web-log';
  if (map === undefined) return undefined;
  return isWebMap(Object.entries(map)) ? 'web-json' : 'flow-csv';
}

/** Checked here, so that a mistake is a mistake of the command line and not of a file. */
function logOptions(args: Arguments): Pick<ReadInputsOptions, 'logFormat' | 'timezone'> {
  const [logFormat, timezone] = [args.text('log-format'), args.text('timezone')];
  try {
    if (logFormat !== undefined) formattedWebLog(logFormat);
    if (timezone !== undefined) timeZone(timezone);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new UsageError(cause.message.replace(/^logFormat/, '--log-format').replace(/^timezone/, '--timezone'), { cause }); // prettier-ignore
  }
  return {
    ...(logFormat === undefined ? {} : { logFormat }),
    ...(timezone === undefined ? {} : { timezone }),
  };
}

const PAUSE_EVERY_MS = 100;

/** Files are read without waiting: only a pause lets a signal through (Ctrl-C), which removes unfinished output. */
function withPauses(
  update: (progress: Progress) => void,
): (progress: Progress) => Promise<void> | undefined {
  let pausedMs = performance.now();
  return (progress) => {
    update(progress);
    if (performance.now() - pausedMs < PAUSE_EVERY_MS) return undefined;
    return new Promise((resolve) => {
      setImmediate(() => {
        pausedMs = performance.now();
        resolve();
      });
    });
  };
}

export function outputPath(args: Arguments): string {
  return args.text('output') ?? STANDARD_OUTPUT;
}
