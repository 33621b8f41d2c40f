import type { Interval } from '../learn/bootstrap.ts';
import type { FamilyFigures, Figures } from './figures.ts';
import type { LearningCurve } from './learning-curve.ts';
import type { ModelCard, TrainingRun } from './model-card.ts';
import type { PitfallState } from './pitfall.ts';
import type { RankingFigures } from './ranking-figures.ts';
import type { SiteFigures } from './site-figures.ts';
import type { SplitGap } from './split-gap.ts';

/** A model card as Markdown: what people read before they trust it. */
export function modelCardText(card: ModelCard): string {
  const { figures, trainedOn, run, checks } = card;
  const real = trainedOn.groups.filter((group) => !group.startsWith('synthetic:'));
  return [
    `# ${card.name}@${card.version}`,
    '',
    `Feature schema ${card.schema} (${card.features} features), seed ${card.seed}.`,
    '',
    `Trained on ${number(trainedOn.hosts)} labelled hosts of ${real.length} data sets and ${number(trainedOn.syntheticHosts)} generated hosts (made by the project's own recipes).`,
    '',
    ...section('Known weaknesses', bullets(card.weaknesses ?? [])),
    `## Figures (${figures.split})`,
    '',
    splitText(figures.split),
    '',
    ...figureLines(card),
    '',
    ...familyTable(card),
    '',
    ...bullets(card.notes),
    ...(card.notes.length > 0 ? [''] : []),
    ...section('On a network of 1,000 hosts', figures.ranking && rankingLines(figures.ranking)),
    ...section('Who was taken for whom', confusionTable(figures)),
    ...section('What attack scores mean', figures.ranking && reliabilityTable(figures.ranking)),
    ...section('On hosts of your own', card.site && siteTable(card.site)),
    ...section('What a random split would have claimed', card.gap && gapTable(card.gap)),
    ...section('Would more labels help', card.learningCurve && curveTable(card.learningCurve)),
    ...section('Ten pitfalls (Arp et al., USENIX Security 2022)', card.pitfalls?.map(({ number: n, name, state, answer }) => `${n}. **${name}** (${STATES[state]}). ${answer}`)), // prettier-ignore
    ...section('What was found in the data', checks && bullets(checks.findings.map(({ severity, check, finding }) => `${severity}: ${finding} (${check})`))), // prettier-ignore
    ...section('How it was made', run && runLines(run)),
  ].join('\n');
}

const STATES: Readonly<Record<PitfallState, string>> = {
  answered: 'answered',
  partly: 'answered in part',
  open: 'open',
};

function section(title: string, lines: readonly string[] | undefined): string[] {
  return lines === undefined || lines.length === 0 ? [] : [`## ${title}`, '', ...lines, ''];
}

function bullets(lines: readonly string[]): string[] {
  return lines.map((line) => `- ${line}`);
}

function splitText(split: string): string {
  switch (split) {
    case 'random':
      return '**Random split**: hosts of one capture are on both sides. These figures do not hold on another network.';
    case 'time':
      return 'Every host was judged by a model that had learnt from earlier inputs alone, with calibration and threshold from earlier folds. Generated hosts are in no figure.';
    default:
      return 'Every host was judged by a model, a calibration and a threshold that had not seen its data set; inputs without any attacker were split by file. Generated hosts are in no figure.';
  }
}

