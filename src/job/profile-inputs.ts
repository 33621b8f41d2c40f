import type { HostTableOptions } from '../host/host-table.ts';
import { HostTable } from '../host/host-table.ts';
import { FileShelf } from './file-shelf.ts';
import { readProfileFile } from './profile-file.ts';
import { profileInParallel } from './read-in-parallel.ts';
import { readInputsWith, type InputsRead, type ReadInputsOptions } from './read-inputs.ts';

export interface ProfileInputsOptions extends ReadInputsOptions {
  readonly table?: HostTableOptions;
}

export interface ProfiledInputs extends InputsRead {
  readonly table: HostTable;
}

/** Everything that `inputs` stand for in one table of host profiles; what is large in several threads. */
export async function profileInputs(
  inputs: readonly string[],
  options: ProfileInputsOptions = {},
): Promise<ProfiledInputs> {
  const table = new HostTable({ shelf: new FileShelf(), ...options.table });
  const result = await readInputsWith(inputs, table, options, {
    readLarge: (paths, parallel) =>
      profileInParallel(paths, table, { ...parallel, table: options.table }),
    readProfiles: (path, chunks) => readProfileFile(path, chunks, table),
  });
  return { ...result, table };
}
