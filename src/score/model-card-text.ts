import type { ModelCard } from './model-card.ts';

/** A model card as Markdown: what people read before they trust it. */
export function modelCardText(card: ModelCard): string {
  const { figures, trainedOn } = card;
  const interval = `${fixed(figures.macroF1Interval.low)} … ${fixed(figures.macroF1Interval.high)}`;
  const real = trainedOn.groups.filter((group) => !group.startsWith('synthetic:'));
  return [
    `# ${card.name}@${card.version}`,
    '',
    `Feature schema ${card.schema} (${card.features} features), seed ${card.seed}.`,
    '',
    `Trained on ${number(trainedOn.hosts)} labelled hosts of ${real.length} data sets and ${number(trainedOn.syntheticHosts)} generated hosts (made by the project's own recipes).`,
    '',
    `## Figures (${figures.split})`,
    '',
    figures.split === 'random'
      ? '**Random split**: hosts of one capture are on both sides. These figures do not hold on another network.'
      : 'Every host was judged by a model, a calibration and a threshold that had not seen its data set; inputs without any attacker were split by file. Generated hosts are in no figure.',
    '',
    `- ${number(figures.hosts)} hosts, ${number(figures.attackers)} of them attackers, of ${figures.groups} data sets`,
    `- macro-F1 over families: ${fixed(figures.macroF1)} (95 % by bootstrap over data sets: ${interval})`,
    `- attackers that raised an alarm: ${percent(figures.attackRecall)}`,
    `- false alarms: ${fixed(figures.falseAlarmsPerThousand, 1)} per 1,000 calm hosts`,
    `- average precision of the attack score: ${fixed(figures.attackAveragePrecision)}`,
    `- alarm threshold ${fixed(card.alarmThreshold)}; prediction sets for ${percent(card.coverage)} coverage`,
    '',
    '| family | hosts | data sets | precision | recall | F1 | trained on: real | generated |',
    '|---|---:|---:|---:|---:|---:|---:|---:|',
    ...Object.entries(trainedOn.families).map(([family, { real: own, synthetic }]) => {
      const f = figures.families.find((figure) => figure.family === family);
      const measured = f
        ? [number(f.hosts), f.groups, fixed(f.precision), fixed(f.recall), fixed(f.f1)]
        : [0, 0, '–', '–', '–'];
      return `| ${[family, ...measured, number(own), number(synthetic)].join(' | ')} |`;
    }),
    '',
    ...card.notes.map((note) => `- ${note}`),
    ...(card.notes.length > 0 ? [''] : []),
  ].join('\n');
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
