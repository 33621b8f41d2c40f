import type { HostTableOptions } from '../host/host-table.ts';
import { HostTable } from '../host/host-table.ts';
import { readInputs, type InputsRead, type ReadInputsOptions } from './read-inputs.ts';

export interface ProfileInputsOptions extends ReadInputsOptions {
  readonly table?: HostTableOptions;
}

export interface ProfiledInputs extends InputsRead {
  readonly table: HostTable;
}

/** Everything that `inputs` stand for in one table of host profiles. */
export async function profileInputs(
  inputs: readonly string[],
  options: ProfileInputsOptions = {},
): Promise<ProfiledInputs> {
  const table = new HostTable(options.table);
  const result = await readInputs(inputs, table, options);
  return { ...result, table };
}
