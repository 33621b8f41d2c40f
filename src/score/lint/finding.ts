/** How much a finding matters to figures and to the model: a serious one makes them untrue. */
export type Severity = 'serious' | 'warning' | 'note';

/** One thing that is wrong with a labelled data set, for whoever has to mend it. */
export interface Finding {
  /** The check that found it, as `LINT_CHECKS` names it. */
  readonly check: string;
  readonly severity: Severity;
  /** What is so, with its numbers. */
  readonly finding: string;
  /** What it does to a model or to its figures. */
  readonly consequence: string;
  /** What to do about it; `''` if nothing. */
  readonly advice: string;
  /** Some of the places, the worst first. */
  readonly examples: readonly string[];
}

const RANK: Readonly<Record<Severity, number>> = { serious: 0, warning: 1, note: 2 };

/** Serious ones first, in the order of the checks. */
export function bySeverity(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => RANK[a.severity] - RANK[b.severity]);
}

/** `3 hosts`, `1 host`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

/** `97 %`; `over 99 %`, `under 1 %` where rounding would hide that it is not all or nothing. */
export function percent(share: number): string {
  const rounded = Math.round(100 * share);
  // Sums of weights miss 1 by a hair.
  if (rounded === 100 && share < 1 - 1e-9) return 'over 99 %';
  if (rounded === 0 && share > 0) return 'under 1 %';
  return `${rounded} %`;
}
