import type { SkippedLines, SkipReason } from '../flow/logs/log-reader.ts';

/** What was read of a log. */
export interface LogRead {
  /** In all. */
  readonly lines: number;
  /** Why lines gave nothing; most frequent first. */
  readonly skips: readonly SkippedLines[];
  /** More than half of the lines are not what the format says. */
  readonly mostlyWrong: boolean;
}

const SHOWN = 3;

/**
 * `12 lines of 4,000 not read: malformed (first at line 17)`: the commonest three reasons; `''` if nothing was wrong.
 */
export function linesNotRead({ lines, skips }: LogRead): string {
  const wrong = skips.filter(({ ordinary }) => !ordinary);
  if (wrong.length === 0) return '';
  const count = wrong.reduce((sum, skip) => sum + skip.count, 0);
  const shown = wrong.slice(0, SHOWN).map((skip) => {
    const number = wrong.length === 1 ? '' : `${counted(skip.count)} `;
    const place = skip.count === 1 ? 'line' : 'first at line';
    return `${number}${REASONS[skip.reason]} (${place} ${counted(skip.firstLine)})`;
  });
  const noun = count === 1 ? 'line' : 'lines';
  return `${counted(count)} ${noun} of ${counted(lines)} not read: ${shown.join(', ')}`;
}

const REASONS: Readonly<Record<SkipReason, string>> = {
  malformedLine: 'malformed',
  lineTooLong: 'longer than 1 MiB',
  lineBeforeHeading: 'before any heading',
  flowWithoutAddresses: 'without addresses',
  unusedZeekLog: 'of a Zeek log that tells nothing of use here',
  notDns: 'a NetBIOS name lookup',
  notIp: 'without IP',
  unusedLine: 'about something else',
  logSaysNoData: 'saying that nothing was recorded',
};

function counted(count: number): string {
  return count.toLocaleString('en-US');
}
