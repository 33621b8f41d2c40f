import type { Verdict } from '../score/verdict.ts';
import { isSuspicious, rankVerdicts, tallyVerdicts } from './ranking.ts';
import type { Report, ReportOptions, ReportRenderer } from './report.ts';
import {
  formatCount,
  formatCounted,
  formatLabel,
  formatScore,
  topReason,
  visibleText,
} from './wording.ts';

/** Hosts shown unless `top` says otherwise: a screenful or two. */
const DEFAULT_TOP = 50;
/** A reason with less room than this goes to a line of its own. */
const NARROWEST_REASON = 28;
const GAP = '  ';
const IPV4_WIDTH = '255.255.255.255'.length;

type Paint = (text: string) => string;
interface Palette {
  readonly alarm: Paint;
  readonly doubt: Paint;
  readonly faint: Paint;
  readonly strong: Paint;
}

/** For the terminal: the worst hosts with the reason that weighs most, and one line that sums up. */
export const tableReport: ReportRenderer = {
  extensions: ['txt'],
  *render(report, options = {}) {
    const palette = options.color === true ? COLORS : PLAIN;
    const width = options.width ?? Infinity;
    const { shown, beyondTop } = rankVerdicts(report, options, DEFAULT_TOP);
    if (shown.length > 0) yield* renderRows(shown, width, palette);
    if (beyondTop > 0) {
      const more = `… and ${formatCounted(beyondTop, 'more host')} (--top ${shown.length + beyondTop} shows them)`;
      yield `${palette.faint(more)}\n`;
    }
    if (shown.length > 0) yield '\n';
    yield* renderSummary(report, options, palette);
  },
};

interface Column {
  readonly title: string;
  readonly right: boolean;
  readonly read: (verdict: Verdict) => string;
}

const COLUMNS: readonly Column[] = [
  { title: 'HOST', right: false, read: (v) => visibleText(v.host) },
  { title: 'VERDICT', right: false, read: (v) => visibleText(formatLabel(v)) },
  { title: 'PROB', right: true, read: (v) => formatScore(v.probability) },
  { title: 'ATTACK', right: true, read: (v) => formatScore(v.attackScore) },
  { title: 'PROVEN', right: false, read: (v) => (v.sourceProven ? 'yes' : 'no') },
];

function* renderRows(
  verdicts: readonly Verdict[],
  width: number,
  palette: Palette,
): Generator<string> {
  const cells = verdicts.map((verdict) => COLUMNS.map((column) => column.read(verdict)));
  const widths = COLUMNS.map((column, i) =>
    cells.reduce((widest, row) => Math.max(widest, row[i]!.length), column.title.length),
  );
  if (totalWidth(widths) > width) widths[0] = Math.min(widths[0]!, IPV4_WIDTH);
  const fixed = totalWidth(widths);
  const below = width - fixed < NARROWEST_REASON;
  const room = Math.max(NARROWEST_REASON, below ? width - 2 * GAP.length : width - fixed);
  const titles = COLUMNS.map((column, i) => pad(column.title, widths[i]!, column.right));
  yield `${palette.faint([...titles, ...(below ? [] : ['WHY'])].join(GAP).trimEnd())}\n`;
  for (const [index, verdict] of verdicts.entries()) {
    const host = cells[index]![0]!;
    if (host.length > widths[0]!) {
      yield `${host}\n`; // an address is never cut: it takes a line of its own
      cells[index]![0] = '';
    }
    const row = cells[index]!.map((text, i) => pad(text, widths[i]!, COLUMNS[i]!.right));
    const paint = paintOf(verdict, palette);
    row[1] = paint(row[1]!);
    row[3] = paint(row[3]!);
    const reason = cut(visibleText(topReason(verdict)), room);
    if (!below) yield `${[...row, reason].join(GAP).trimEnd()}\n`;
    else {
      yield `${row.join(GAP).trimEnd()}\n`;
      if (reason !== '') yield `${GAP}${GAP}${palette.faint(reason)}\n`;
    }
  }
}

function totalWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width + GAP.length, 0);
}

function* renderSummary(report: Report, options: ReportOptions, palette: Palette) {
  const { verdicts, context } = report;
  const tally = tallyVerdicts(verdicts);
  const parts = tally.byLabel.map(([label, count]) => `${formatCount(count)} ${label}`);
  const suspicious = `${formatCount(tally.suspicious)} suspicious`;
  const headline = `${formatCounted(tally.hosts, 'host')}, ${tally.suspicious > 0 ? palette.alarm(suspicious) : suspicious}`;
  yield `${palette.strong(headline)}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}\n`;
  if (options.minAttackScore !== undefined) {
    yield `${palette.faint(`shown: attack score of at least ${options.minAttackScore}`)}\n`;
  }
  if (context.missing.length > 0) {
    yield `${palette.faint(`not visible in this input: ${context.missing.join(', ')}`)}\n`;
  }
  if (context.skipped.size > 0) {
    const skips = [...context.skipped].map(([reason, n]) => `${formatCount(n)} ${reason}`);
    yield `${palette.faint(`skipped: ${visibleText(skips.join(', '))}`)}\n`;
  }
  if (context.model !== '') yield `${palette.faint(`model: ${visibleText(context.model)}`)}\n`;
}

function paintOf(verdict: Verdict, palette: Palette): Paint {
  if (isSuspicious(verdict)) return palette.alarm;
  return verdict.label === 'unknown' || verdict.attackScore >= 0.5 ? palette.doubt : palette.faint;
}

function pad(text: string, width: number, right: boolean): string {
  return right ? text.padStart(width) : text.padEnd(width);
}

function cut(text: string, room: number): string {
  return text.length <= room ? text : `${text.slice(0, room - 1)}…`;
}

const same: Paint = (text) => text;
const PLAIN: Palette = { alarm: same, doubt: same, faint: same, strong: same };
const sgr =
  (code: string): Paint =>
  (text) =>
    `\u001b[${code}m${text}\u001b[0m`;
const COLORS: Palette = { alarm: sgr('1;31'), doubt: sgr('33'), faint: sgr('2'), strong: sgr('1') };
