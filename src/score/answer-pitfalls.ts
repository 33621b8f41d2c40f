import { CALM_FAMILIES } from './family.ts';
import type { ModelCard } from './model-card.ts';
import type { Pitfall, PitfallState } from './pitfall.ts';

/** What a card says before its pitfalls are answered. */
type Facts = Omit<ModelCard, 'pitfalls' | 'weaknesses'>;

/** Every pitfall, answered from what the run measured. */
export function answerPitfalls(facts: Facts): Pitfall[] {
  const answers: readonly (readonly [string, (facts: Facts) => readonly [PitfallState, string]])[] =
    [
      ['Sampling bias', samplingBias],
      ['Label inaccuracy', labelInaccuracy],
      ['Data snooping', dataSnooping],
      ['Spurious correlations', spuriousCorrelations],
      ['Biased parameter selection', biasedParameters],
      ['Inappropriate baseline', inappropriateBaseline],
      ['Inappropriate performance measures', inappropriateMeasures],
      ['Base rate fallacy', baseRate],
      ['Lab-only evaluation', labOnly],
      ['Inappropriate threat model', threatModel],
    ];
  return answers.map(([name, answer], index) => {
    const [state, text] = answer(facts);
    return { number: index + 1, name, state, answer: text };
  });
}

function samplingBias({ figures, trainedOn }: Facts): readonly [PitfallState, string] {
  const { groups, attackGroups, calmGroups = 0 } = figures;
  const kinds = attackGroups === undefined ? '' : ` (${attackGroups} with attackers, ${calmGroups} with calm hosts)`; // prettier-ignore
  const generated = Object.entries(trainedOn.families).filter(([, { real, synthetic }]) => real === 0 && synthetic > 0); // prettier-ignore
  const only = generated.length === 0 ? '' : ` Of ${generated.map(([family]) => family).join(', ')} there are only generated hosts.`; // prettier-ignore
  return [
    groups >= 30 && generated.length === 0 ? 'partly' : 'open',
    `The hosts are those of ${groups} groups of labelled inputs${kinds}, not a sample of any network; the mix of families is theirs.${only}`,
  ];
}

function labelInaccuracy({ checks }: Facts): readonly [PitfallState, string] {
  if (checks === undefined) return ['open', 'Labels were taken as given.'];
  const found = checks.findings.filter(({ check }) => LABEL_CHECKS.includes(check));
  return [
    'partly',
    `Labels were taken as given and checked for contradictions and for attacks that cannot be seen${found.length === 0 ? ': none was found' : `: ${found.map(({ finding }) => finding).join('; ')}`}. A wrong label that contradicts nothing stays unseen.`,
  ];
}

const LABEL_CHECKS = ['contradictions', 'invisible-attacks'];

function dataSnooping({ figures, run, checks }: Facts): readonly [PitfallState, string] {
  const twins = (checks?.findings ?? []).filter(({ check }) => TWIN_CHECKS.includes(check) ).map(({ finding }) => finding); // prettier-ignore
  const left = twins.length === 0 ? '' : ` Alike hosts on both sides: ${twins.join('; ')}.`;
  if (figures.split === 'random') {
    return ['open', `Committed: the split is random, hosts of one capture are on both sides.${left}`]; // prettier-ignore
  }
  const by = run?.groupBy === undefined ? 'data set' : GROUP_WORDS[run.groupBy]!;
  const how =
    figures.split === 'time'
      ? 'Every host was judged by a model that had learnt from earlier inputs alone, its calibration and threshold from earlier folds'
      : `Every host was judged by a model, a calibration and a threshold that had not seen its ${by}; inputs without any attacker were split by file, so another file of the same network may have taught`;
  return [
    twins.length === 0 && figures.split === 'time' ? 'answered' : 'partly',
    `${how}. Features need no fitting; the novelty threshold is not part of these figures.${left}`,
  ];
}

const TWIN_CHECKS = ['same-recording', 'duplicates', 'near-duplicates', 'shared-attackers'];
const GROUP_WORDS: Readonly<Record<string, string>> = {
  set: 'data set',
  capture: 'capture',
  address: 'attacker’s address',
  network: 'attacker’s network (/24)',
};

