import { FEATURES } from '../../host/feature-schema.ts';
import { seededRandom, shuffle } from '../../learn/random.ts';
import { hashText } from '../../stats/hash.ts';
import { isAttack, thinRows, toMatrix, trainingWeights } from '../training-rows.ts';
import type { TrainingRow } from '../training-row.ts';
import { counted, percent, type Finding } from './finding.ts';
import { stumpAccuracies, treesAccuracy, type Question } from './quick-judges.ts';

/** A single feature that is right so often on groups it has not seen does a model's work alone. */
const GIVES_AWAY = 0.95;
/** So much better within groups than across them, a feature knows the group. */
const KNOWS_GROUP = 0.15;
/** Small trees on shuffled labels do better than this only by a leak: the folds of 4,000 rows spread by about 0.02. */
const CHANCE = 0.6;
const MOST_ROWS = 4000;
const SHUFFLES = 3;

/** Tests by fitting: they look for what should not be there to be learnt. */
export function lintGiveAways(rows: readonly TrainingRow[], seed: number): Finding[] {
  const picked = sample(thinRows(rows));
  const question = attackQuestion(picked);
  if (question === undefined) return [];
  return [
    ...lintStumps(question, seed),
    ...lintSets(picked, seed),
    ...lintShuffled(question, picked, seed),
  ];
}

/** The feature that by itself tells attackers best on groups it was not fitted on; `undefined` without both kinds. */
export function bestFeature(
  rows: readonly TrainingRow[],
  seed: number,
): { readonly feature: number; readonly accuracy: number } | undefined {
  const question = attackQuestion(sample(thinRows(rows)));
  return question && bestOf(stumpAccuracies(question, seed));
}

/** What small trees make of labels dealt out at random, on groups they had not seen: NaN where nothing can be asked. */
export function shuffledAccuracy(rows: readonly TrainingRow[], seed: number): number {
  const question = attackQuestion(sample(thinRows(rows)));
  return question === undefined ? NaN : shuffled(question, seed);
}

/** Attacker or not, by groups; `undefined` if all are one or there is one group alone. */
function attackQuestion(rows: readonly TrainingRow[]): Question | undefined {
  const outcomes = rows.map(isAttack);
  const units = rows.map((row) => row.group);
  if (new Set(outcomes).size < 2 || new Set(units).size < 2) return undefined;
  return { vectors: toMatrix(rows), outcomes, units, weights: trainingWeights(rows) };
}

function bestOf(accuracies: Float64Array): { feature: number; accuracy: number } {
  const feature = accuracies.reduce((best, value, i) => (value > accuracies[best]! ? i : best), 0);
  return { feature, accuracy: accuracies[feature]! };
}

function shuffled(question: Question, seed: number): number {
  return meanOf((k) => treesAccuracy({ ...question, outcomes: dealt(question.outcomes, k) }, k), seed); // prettier-ignore
}

function meanOf(run: (seed: number) => number, seed: number): number {
  return Array.from({ length: SHUFFLES }, (_, k) => run(seed + k)).reduce((a, b) => a + b, 0) / SHUFFLES; // prettier-ignore
}

/** One feature alone, judged on groups it was not fitted on and on hosts of the same groups. */
function lintStumps(question: Question, seed: number): Finding[] {
  const across = stumpAccuracies(question, seed);
  const within = stumpAccuracies(alone(question), seed);
  const names = (columns: readonly number[], value: Float64Array): string[] =>
    [...columns]
      .sort((a, b) => value[b]! - value[a]!)
      .slice(0, 5)
      .map(
        (i) =>
          `${FEATURES[i]!.name}: right in ${percent(within[i]!)} on hosts of the same groups, ${percent(across[i]!)} on other groups (chance 50 %)`,
      );
  const all = [...across.keys()];
  const telling = all.filter((i) => across[i]! >= GIVES_AWAY);
  const knowing = all.filter((i) => within[i]! >= 0.8 && within[i]! - across[i]! >= KNOWS_GROUP);
  const best = bestOf(across);
  const findings: Finding[] = [
    {
      check: 'give-away-features',
      severity: 'note',
      finding: `the best single feature of ${all.length} is ${FEATURES[best.feature]!.name}: right in ${percent(best.accuracy)} on groups it was not fitted on (chance 50 %)`,
      consequence: 'that is the least a model must beat',
      advice: '',
      examples: [],
    },
  ];
  if (telling.length > 0) {
    findings.push({
      check: 'give-away-features',
      severity: 'serious',
      finding: `${counted(telling.length, 'single feature')} tell${telling.length === 1 ? 's' : ''} attackers from calm hosts almost without error, on groups never seen`,
      consequence:
        'either the task is so easy that it needs no model, or the feature is a trace of how the data were made',
      advice:
        'look at the feature in both kinds of hosts (rapsheet hosts); if it is a trace of the making, add data made otherwise',
      examples: names(telling, across),
    });
  }
  if (knowing.length > 0) {
    findings.push({
      check: 'give-away-features',
      severity: 'warning',
      finding: `${counted(knowing.length, 'single feature')} tell${knowing.length === 1 ? 's' : ''} attackers from calm hosts within these groups and not in others`,
      consequence:
        'they know the groups, not the attackers: a random split will reward a model for them',
      advice: 'never split at random; add the same attacks from other networks',
      examples: names(knowing, within),
    });
  }
  return findings;
}

