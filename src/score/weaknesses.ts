import { CALM_FAMILIES } from './family.ts';
import type { ModelCard } from './model-card.ts';

/** What a model is known to do badly, from its own figures. */
export function knownWeaknesses(card: Omit<ModelCard, 'pitfalls' | 'weaknesses'>): string[] {
  const { figures, trainedOn, coverage } = card;
  const attacks = figures.families.filter(({ family }) => !CALM_FAMILIES.some((calm) => calm === family)); // prettier-ignore
  const names = (some: readonly { readonly family: string }[]): string =>
    some.map(({ family }) => family).join(', ');
  const few = attacks.filter(({ tooFew }) => tooFew === true);
  const missed = attacks.filter(({ tooFew, recall }) => tooFew !== true && recall < 0.5);
  const generated = Object.entries(trainedOn.families).filter(([, { real, synthetic }]) => real === 0 && synthetic > 0); // prettier-ignore
  const unknown = Object.entries(trainedOn.families).filter(([, { real, synthetic }]) => real + synthetic === 0); // prettier-ignore
  const sets = figures.predictionSets;
  const lines: (string | false)[] = [
    missed.length > 0 && `More than half of the hosts are missed of: ${names(missed)}.`,
    few.length > 0 && `Fewer than five distinct hosts to judge: ${names(few)}. Nothing is known of how well they are found.`, // prettier-ignore
    generated.length > 0 && `Learnt from generated traffic alone: ${generated.map(([family]) => family).join(', ')}.`, // prettier-ignore
    unknown.length > 0 && `Never seen: ${unknown.map(([family]) => family).join(', ')}.`,
    figures.split === 'random' && 'Its figures are of a random split and do not hold on another network.', // prettier-ignore
    figures.macroF1Interval.high - figures.macroF1Interval.low > 0.2 && 'Figures differ much from group to group: look at the intervals before the estimates.', // prettier-ignore
    sets !== undefined && sets.coverage < coverage - 0.02 && `Prediction sets hold the truth in ${(100 * sets.coverage).toFixed(0)} % of hosts, not in the ${(100 * coverage).toFixed(0)} % they promise.`, // prettier-ignore
    sets !== undefined && sets.meanSize > 4 && `Prediction sets are wide: ${sets.meanSize.toFixed(1)} families on average.`, // prettier-ignore
  ];
  return lines.filter((line) => line !== false);
}
