import { isatty } from 'node:tty';
import type { ReportOptions } from '../report/report.ts';
import type { Arguments } from './arguments.ts';

/** How wide standard output is and whether it shows colours; both only if it is a terminal and gets the output. */
export function terminalOptions(args: Arguments, toStandardOutput: boolean): ReportOptions {
  if (!toStandardOutput || !isTerminal()) return {};
  const color =
    !args.flag('no-color') &&
    (process.env['NO_COLOR'] ?? '') === '' &&
    process.env['TERM'] !== 'dumb';
  return { color, width: process.stdout.columns || 80 };
}

/** Standard output is read by a person. */
export function isTerminal(): boolean {
  return isatty(1);
}
