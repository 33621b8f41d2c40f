import { counted, bySeverity, type Finding } from '../score/lint/finding.ts';
import { lintRecipes } from '../score/lint/recipe-realism.ts';
import { lintRows } from '../score/lint/lint-rows.ts';
import type { TrainingRow } from '../score/training-row.ts';
import { lintCicTables } from './cicflowmeter-lint.ts';
import type { RapsheetError } from './errors.ts';
import { labelledHosts } from './labelled-hosts.ts';
import { readRecipes, syntheticHosts } from './synthetic-hosts.ts';
import { inputPaths, readLabelsFile, rowsByInput, type LabelRow } from './labels-file.ts';

export interface LintDatasetOptions {
  readonly labels: string;
  readonly seed: number;
  /** A folder of recipes whose hosts are held against the labelled ones. */
  readonly recipes?: string;
  readonly onProgress?: (step: string, done: number, total: number) => void;
}

/** What a labels file and its inputs hold, and all that is wrong with them, serious things first. */
export interface DatasetLint {
  readonly labels: string;
  readonly hosts: number;
  readonly attackers: number;
  readonly inputs: number;
  readonly groups: number;
  readonly findings: readonly Finding[];
}

/** Reads every labelled input and looks for what would make a model or its figures untrue. */
export async function lintDataset(options: LintDatasetOptions): Promise<DatasetLint> {
  const labels = readLabelsFile(options.labels);
  const missing: LabelRow[] = [];
  const conflicts: (readonly [LabelRow, LabelRow])[] = [];
  const unread: (readonly [string, RapsheetError])[] = [];
  const rows: TrainingRow[] = [];
  const hosts = labelledHosts(labels, {
    isAsShown: true,
    onMissingHost: (row) => void missing.push(row),
    onConflict: (row, earlier) => void conflicts.push([row, earlier]),
    onUnreadable: (input, error) => void unread.push([input, error]),
    onInput: (_, index, total) => options.onProgress?.('inputs', index, total),
  });
  for await (const found of hosts) for (const row of found) rows.push(row);
  const byInput = rowsByInput(labels);
  const lint = lintRows(rows, {
    seed: options.seed,
    onCheck: (done, total) => options.onProgress?.('checks', done, total),
  });
  const tables = [...byInput].map(([input, own]) => ({
    paths: inputPaths(labels, input),
    rows: own,
  }));
  const generated = options.recipes === undefined ? [] : await generatedHosts(options.recipes, options); // prettier-ignore
  const findings = [
    ...unreadFindings(unread),
    ...conflictFindings(conflicts),
    ...missingFindings(missing.filter(({ input }) => !unread.some(([name]) => name === input))),
    ...emptyFindings(byInput, rows, [
      ...unread.map(([input]) => input),
      ...conflicts.map(([{ input }]) => input),
    ]),
    ...lint.findings,
    ...(generated.length > 0 ? lintRecipes([...rows, ...generated], options.seed) : []),
    ...(await lintCicTables(tables)),
  ];
  return { ...lint, labels: options.labels, inputs: byInput.size, findings: bySeverity(findings) };
}

/** Two runs of each recipe. */
async function generatedHosts(
  folder: string,
  { seed, onProgress }: LintDatasetOptions,
): Promise<TrainingRow[]> {
  const recipes = readRecipes(folder);
  const rows: TrainingRow[] = [];
  for (const [index, recipe] of recipes.entries()) {
    onProgress?.('recipes', index, recipes.length);
    for (const run of [1, 2]) {
      const hosts = await syntheticHosts(recipe, 1000 * seed + run);
      for (const row of hosts) if (row.view === 'capture') rows.push(row);
    }
  }
  return rows;
}

function unreadFindings(unread: readonly (readonly [string, RapsheetError])[]): Finding[] {
  if (unread.length === 0) return [];
  return [
    {
      check: 'inputs',
      severity: 'serious',
      finding: `${counted(unread.length, 'input')} cannot be read`,
      consequence: 'train and evaluate stop at them',
      advice: 'correct the path or the file, or remove its rows',
      examples: unread.slice(0, 5).map(([, error]) => error.line),
    },
  ];
}

function conflictFindings(conflicts: readonly (readonly [LabelRow, LabelRow])[]): Finding[] {
  if (conflicts.length === 0) return [];
  return [
    {
      check: 'contradictions',
      severity: 'serious',
      finding: `${counted(conflicts.length, 'host')} ${conflicts.length === 1 ? 'has' : 'have'} two labels in one input`,
      consequence: 'train and evaluate stop at them; here they were left out',
      advice: 'correct one, or split the capture by time so that each part has one label a host',
      examples: conflicts.slice(0, 5).map(([row, earlier]) => `line ${row.line}: ${row.hostText} is ${row.family} in ${row.input}, and ${earlier.family} in line ${earlier.line}`), // prettier-ignore
    },
  ];
}

function missingFindings(missing: readonly LabelRow[]): Finding[] {
  if (missing.length === 0) return [];
  return [
    {
      check: 'invisible-attacks',
      severity: 'warning',
      finding: `${counted(missing.length, 'labelled host')} ${missing.length === 1 ? 'is' : 'are'} not in the input that the label names`,
      consequence:
        'nothing is learnt of them; train and evaluate stop unless --skip-missing is given',
      advice: 'run rapsheet hosts on the input to see which hosts are in it',
      examples: missing.slice(0, 5).map(({ line, hostText, family, input }) => `line ${line}: ${hostText} (${family}) in ${input}`), // prettier-ignore
    },
  ];
}

/** Rows for networks or `*` that no host of the input answers to, where nothing else is told of it. */
function emptyFindings(
  byInput: ReadonlyMap<string, readonly LabelRow[]>,
  rows: readonly TrainingRow[],
  told: readonly string[],
): Finding[] {
  const filled = new Set([...rows.map(({ input }) => input), ...told]);
  const empty = [...byInput].filter(([input]) => !filled.has(input));
  if (empty.length === 0) return [];
  return [
    {
      check: 'inputs',
      severity: 'warning',
      finding: `${counted(empty.length, 'input')} show${empty.length === 1 ? 's' : ''} none of the hosts that are labelled in ${empty.length === 1 ? 'it' : 'them'}`,
      consequence: 'nothing is learnt of them',
      advice: 'check their labels, or remove them',
      examples: empty.slice(0, 5).map(([input, [first]]) => `line ${first!.line}: ${input}`),
    },
  ];
}