function figureLines({ figures, alarmThreshold, coverage }: ModelCard): string[] {
  const { attackers, distinctAttackers, familiesOfEnough, macroF1OfEnough = NaN } = figures;
  const distinct =
    distinctAttackers === undefined ? '' : ` (${number(distinctAttackers)} distinct)`;
  const groups = figures.attackGroups === undefined ? '' : ` (${figures.attackGroups} with attackers, ${figures.calmGroups ?? 0} with calm hosts)`; // prettier-ignore
  const enough = familiesOfEnough === undefined ? '' : `; over the ${familiesOfEnough} families with five distinct hosts or more: ${fixed(macroF1OfEnough)}`; // prettier-ignore
  const sets = figures.predictionSets;
  const held = sets === undefined ? '' : `: ${percent(sets.coverage)} hold the truth, ${fixed(sets.meanSize, 1)} families on average, ${percent(sets.single)} name one alone`; // prettier-ignore
  return bullets([
    `${number(figures.hosts)} hosts, ${number(attackers)} of them attackers${distinct}, of ${figures.groups} data sets${groups}`,
    `macro-F1 over families: ${fixed(figures.macroF1)} (95 % by bootstrap over data sets: ${range(figures.macroF1Interval)})${enough}`,
    `attackers that raised an alarm: ${percent(figures.attackRecall)}`,
    `false alarms: ${fixed(figures.falseAlarmsPerThousand, 1)} per 1,000 calm hosts`,
    `average precision of the attack score: ${fixed(figures.attackAveragePrecision)} (hosts as they are labelled, crowds and all)`,
    `alarm threshold ${fixed(alarmThreshold)}; prediction sets for ${percent(coverage)} coverage${held}`,
  ]);
}

function familyTable({ figures, trainedOn }: ModelCard): string[] {
  const rows = Object.entries(trainedOn.families).map(([family, { real, synthetic }]) => {
    const measured = familyCells(figures.families.find((figure) => figure.family === family));
    return [family, ...measured, number(real), number(synthetic)];
  });
  return table(
    ['family', 'hosts', 'distinct', 'data sets', 'precision', 'recall', 'F1', 'in set', 'trained on: real', 'generated'], // prettier-ignore
    rows,
  );
}

function familyCells(figures: FamilyFigures | undefined): string[] {
  if (figures === undefined) return ['0', '0', '0', '–', '–', '–', '–'];
  const { hosts, distinctHosts, tooFew, groups, precision, recall, f1, coverage } = figures;
  const counts = [number(hosts), distinctHosts === undefined ? '–' : number(distinctHosts), number(groups)]; // prettier-ignore
  if (tooFew === true) return [...counts, 'too few to say', '', '', ''];
  return [...counts, fixed(precision), fixed(recall), fixed(f1), coverage === undefined ? '–' : percent(coverage)]; // prettier-ignore
}

function rankingLines(ranking: RankingFigures): string[] {
  const { attackers, calmHosts, prevalence, averagePrecision, precisionAt, recallAtOneFalseAlarm } = ranking; // prettier-ignore
  const few = calmHosts < 1000 ? ' (of so few calm hosts, none may be alarmed on)' : '';
  return [
    `${Math.round(1000 * prevalence)} of them attackers: from ${number(attackers)} attackers and ${number(calmHosts)} calm hosts, of a crowd (one input and family) 60.`,
    '',
    ...bullets([
      `area under precision and recall: ${fixed(averagePrecision.estimate)} (95 %: ${range(averagePrecision)})`,
      ...precisionAt.map(({ k, precision }) => `of the first ${k} by attack score, attackers: ${percent(precision)}`), // prettier-ignore
      `attackers found at one false alarm in 1,000 calm hosts: ${percent(recallAtOneFalseAlarm.estimate)} (95 %: ${percent(recallAtOneFalseAlarm.low)} … ${percent(recallAtOneFalseAlarm.high)})${few}`,
      `calibration error of attack scores: ${fixed(ranking.calibrationError)}`,
    ]),
  ];
}

function confusionTable({ confusion }: Figures): string[] {
  if (confusion === undefined) return [];
  const { families, counts } = confusion;
  const sum = (k: number): number => counts.reduce((total, of) => total + of[k]!, 0);
  const said = families.map((_, k) => k).filter((k) => sum(k) > 0);
  const rows = families.flatMap(
    (family, i) =>
    counts[i]!.some((count) => count > 0) ? [[family, ...said.map((k) => number(counts[i]![k]!))]] : [], // prettier-ignore
  );
  return table(['truth, said', ...said.map((k) => families[k]!)], rows);
}