function spuriousCorrelations({ checks, gap }: Facts): readonly [PitfallState, string] {
  // prettier-ignore
  const none = 'No address, raw port, TTL or absolute time is a feature.';
  if (checks === undefined) return ['partly', none];
  const { byGroup, byChance, groups, mixedGroups } = checks.dependence;
  const follows = byGroup - byChance > 0.05 && mixedGroups < groups / 2;
  const random = gap === undefined ? '' : ` A random split would have claimed a macro-F1 of ${fixed(gap.random.macroF1)} where ${fixed(gap.honest.macroF1)} holds: the difference is what is learnt of captures.`; // prettier-ignore
  return [
    follows ? 'open' : 'partly',
    `${none} Knowing a host’s group alone, ${percent(byGroup)} of labels are right (by chance ${percent(byChance)}); ${mixedGroups} of ${groups} groups hold both attackers and calm hosts. Of labels dealt out at random, small trees get ${percent(checks.shuffledAccuracy)} right on other groups (chance 50 %).${random}`,
  ];
}

function biasedParameters({ run }: Facts): readonly [PitfallState, string] {
  const method = run?.calibration?.method;
  const chosen = method === undefined ? 'the alarm threshold' : `the calibration curve (${method}, of three) and the alarm threshold`; // prettier-ignore
  return [
    'partly',
    `In this run only ${chosen} are chosen, inside the folds, never on the hosts judged. The trees’ parameters are constants of the program; they were chosen on folds of the public sets that the bundled model reports, so that figures on those sets are somewhat too good.`,
  ];
}

function inappropriateBaseline({ checks }: Facts): readonly [PitfallState, string] {
  if (checks?.baseline === undefined) return ['open', 'No simpler judge was measured.'];
  const { feature, accuracy, modelAccuracy } = checks.baseline;
  return [
    modelAccuracy > accuracy ? 'answered' : 'open',
    `The best single feature (${feature}, one threshold, chosen and judged across groups) is right in ${percent(accuracy)} of attackers and calm hosts taken alike; the attack score with a threshold chosen in the same way in ${percent(modelAccuracy)}. By chance: 50 %.`,
  ];
}

function inappropriateMeasures({ figures }: Facts): readonly [PitfallState, string] {
  const few = figures.families.filter(({ tooFew }) => tooFew === true).map(({ family }) => family);
  const said = few.length === 0 ? '' : ` Of ${few.join(', ')} there are fewer than five distinct hosts: their figures say nothing.`; // prettier-ignore
  return [
    'answered',
    `No accuracy is given: macro-F1, precision and recall by family, area under precision and recall, recall at one false alarm in 1,000, calibration error and coverage are, with intervals over ${figures.groups} groups (not hosts) and the number of distinct hosts beside each.${said}`,
  ];
}

function baseRate({ figures }: Facts): readonly [PitfallState, string] {
  const { ranking } = figures;
  if (ranking === undefined) return ['open', 'Without attackers, or without calm hosts, nothing can be said of a network.']; // prettier-ignore
  const at = ranking.precisionAt.map(({ k, precision }) => `${fixed(precision, 2)} of the first ${k}`).join(', '); // prettier-ignore
  const one = fixed(figures.falseAlarmsPerThousand, 1);
  return [
    'answered',
    `Attack scores are probabilities for one attacker in ${Math.round(1 / ranking.prevalence)} hosts. On 1,000 such hosts ${at} are attackers. At the alarm threshold ${one} of 1,000 calm hosts raise a false alarm: on a network with one attacker in 1,000 hosts, ${fixed(figures.falseAlarmsPerThousand / Math.max(figures.attackRecall, 1e-9), 1)} false alarms come with each attacker found.`,
  ];
}

function labOnly({ figures, trainedOn }: Facts): readonly [PitfallState, string] {
  return [
    'open',
    `These are recorded captures and logs of ${trainedOn.groups.filter((group) => !group.startsWith('synthetic:')).length} sets, many of them from laboratories and honeypots${figures.split === 'time' ? '' : ', and not in the order of time'}; nothing was measured in live operation. Measure on your own: rapsheet evaluate site-labels.csv.`,
  ];
}

function threatModel({ figures }: Facts): readonly [PitfallState, string] {
  const weak = figures.families.filter(({ family, recall }) => !CALM_FAMILIES.some((calm) => calm === family) && recall < 0.5).map(({ family }) => family); // prettier-ignore
  const missed = weak.length === 0 ? '' : ` Even unhurried, more than half of ${weak.join(', ')} are missed.`; // prettier-ignore
  return [
    'open',
    `No attacker here knows of the model. One who does can go slower, spread over hosts, pad sizes or imitate a browser; how much that costs was not measured.${missed}`,
  ];
}

function fixed(value: number | null, digits = 3): string {
  return value === null || Number.isNaN(value) ? '–' : value.toFixed(digits);
}

function percent(value: number): string {
  return `${(100 * value).toFixed(0)} %`;
}
