import { formatCount, formatCounted } from '../report/wording.ts';
import type { Interval } from '../learn/bootstrap.ts';
import type { LearningCurve } from '../score/learning-curve.ts';
import type { FamilyFigures, Figures } from '../score/figures.ts';
import type { RankingFigures } from '../score/ranking-figures.ts';
import type { FewLabelsCurve } from '../score/few-labels.ts';
import type { SiteFigures } from '../score/site-figures.ts';
import type { SplitGap } from '../score/split-gap.ts';

const SPLITS: Readonly<Record<string, string>> = {
  'leave-groups-out': 'judged by models that had not seen their group of inputs',
  time: 'judged by models that had learnt from earlier inputs alone',
  'held-out': 'judged by the model as it is',
  random:
    'RANDOM SPLIT: hosts of one capture on both sides; these figures do not hold on another network',
};

/** Figures for people: what was measured on what first, then the network, then one line a family. */
export function* figuresText(figures: Figures): Generator<string> {
  const { attackers, distinctAttackers } = figures;
  const distinct = distinctAttackers === undefined || distinctAttackers === attackers ? '' : ` (${formatCount(distinctAttackers)} distinct)`; // prettier-ignore
  yield `${formatCounted(figures.hosts, 'host')}, ${formatCounted(attackers, 'attacker')}${distinct}, ${groups(figures)}; ${SPLITS[figures.split] ?? figures.split}\n\n`;
  yield line('macro-F1 over families', `${fixed(figures.macroF1)}  (95 %: ${range(figures.macroF1Interval)}, by bootstrap over groups)`); // prettier-ignore
  const { familiesOfEnough, macroF1OfEnough = NaN } = figures;
  if (familiesOfEnough !== undefined && familiesOfEnough < figures.families.length) {
    yield line(
      '',
      `${fixed(macroF1OfEnough)}  over the ${familiesOfEnough} with five hosts or more`,
    );
  }
  yield line('attackers with an alarm', percent(figures.attackRecall));
  yield line('false alarms', `${fixed(figures.falseAlarmsPerThousand, 1)} per 1,000 calm hosts`);
  if (figures.ranking) yield* rankingText(figures.ranking);
  else yield line('average precision', `${fixed(figures.attackAveragePrecision)}  (ranking by attack score)`); // prettier-ignore
  if (figures.predictionSets) {
    const { coverage, meanSize, single } = figures.predictionSets;
    yield line('prediction sets', `${percent(coverage)} hold the truth; ${fixed(meanSize, 1)} families on average, ${percent(single)} name one alone`); // prettier-ignore
  }
  yield '\n';
  yield* familiesText(figures.families);
}

function groups({ groups: all, attackGroups, calmGroups }: Figures): string {
  const parts = attackGroups === undefined ? '' : ` (${formatCount(attackGroups)} with attackers, ${formatCount(calmGroups ?? 0)} with calm hosts)`; // prettier-ignore
  return `${formatCounted(all, 'group')} of inputs${parts}`;
}

function* rankingText(ranking: RankingFigures): Generator<string> {
  const { attackers, calmHosts, prevalence, averagePrecision, precisionAt, recallAtOneFalseAlarm } = ranking; // prettier-ignore
  yield `\non a network of 1,000 hosts, ${Math.round(1000 * prevalence)} of them attackers (from ${formatCounted(attackers, 'attacker')} and ${formatCounted(calmHosts, 'calm host')}; crowds count 60)\n`;
  yield line('average precision', `${fixed(averagePrecision.estimate)}  (95 %: ${range(averagePrecision)}; area under precision and recall)`); // prettier-ignore
  for (const { k, precision } of precisionAt) {
    yield line(`precision at ${k}`, `${fixed(precision, 2)}  of the first ${k} by attack score are attackers`); // prettier-ignore
  }
  const fewCalm = calmHosts < 1000 ? '; of so few calm hosts none may be alarmed on' : '';
  yield line('recall at 1 false alarm', `${percent(recallAtOneFalseAlarm.estimate)}  per 1,000 calm hosts (95 %: ${percent(recallAtOneFalseAlarm.low)} … ${percent(recallAtOneFalseAlarm.high)}${fewCalm})`); // prettier-ignore
  yield line('calibration error', `${fixed(ranking.calibrationError)}  between attack scores and what happened`); // prettier-ignore
}

function* familiesText(families: readonly FamilyFigures[]): Generator<string> {
  const known = families.some(({ distinctHosts }) => distinctHosts !== undefined);
  const titles = ['HOSTS', ...(known ? ['DISTINCT'] : []), 'GROUPS', 'PRECISION', 'RECALL', 'F1', ...(known ? ['IN SET'] : [])]; // prettier-ignore
  yield row('FAMILY', titles);
  for (const {
    family,
    hosts,
    distinctHosts = NaN,
    tooFew,
    groups: of,
    precision,
    recall,
    f1,
    coverage = NaN,
  } of families) {
    // prettier-ignore
    const counts = [formatCount(hosts), ...(known ? [formatCount(distinctHosts)] : []), formatCount(of)]; // prettier-ignore
    if (tooFew === true) yield `${row(family, counts).trimEnd()}   too few to say\n`;
    else yield row(family, [...counts, fixed(precision), fixed(recall), fixed(f1), ...(known ? [percent(coverage)] : [])]); // prettier-ignore
  }
}

/** Who was taken for whom: true families down, what was said across. */
export function* confusionText({ confusion }: Figures): Generator<string> {
  if (confusion === undefined) return;
  const { families, counts } = confusion;
  const shown = families.map((_, i) => i).filter((i) => counts.some((of, k) => of[i]! > 0 || (k === i && of.some((count) => count > 0)))); // prettier-ignore
  yield `\n${row(
    'TRUTH \\ SAID',
    shown.map((i) => families[i]!),
  )}`;
  for (const i of shown) {
    if (counts[i]!.every((count) => count === 0)) continue;
    yield row(families[i]!, shown.map((k) => (counts[i]![k] === 0 ? '·' : formatCount(counts[i]![k]!)))); // prettier-ignore
  }
}