function reliabilityTable({ reliability }: RankingFigures): string[] {
  return table(
    ['attack score', 'hosts', 'said on average', 'happened'],
    reliability
      .filter(({ rows }) => rows > 0)
      .map(({ low, high, rows, said, happened }) => [`${low.toFixed(1)} … ${high.toFixed(1)}`, number(rows), fixed(said, 2), fixed(happened, 2)]), // prettier-ignore
  );
}

function siteTable({ hosts, attackers, apart, before, after }: SiteFigures): string[] {
  const cells = ({ macroF1, attackRecall, falseAlarmsPerThousand }: SiteFigures['before']): string[] => [fixed(macroF1), percent(attackRecall), fixed(falseAlarmsPerThousand, 1)]; // prettier-ignore
  return [
    `${number(hosts)} labelled hosts (${number(attackers)} attackers), judged by models that had learnt from your other ${apart === 'capture' ? 'captures' : 'hosts (of the same captures, which flatters)'}; crowds thinned.`,
    '',
    ...table(
      ['model', 'macro-F1', 'attackers with an alarm', 'false alarms per 1,000'],
      [['the one it started from', ...cells(before)], ['with your labels', ...cells(after)]], // prettier-ignore
    ),
  ];
}

function gapTable({ hosts, honest, random }: SplitGap): string[] {
  return [
    `The same models on the same ${number(hosts)} hosts (crowds thinned). The difference is made up: do not quote the second line.`,
    '',
    ...table(
      [
        'split',
        'macro-F1',
        'area under precision and recall',
        'recall at one false alarm in 1,000',
      ],
      [honest, random].map(({ split, macroF1, averagePrecision, recallAtOneFalseAlarm }) => [split, fixed(macroF1), fixed(averagePrecision), percent(recallAtOneFalseAlarm)]), // prettier-ignore
    ),
  ];
}

function curveTable(curve: LearningCurve): string[] {
  return table(
    ['share of labelled inputs', 'hosts', 'macro-F1', 'area under precision and recall', 'recall at one false alarm in 1,000'], // prettier-ignore
    curve.map(({ share, hosts, macroF1, averagePrecision, recallAtOneFalseAlarm }) => [share === 0 ? 'generated hosts alone' : percent(share), number(hosts), fixed(macroF1), fixed(averagePrecision), percent(recallAtOneFalseAlarm)]), // prettier-ignore
  );
}

function runLines(run: TrainingRun): string[] {
  const { calibration, groups } = run;
  const losses = calibration === undefined ? [] : Object.entries(calibration.losses).map(([method, loss]) => `${method} ${fixed(loss, 4)}`); // prettier-ignore
  const why =
    calibration?.folds === 0 ? '' : ` (log-loss on groups left out: ${losses.join(', ')})`;
  return [
    ...(run.command === '' ? [] : ['```sh', run.command, '```', '']),
    ...bullets([
      ...(run.rapsheet === '' ? [] : [`rapsheet ${run.rapsheet}`]),
      `split ${run.split}, groups by ${run.groupBy}, ${run.folds} folds`,
      ...(calibration === undefined ? [] : [`calibrated by ${calibration.method}${why}`]),
      `a reconstruction error beyond ${fixed(run.noveltyThreshold)} is unlike anything learnt`,
    ]),
    '',
    ...table(
      ['data set', 'inputs', 'hosts', 'attackers'],
      groups.map(({ group, inputs, hosts, attackers }) => [group, number(inputs), number(hosts), number(attackers)]), // prettier-ignore
    ),
  ];
}

/** The first column to the left, numbers to the right. */
function table(heading: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`; // prettier-ignore
  return [
    line(heading),
    `|${heading.map((_, i) => (i === 0 ? '---' : '---:')).join('|')}|`,
    ...rows.map(line),
  ];
}

function range({ low, high }: Interval): string {
  return `${fixed(low)} … ${fixed(high)}`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}

/** A figure that nothing speaks for is `NaN`, and `null` once it has been in a file. */
function fixed(value: number | null, digits = 3): string {
  return value === null || Number.isNaN(value) ? '–' : value.toFixed(digits);
}

function percent(value: number | null): string {
  return value === null || Number.isNaN(value) ? '–' : `${(100 * value).toFixed(1)} %`;
}
