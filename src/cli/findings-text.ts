import type { DatasetLint } from '../job/lint-dataset.ts';
import { formatCounted, visibleText } from '../report/wording.ts';
import type { Finding, Severity } from '../score/lint/finding.ts';
import { wrapped } from './help.ts';

const TITLES: Readonly<Record<Severity, string>> = {
  serious: 'SERIOUS',
  warning: 'WARNING',
  note: 'NOTE',
};

/** Findings for people: what, so what, what to do, where. */
export function* findingsText(lint: DatasetLint): Generator<string> {
  const { hosts, attackers, inputs, groups, findings } = lint;
  yield `${formatCounted(hosts, 'host')} (${formatCounted(attackers, 'attacker')}) of ${formatCounted(inputs, 'input')} in ${formatCounted(groups, 'group')}\n`;
  for (const finding of findings) yield* findingText(finding);
  const count = (severity: Severity): number =>
    findings.filter((finding) => finding.severity === severity).length;
  yield `\n${count('serious')} serious, ${formatCounted(count('warning'), 'warning')}, ${formatCounted(count('note'), 'note')}\n`;
}

function* findingText({
  check,
  severity,
  finding,
  consequence,
  advice,
  examples,
}: Finding): Generator<string> {
  yield `\n${TITLES[severity]}  ${check}\n`;
  yield* paragraph('', finding);
  yield* paragraph('so: ', consequence);
  if (advice !== '') yield* paragraph('do: ', advice);
  for (const example of examples) yield `    · ${visibleText(example)}\n`;
}

function* paragraph(head: string, text: string): Generator<string> {
  for (const line of wrapped(`${head}${visibleText(text)}.`.split(' '))) yield `${line}\n`;
}
