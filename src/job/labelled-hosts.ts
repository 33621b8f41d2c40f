import { networkHas, parseAddress } from '../bytes/ip-address.ts';
import { hostVectors } from '../host/feature-schema.ts';
import { TRAFFIC_VIEWS, viewTraffic, type TrafficView } from '../flow/log-views.ts';
import { manySinks } from '../flow/many-sinks.ts';
import { HostTable } from '../host/host-table.ts';
import type { TrainingRow } from '../score/training-row.ts';
import { RapsheetError } from './errors.ts';
import { inputPaths, rowsByInput, type LabelRow, type LabelsFile } from './labels-file.ts';
import { readInputs } from './read-inputs.ts';
import { isVisible } from './visible-families.ts';

export interface LabelledHostsOptions {
  readonly onInput?: (input: string, index: number, total: number) => void;
  /** What to do about a host that is named by its address and not in its input: by default, an error. */
  readonly onMissingHost?: (row: LabelRow) => void;
}

/** The vectors of all hosts that a labels file names, input by input. */
export async function* labelledHosts(
  labels: LabelsFile,
  options: LabelledHostsOptions = {},
): AsyncGenerator<TrainingRow[]> {
  const inputs = [...rowsByInput(labels)];
  const onMissing =
    options.onMissingHost ?? ((row: LabelRow): never => refuseMissing(labels.path, row));
  const groups = groupNames(inputs.map(([input]) => input));
  for (const [index, [input, rows]] of inputs.entries()) {
    options.onInput?.(input, index, inputs.length);
    const from = { input, group: groups[index]!, labelsPath: labels.path, onMissing };
    const found: TrainingRow[] = [];
    for (const { view, table } of await profileViews(inputPaths(labels, input))) {
      found.push(...labelHosts(table, rows, { ...from, view }));
    }
    yield found;
  }
}

/** Throws when a host that is named by its address is not in the input: a wrong label is worse than none. */
function labelHosts(
  table: HostTable,
  rows: readonly LabelRow[],
  from: {
    readonly input: string;
    readonly group: string;
    readonly labelsPath: string;
    readonly view: TrafficView;
    readonly onMissing: (row: LabelRow) => void;
  },
): TrainingRow[] {
  const { input, group, labelsPath, view } = from;
  const found: TrainingRow[] = [];
  refuseChanges(rows, labelsPath);
  for (const { host, profile, vector } of hostVectors(table)) {
    const row = rowOf(host, profile.originator !== undefined, rows);
    if (row === undefined || !isVisible(row.family, view)) continue;
    found.push({
      input,
      group,
      host,
      family: row.family,
      detail: row.detail,
      view,
      vector,
    });
  }
  for (const row of rows) {
    if (view !== 'capture' || row.host.kind !== 'address') continue;
    if (table.get(row.host.address) === undefined) from.onMissing(row);
  }
  return found;
}

/** The inputs as they are, and in every poorer view in which they would show less. */
async function profileViews(
  inputs: readonly string[],
): Promise<{ view: TrafficView; table: HostTable }[]> {
  const tables = TRAFFIC_VIEWS.map((view) => ({ view, table: new HostTable() }));
  await readInputs(inputs, manySinks(tables.map(({ view, table }) => viewTraffic(view, table))));
  const { shown } = tables[0]!.table;
  const showsEvents = shown.dns || shown.http || shown.tls || shown.ssh;
  return tables.filter(
    ({ view, table }) => view === 'capture' || (shown.packets && showsEvents && table.size > 0),
  );
}

/** A wrong label is worse than none. */
function refuseMissing(path: string, row: LabelRow): never {
  throw new RapsheetError(
    'LABELS_INVALID',
    `${path}:${row.line}: ${row.hostText} is not in ${row.input}`,
    {
      hint: 'run `rapsheet hosts` on it to see which hosts are, or pass --skip-missing',
    },
  );
}

/** A host with one label now and another later needs a profile for each time, which this version does not make. */
function refuseChanges(rows: readonly LabelRow[], labelsPath: string): void {
  const first = new Map<string, LabelRow>();
  for (const row of rows) {
    const other = first.get(row.hostText);
    if (other === undefined) first.set(row.hostText, row);
    else if (other.family !== row.family) {
      throw new RapsheetError(
        'LABELS_INVALID',
        `${labelsPath}:${row.line}: ${row.hostText} has another label in line ${other.line}`,
        { hint: 'split the capture by time, so that each part has one label a host' },
      );
    }
  }
}

/** An address before a network before `*`. */
function rowOf(host: string, initiated: boolean, rows: readonly LabelRow[]): LabelRow | undefined {
  const words = parseAddress(host);
  return (
    rows.find(({ host: h }) => h.kind === 'address' && h.address === host) ??
    rows.find(
      ({ host: h }) => h.kind === 'network' && words !== undefined && networkHas(h.network, words),
    ) ??
    (initiated ? rows.find(({ host: h }) => h.kind === 'every') : undefined)
  );
}

/**
 * Hosts of one group are never split between training and test: the first folder in which inputs differ (for a
 * folder of data sets, the data set), or the input itself where all lie in one folder.
 */
function groupNames(inputs: readonly string[]): string[] {
  const paths = inputs.map((input) => input.split(' + ')[0]!.split('/'));
  let common = 0;
  const folders = Math.min(...paths.map((path) => path.length - 1));
  while (common < folders && paths.every((path) => path[common] === paths[0]![common])) common++;
  return paths.map((path) => path[common] ?? path.at(-1)!);
}
