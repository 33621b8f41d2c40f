import type { Figures } from '../score/model-card.ts';
import { formatCount, formatCounted } from '../report/wording.ts';

const SPLITS: Readonly<Record<string, string>> = {
  'leave-groups-out': 'judged by models that had not seen their group of inputs',
  'held-out': 'judged by the model as it is',
  random:
    'RANDOM SPLIT: hosts of one capture on both sides; these figures do not hold on another network',
};

/** Figures for people: what was measured on what first, then one line a family. */
export function* figuresText(figures: Figures): Generator<string> {
  const { low, high } = figures.macroF1Interval;
  yield `${formatCounted(figures.hosts, 'host')}, ${formatCounted(figures.attackers, 'attacker')}, ${formatCounted(figures.groups, 'group')} of inputs; ${SPLITS[figures.split] ?? figures.split}\n\n`;
  yield `macro-F1 over families     ${fixed(figures.macroF1)}  (95 %: ${fixed(low)} … ${fixed(high)}, by bootstrap over groups)\n`;
  yield `attackers with an alarm    ${percent(figures.attackRecall)}\n`;
  yield `false alarms               ${fixed(figures.falseAlarmsPerThousand, 1)} per 1,000 calm hosts\n`;
  yield `average precision          ${fixed(figures.attackAveragePrecision)}  (ranking by attack score)\n\n`;
  yield `${'FAMILY'.padEnd(12)}${['HOSTS', 'GROUPS', 'PRECISION', 'RECALL', 'F1'].map((title) => title.padStart(11)).join('')}\n`;
  for (const { family, hosts, groups, precision, recall, f1 } of figures.families) {
    const cells = [
      formatCount(hosts),
      formatCount(groups),
      fixed(precision),
      fixed(recall),
      fixed(f1),
    ];
    yield `${family.padEnd(12)}${cells.map((cell) => cell.padStart(11)).join('')}\n`;
  }
}

function fixed(value: number, digits = 3): string {
  return Number.isNaN(value) ? '–' : value.toFixed(digits);
}

function percent(value: number): string {
  return Number.isNaN(value) ? '–' : `${(100 * value).toFixed(1)} %`;
}
