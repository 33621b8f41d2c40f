import { isAttack, onlyTeaches } from '../training-rows.ts';
import type { TrainingRow } from '../training-row.ts';
import {
  lintContradictions,
  lintDuplicates,
  lintNearDuplicates,
  lintSameInputs,
} from './alike-hosts.ts';
import { lintAttackerCounts, lintSharedAttackers } from './attacker-counts.ts';
import type { Finding } from './finding.ts';
import { lintGiveAways } from './give-aways.ts';
import { lintInvisibleAttacks } from './invisible-attacks.ts';
import { lintCapture } from './label-follows-capture.ts';

/** What a labelled data set holds, and what is wrong with it. */
export interface RowsLint {
  readonly hosts: number;
  readonly attackers: number;
  readonly inputs: number;
  readonly groups: number;
  readonly findings: readonly Finding[];
}

/** Looks at labelled hosts for what would make a model or its figures untrue. Generated rows and views are left out. */
export function lintRows(
  all: readonly TrainingRow[],
  options: {
    readonly seed: number;
    /** The checks that fit small judges, too; default true. */
    readonly withFits?: boolean;
    readonly onCheck?: (done: number, total: number) => void;
  },
): RowsLint {
  const rows = all.filter((row) => !onlyTeaches(row));
  const checks: readonly (() => Finding[])[] = [
    () => lintAttackerCounts(rows),
    () => lintSameInputs(rows),
    () => lintDuplicates(rows),
    () => lintContradictions(rows),
    () => lintNearDuplicates(rows),
    () => lintSharedAttackers(rows),
    () => lintCapture(rows),
    () => lintInvisibleAttacks(rows),
    ...(options.withFits === false ? [] : [() => lintGiveAways(rows, options.seed)]),
  ];
  const findings = checks.flatMap((check, done) => {
    options.onCheck?.(done, checks.length);
    return rows.length === 0 ? [] : check();
  });
  return {
    hosts: rows.length,
    attackers: rows.filter(isAttack).length,
    inputs: new Set(rows.map((row) => row.input)).size,
    groups: new Set(rows.map((row) => row.group)).size,
    findings,
  };
}
