import { FEATURES } from '../../host/feature-schema.ts';
import { SYNTHETIC_GROUP, isSynthetic, toMatrix } from '../training-rows.ts';
import type { Family } from '../family.ts';
import type { TrainingRow } from '../training-row.ts';
import { counted, percent, type Finding } from './finding.ts';
import { stumpAccuracies, treesAccuracy } from './quick-judges.ts';

/** Fewer real hosts of a family, or of fewer groups, say nothing of what its hosts look like. */
const LEAST_HOSTS = 5;
const LEAST_GROUPS = 2;
/** So many hosts of one input speak for it. */
const HOSTS_PER_INPUT = 15;
/** From this balanced accuracy on, a judge that sees the recipe's hosts beside real ones is hardly ever wrong. */
const PLAIN = 0.9;
const BETRAYERS = 5;

/** How well one recipe's hosts of a family can be told from real hosts of that family. */
export interface RecipeRealism {
  readonly recipe: string;
  readonly family: Family;
  readonly generated: number;
  readonly real: number;
  /** Balanced accuracy of small trees on hosts of other groups and runs: 0.5 cannot tell, 1 always can. */
  readonly accuracy: number;
  /** The features that tell best by themselves, with both medians. */
  readonly betrayedBy: readonly string[];
}

/** One result for each recipe and family of which there are real hosts enough. */
export function recipeRealism(rows: readonly TrainingRow[], seed: number): RecipeRealism[] {
  const seen = rows.filter(({ view }) => view === 'capture');
  const real = seen.filter((row) => !isSynthetic(row));
  const cells = new Map<string, TrainingRow[]>();
  for (const row of seen.filter(isSynthetic)) {
    const key = `${row.group}\0${row.family}`;
    cells.set(key, [...(cells.get(key) ?? []), row]);
  }
  const results: RecipeRealism[] = [];
  for (const generated of cells.values()) {
    const { group, family } = generated[0]!;
    const own = fewOfEachInput(real.filter((row) => row.family === family));
    if (own.length < LEAST_HOSTS || new Set(own.map((row) => row.group)).size < LEAST_GROUPS) continue; // prettier-ignore
    const shown = fewOfEachInput(generated);
    results.push({
      recipe: group.slice(SYNTHETIC_GROUP.length),
      family,
      generated: shown.length,
      real: own.length,
      ...toldApart(own, shown, seed),
    });
  }
  return results.sort((a, b) => b.accuracy - a.accuracy);
}

function fewOfEachInput(rows: readonly TrainingRow[]): TrainingRow[] {
  const taken = new Map<string, number>();
  return rows.filter(({ input }) => {
    taken.set(input, (taken.get(input) ?? 0) + 1);
    return taken.get(input)! <= HOSTS_PER_INPUT;
  });
}

function toldApart(
  real: readonly TrainingRow[],
  generated: readonly TrainingRow[],
  seed: number,
): Pick<RecipeRealism, 'accuracy' | 'betrayedBy'> {
  const rows = [...real, ...generated];
  const unitOf = (row: TrainingRow): string => (isSynthetic(row) ? row.input : row.group);
  const sizes = new Map<string, number>();
  for (const row of rows) sizes.set(unitOf(row), (sizes.get(unitOf(row)) ?? 0) + 1);
  const question = {
    vectors: toMatrix(rows),
    outcomes: rows.map(isSynthetic),
    units: rows.map(unitOf),
    // Every group of real hosts says as much as every other, whatever its size.
    weights: Float64Array.from(rows, (row) => 1 / sizes.get(unitOf(row))!),
  };
  const alone = stumpAccuracies(question, seed);
  const best = [...alone.keys()]
    .filter((column) => alone[column]! > 0.5)
    .sort((a, b) => alone[b]! - alone[a]!)
    .slice(0, BETRAYERS);
  return {
    accuracy: treesAccuracy(question, seed),
    betrayedBy: best.map((column) => `${FEATURES[column]!.name}: ${median(real, column)} in real hosts, ${median(generated, column)} here`), // prettier-ignore
  };
}

/** The median as the vector has it (heavy-tailed features in log₂), where it can be told. */
function median(rows: readonly TrainingRow[], column: number): string {
  const values = rows.map(({ vector }) => vector[column]!).filter((value) => !Number.isNaN(value));
  values.sort((a, b) => a - b);
  return values[values.length >> 1]?.toFixed(2) ?? 'unknown';
}

/** A finding for each recipe whose hosts are plainly not real ones, and one note with the figures of all. */
export function lintRecipes(rows: readonly TrainingRow[], seed: number): Finding[] {
  const results = recipeRealism(rows, seed);
  const said = (result: RecipeRealism): string => `${result.recipe} (${result.family}): ${percent(result.accuracy)} of ${counted(result.generated, 'generated host')} beside ${counted(result.real, 'real one')}`; // prettier-ignore
  const plain = results.filter(({ accuracy }) => accuracy >= PLAIN);
  return [
    ...plain.map((result): Finding => ({
      check: 'recipes',
      severity: 'warning',
      finding: `the hosts of recipe ${result.recipe} are told from real ${result.family} hosts with a balanced accuracy of ${percent(result.accuracy)}`,
      consequence: 'a model may learn the recipe instead of the family',
      advice: 'widen what the recipe draws until these features overlap',
      examples: result.betrayedBy,
    })),
    {
      check: 'recipes',
      severity: 'note',
      finding: `${counted(results.length, 'recipe')} measured against real hosts of their family (50 %: cannot be told apart)`,
      consequence: 'the lower, the more of what is learnt from it holds on real traffic',
      advice: '',
      examples: results.map(said),
    },
  ];
}