const BAR = 40;

/** What attack scores said and how often it was so. */
export function* reliabilityText({ ranking }: Figures): Generator<string> {
  if (ranking === undefined) return;
  yield `\n${row('ATTACK SCORE', ['HOSTS', 'SAID', 'HAPPENED'])}`;
  for (const { low, high, rows, said, happened } of ranking.reliability) {
    if (rows === 0) continue;
    const bar = new Array<string>(BAR + 1).fill('·');
    bar.fill('█', 0, Math.round(BAR * happened));
    bar[Math.round(BAR * said)] = '┃';
    yield `${row(`${low.toFixed(1)} … ${high.toFixed(1)}`, [formatCount(rows), fixed(said, 2), fixed(happened, 2)]).trimEnd()}   ${bar.join('')}\n`;
  }
  yield `${' '.repeat(4)}█ what happened, ┃ what was said; attackers weighed to be one host in ${Math.round(1 / ranking.prevalence)}\n`;
}

/** Whether more labels would help. */
export function* learningCurveText(curve: LearningCurve): Generator<string> {
  yield `\n${row('LEARNT FROM', ['HOSTS', 'MACRO-F1', 'AV. PREC.', 'REC. AT 1'])}`;
  for (const { share, hosts, macroF1, averagePrecision, recallAtOneFalseAlarm } of curve) {
    const what = share === 0 ? 'generated' : `${Math.round(100 * share)} %`;
    yield row(what, [formatCount(hosts), fixed(macroF1), fixed(averagePrecision), percent(recallAtOneFalseAlarm)]); // prettier-ignore
  }
  yield `${' '.repeat(4)}share of labelled inputs that taught; the hosts judged are the same\n`;
}

/** What a random split would have claimed, as a warning. */
export function* gapText({ hosts, honest, random }: SplitGap): Generator<string> {
  yield `\n${row('SPLIT', ['MACRO-F1', 'AV. PREC.', 'REC. AT 1'])}`;
  for (const { split, macroF1, averagePrecision, recallAtOneFalseAlarm } of [honest, random]) {
    yield row(split === 'random' ? 'RANDOM' : split === 'time' ? 'by time' : 'by group', [fixed(macroF1), fixed(averagePrecision), percent(recallAtOneFalseAlarm)]); // prettier-ignore
  }
  yield `${' '.repeat(4)}the same models on the same ${formatCounted(hosts, 'host')}: the difference is what a random split makes up\n`;
}

/** What the user's own labels changed, on hosts of the user's. */
export function* siteText({
  hosts,
  attackers,
  apart,
  before,
  after,
}: SiteFigures): Generator<string> {
  const others = apart === 'capture' ? 'captures' : 'hosts (of the same captures, which flatters)';
  yield `\non ${formatCounted(hosts, 'host')} of your own (${formatCounted(attackers, 'attacker')}), by models that learnt from your other ${others}\n`;
  yield row('MODEL', ['MACRO-F1', 'RECALL', 'FALSE AL.']);
  for (const [name, { macroF1, attackRecall, falseAlarmsPerThousand }] of [
    ['before', before],
    ['after', after],
  ] as const) {
    // prettier-ignore
    yield row(name, [fixed(macroF1), percent(attackRecall), fixed(falseAlarmsPerThousand, 1)]);
  }
}

/** How far a few labels of one's own carry. */
export function* fewLabelsText({ base, apart, points }: FewLabelsCurve): Generator<string> {
  if (points.length === 0) {
    yield 'too few hosts to say: no draw leaves both attackers and calm hosts to judge\n';
    return;
  }
  yield row('LABELS', ['TAUGHT', 'JUDGED', 'F1 BEFORE', 'F1 AFTER', 'RECALL', 'FALSE AL.']);
  for (const { perFamily, taught, judged, before, after, macroF1Range } of points) {
    const [low, high] = macroF1Range;
    const cells = [formatCount(taught), formatCount(judged), fixed(before.macroF1), fixed(after.macroF1), percent(after.attackRecall), fixed(after.falseAlarmsPerThousand, 1)]; // prettier-ignore
    yield `${row(String(perFamily), cells).trimEnd()}   F1 ${fixed(low)} … ${fixed(high)}\n`;
  }
  const others = apart === 'capture' ? 'captures in which none taught' : 'the same captures, which flatters: label three captures with attackers and three without'; // prettier-ignore
  yield `${' '.repeat(4)}LABELS: hosts a family, at most, that taught beside what ${base} had learnt from (before: ${base} as it is)\n`;
  yield `${' '.repeat(4)}means of ${Math.max(...points.map(({ draws }) => draws))} draws at most, on hosts of ${others}; crowds thinned; false alarms per 1,000\n`;
}

function line(name: string, value: string): string {
  return `${name.padEnd(26)} ${value}\n`;
}

function row(name: string, cells: readonly string[]): string {
  return `${name.padEnd(12)}${cells.map((cell) => cell.padStart(11)).join('')}\n`;
}

function range({ low, high }: Interval): string {
  return `${fixed(low)} … ${fixed(high)}`;
}

/** A figure that nothing speaks for is `NaN`, and `null` once it has been in a file. */
function fixed(value: number | null, digits = 3): string {
  return value === null || Number.isNaN(value) ? '–' : value.toFixed(digits);
}

function percent(value: number | null): string {
  return value === null || Number.isNaN(value) ? '–' : `${(100 * value).toFixed(1)} %`;
}
