import { CALM_FAMILIES, type Family } from '../score/family.ts';
import type { Verdict } from '../score/verdict.ts';
import type { Report, ReportOptions } from './report.ts';

/** A verdict that raises an alarm: any family but the calm ones; `unknown` is a question, not an alarm. */
export function isSuspicious(verdict: Verdict): boolean {
  return verdict.label !== 'unknown' && !CALM_FAMILIES.includes(verdict.label);
}

/** Highest attack score first; then alarms, busier hosts, and the host's text, so that the order is always the same. */
function compareVerdicts(a: Verdict, b: Verdict): number {
  return (
    b.attackScore - a.attackScore ||
    Number(isSuspicious(b)) - Number(isSuspicious(a)) ||
    b.observed.flows - a.observed.flows ||
    compareText(a.host, b.host) ||
    a.window.startUs - b.window.startUs
  );
}

export interface Ranking {
  /** The verdicts to show, ranked. */
  readonly shown: readonly Verdict[];
  /** How many more there would be without `top`. */
  readonly beyondTop: number;
}

/** The verdicts a report shows: at least `minAttackScore`, and the first `top` of those. */
export function rankVerdicts(report: Report, options: ReportOptions, defaultTop: number): Ranking {
  const { minAttackScore, top = defaultTop } = options;
  const chosen =
    minAttackScore === undefined
      ? [...report.verdicts]
      : report.verdicts.filter((verdict) => verdict.attackScore >= minAttackScore);
  chosen.sort(compareVerdicts);
  const shown = chosen.slice(0, top);
  return { shown, beyondTop: chosen.length - shown.length };
}

export interface Tally {
  readonly hosts: number;
  readonly suspicious: number;
  readonly unknown: number;
  /** Hosts a label, most hosts first, alarms before calm labels. */
  readonly byLabel: readonly (readonly [Family | 'unknown', number])[];
}

/**
 * How many hosts of which label. A host judged in several windows counts once, by its worst one; an aggregate
 * (`*`) is no further host.
 */
export function tallyVerdicts(verdicts: readonly Verdict[]): Tally {
  const worst = new Map<string, Verdict>();
  for (const verdict of verdicts) {
    if (verdict.host === '*') continue;
    const other = worst.get(verdict.host);
    if (other === undefined || compareVerdicts(verdict, other) < 0)
      worst.set(verdict.host, verdict);
  }
  const counts = new Map<Verdict['label'], number>();
  let suspicious = 0;
  for (const verdict of worst.values()) {
    counts.set(verdict.label, (counts.get(verdict.label) ?? 0) + 1);
    if (isSuspicious(verdict)) suspicious++;
  }
  const byLabel = [...counts].sort(
    ([a, m], [b, n]) => calmness(a) - calmness(b) || n - m || compareText(a, b),
  );
  return { hosts: worst.size, suspicious, unknown: counts.get('unknown') ?? 0, byLabel };
}

function calmness(label: Verdict['label']): number {
  if (label === 'unknown') return 1;
  return CALM_FAMILIES.includes(label) ? 2 : 0;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
