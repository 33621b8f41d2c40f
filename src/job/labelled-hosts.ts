import { existsSync } from 'node:fs';
import { networkHas, parseAddress } from '../bytes/ip-address.ts';
import { hostVectors } from '../host/feature-schema.ts';
import type { HostTable } from '../host/host-table.ts';
import type { TrainingRow } from '../score/training-row.ts';
import { RapsheetError } from './errors.ts';
import { inputPaths, rowsByInput, type LabelRow, type LabelsFile } from './labels-file.ts';
import { profileInputs } from './profile-inputs.ts';

export interface LabelledHostsOptions {
  readonly onInput?: (input: string, index: number, total: number) => void;
}

/** The vectors of all hosts that a labels file names, input by input. */
export async function* labelledHosts(
  labels: LabelsFile,
  options: LabelledHostsOptions = {},
): AsyncGenerator<TrainingRow[]> {
  const inputs = [...rowsByInput(labels)];
  for (const [index, [input, rows]] of inputs.entries()) {
    options.onInput?.(input, index, inputs.length);
    const { table } = await profileInputs(inputPaths(labels, input));
    yield labelHosts(table, rows, input, labels.path);
  }
}

/** Throws when a host that is named by its address is not in the input: a wrong label is worse than none. */
function labelHosts(
  table: HostTable,
  rows: readonly LabelRow[],
  input: string,
  labelsPath: string,
): TrainingRow[] {
  const found: TrainingRow[] = [];
  for (const { host, profile, vector } of hostVectors(table)) {
    const row = rowOf(host, profile.originator !== undefined, rows);
    if (row === undefined) continue;
    found.push({
      input,
      group: groupOf(input),
      host,
      family: row.family,
      detail: row.detail,
      vector,
    });
  }
  for (const row of rows) {
    if (row.host.kind === 'address' && table.get(row.host.address) === undefined) {
      throw new RapsheetError(
        'LABELS_INVALID',
        `${labelsPath}:${row.line}: ${row.host.address} is not in ${input}`,
        { hint: 'run `rapsheet hosts` on it to see which hosts are' },
      );
    }
  }
  return found;
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
 * Hosts of one group are never split between training and test: the folder an input lies in, or the input
 * itself where that is unknown.
 */
function groupOf(input: string): string {
  const first = input.split(' + ')[0]!;
  const parts = first.split('/').filter((part) => part !== '' && part !== '.');
  return parts.length > 1 && existsSync(first)
    ? parts.slice(0, -1).join('/')
    : parts.slice(0, -1).join('/') || first;
}