/** Whether hosts of one label tell the data set they come from: then whatever follows the set can be learnt from it. */
function lintSets(rows: readonly TrainingRow[], seed: number): Finding[] {
  const calm = rows.filter((row) => !isAttack(row));
  const vectors = toMatrix(calm);
  const weights = new Float64Array(calm.length).fill(1);
  const found: { group: string; accuracy: number; feature: string; alone: number }[] = [];
  for (const group of new Set(calm.map((row) => row.group))) {
    const outcomes = calm.map((row) => row.group === group);
    const inputs = new Set(calm.filter((row) => row.group === group).map((row) => row.input));
    // By input, so that it is the set that is recognised and not the recording.
    if (inputs.size < 5) continue;
    const question = { vectors, outcomes, units: calm.map((row) => row.input), weights };
    const stumps = stumpAccuracies(question, seed);
    const best = stumps.reduce((top, value, i) => (value > stumps[top]! ? i : top), 0);
    found.push({ group, accuracy: treesAccuracy(question, seed), feature: FEATURES[best]!.name, alone: stumps[best]! }); // prettier-ignore
  }
  const known = found.filter(({ accuracy }) => accuracy >= 0.8).sort((a, b) => b.accuracy - a.accuracy); // prettier-ignore
  if (known.length === 0) return [];
  return [
    {
      check: 'recognisable-sets',
      severity: 'note',
      finding: `${known.length} of ${counted(found.length, 'group')} of calm hosts can be recognised by behaviour alone`,
      consequence:
        'networks differ, which is no mistake; but where the label follows the group, recognising the group is enough',
      advice: 'have attackers and calm hosts in every group',
      examples: known
        .slice(0, 5)
        .map(
          ({ group, accuracy, feature, alone: one }) =>
            `${group}: trees are right in ${percent(accuracy)} (chance 50 %), ${feature} alone in ${percent(one)}`,
        ),
    },
  ];
}

/** Labels that mean nothing must not be learnt: across groups if dealt to hosts, and in no split worth its name. */
function lintShuffled(question: Question, rows: readonly TrainingRow[], seed: number): Finding[] {
  const across = shuffled(question, seed);
  const byGroup = meanOf((k) => {
    const outcomes = dealtToInputs(rows, k);
    return treesAccuracy(alone({ ...question, outcomes }), k);
  }, seed);
  const real = treesAccuracy(question, seed);
  const findings: Finding[] = [];
  if (across > CHANCE) {
    findings.push({
      check: 'shuffled-labels',
      severity: 'serious',
      finding: `labels dealt out at random are still learnt: right in ${percent(across)} (chance 50 %)`,
      consequence:
        'hosts leak from training into what is judged; no figure on these data means anything',
      advice: 'remove the copies that the duplicates check names',
      examples: [],
    });
  }
  findings.push({
    check: 'shuffled-labels',
    severity: 'note',
    finding: `small trees are right in ${percent(real)} on groups they have not seen (chance 50 %); in ${percent(across)} if labels are dealt out at random`,
    consequence: `labels dealt at random to whole inputs, which mean nothing, look learnt under a random split: right in ${percent(byGroup)}`,
    advice: byGroup > CHANCE ? 'never quote a figure of a random split on these data' : '',
    examples: [],
  });
  return findings;
}

/** The same question with every row by itself: a random split. */
function alone(question: Question): Question {
  return { ...question, units: question.outcomes.map((_, i) => String(i)) };
}

function dealt(outcomes: readonly boolean[], seed: number): boolean[] {
  return shuffle(seededRandom(seed), [...outcomes]);
}

/** One label an input, drawn so that about as many inputs are attackers' as now. */
function dealtToInputs(rows: readonly TrainingRow[], seed: number): boolean[] {
  const inputs = [...new Set(rows.map((row) => row.input))].sort();
  const marked = inputs.map((input) => rows.some((row) => row.input === input && isAttack(row)));
  const drawn = shuffle(seededRandom(seed), marked);
  const labels = new Map(inputs.map((input, i) => [input, drawn[i]!]));
  return rows.map((row) => labels.get(row.input)!);
}

function sample(rows: readonly TrainingRow[]): TrainingRow[] {
  if (rows.length <= MOST_ROWS) return [...rows];
  return rows
    .map((row) => ({ row, hash: hashText(`${row.input} ${row.host}`) }))
    .sort((a, b) => a.hash - b.hash)
    .slice(0, MOST_ROWS)
    .map(({ row }) => row);
}
