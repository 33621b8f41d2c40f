import { networkHas, parseAddress } from '../bytes/ip-address.ts';
import { hostVectors } from '../host/feature-schema.ts';
import { TRAFFIC_VIEWS, viewTraffic, type TrafficView } from '../flow/log-views.ts';
import { manySinks } from '../flow/many-sinks.ts';
import type { HostProfile } from '../host/host-profile.ts';
import { HostTable } from '../host/host-table.ts';
import type { TrainingRow } from '../score/training-row.ts';
import { RapsheetError } from './errors.ts';
import { inputPaths, rowsByInput, type LabelRow, type LabelsFile } from './labels-file.ts';
import { readInputs } from './read-inputs.ts';
import { isVisible } from './visible-families.ts';

export interface LabelledHostsOptions {
  /** Only hosts as their inputs show them, without the poorer views that only teach. */
  readonly isAsShown?: boolean;
  readonly onInput?: (input: string, index: number, total: number) => void;
  /** What to do about a host that is named by its address and not in its input: by default, an error. */
  readonly onMissingHost?: (row: LabelRow) => void;
  /** What to do about a host that two rows of one input call differently; both are then passed over. By default, an error. */
  readonly onConflict?: (row: LabelRow, earlier: LabelRow) => void;
  /** What to do about an input that cannot be read; it is then passed over. By default, an error. */
  readonly onUnreadable?: (input: string, error: RapsheetError) => void;
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
  const onConflict =
    options.onConflict ??
    ((row: LabelRow, earlier: LabelRow): never => refuseChange(labels.path, row, earlier));
  for (const [index, [input, all]] of inputs.entries()) {
    options.onInput?.(input, index, inputs.length);
    const from = { input, group: groups[index]!, onMissing };
    const rows = withoutConflicts(all, onConflict);
    const views = await viewsOf(inputPaths(labels, input), input, options);
    yield views.flatMap(({ view, table }) => labelHosts(table, rows, { ...from, view }));
  }
}

async function viewsOf(
  paths: readonly string[],
  input: string,
  { onUnreadable, isAsShown }: LabelledHostsOptions,
): Promise<{ view: TrafficView; table: HostTable }[]> {
  try {
    return await profileViews(paths, isAsShown === true ? ['capture'] : TRAFFIC_VIEWS);
  } catch (error) {
    if (onUnreadable === undefined || !(error instanceof RapsheetError)) throw error;
    onUnreadable(input, error);
    return [];
  }
}

/** Throws when a host that is named by its address is not in the input: a wrong label is worse than none. */
function labelHosts(
  table: HostTable,
  rows: readonly LabelRow[],
  from: {
    readonly input: string;
    readonly group: string;
    readonly view: TrafficView;
    readonly onMissing: (row: LabelRow) => void;
  },
): TrainingRow[] {
  const { input, group, view } = from;
  const found: TrainingRow[] = [];
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
      ...timesOf(profile),
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
  views: readonly TrafficView[],
): Promise<{ view: TrafficView; table: HostTable }[]> {
  const tables = views.map((view) => ({ view, table: new HostTable() }));
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

/** When the first and the last of its flows began. */
function timesOf({ originator, responder }: HostProfile): { startUs: number; endUs: number } {
  const times = [originator, responder].flatMap((side) => side?.activity ?? []);
  return {
    startUs: Math.min(...times.map(({ firstUs }) => firstUs)),
    endUs: Math.max(...times.map(({ lastUs }) => lastUs)),
  };
}

/** The rows without those that call one host differently. */
function withoutConflicts(
  rows: readonly LabelRow[],
  onConflict: (row: LabelRow, earlier: LabelRow) => void,
): readonly LabelRow[] {
  const first = new Map<string, LabelRow>();
  const conflicting = new Set<string>();
  for (const row of rows) {
    const earlier = first.get(row.hostText);
    if (earlier === undefined) first.set(row.hostText, row);
    else if (earlier.family !== row.family) {
      onConflict(row, earlier);
      conflicting.add(row.hostText);
    }
  }
  return conflicting.size === 0 ? rows : rows.filter((row) => !conflicting.has(row.hostText));
}

/** A host with one label now and another later needs a profile for each time, which this version does not make. */
function refuseChange(labelsPath: string, row: LabelRow, earlier: LabelRow): never {
  throw new RapsheetError(
    'LABELS_INVALID',
    `${labelsPath}:${row.line}: ${row.hostText} has another label in line ${earlier.line}`,
    { hint: 'split the capture by time, so that each part has one label a host' },
  );
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
