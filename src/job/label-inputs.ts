import { judgeHosts, missingFacts } from '../score/judge.ts';
import type { ModelBundle } from '../score/model-bundle.ts';
import type { Verdict } from '../score/verdict.ts';
import { profileInputs, type ProfileInputsOptions } from './profile-inputs.ts';
import type { InputsRead } from './read-inputs.ts';

export interface LabelledInputs extends InputsRead {
  /** One a host that sent anything, and one (`*`) a crowd of sources that flood one target. */
  readonly verdicts: readonly Verdict[];
  /** Packets, lines and flows that could not be used, by reason. */
  readonly skips: ReadonlyMap<string, number>;
  /** Kinds of facts that the inputs cannot show. */
  readonly missing: readonly string[];
}

/** The whole road: bytes in, verdicts out. */
export async function labelInputs(
  inputs: readonly string[],
  model: ModelBundle,
  options: ProfileInputsOptions = {},
): Promise<LabelledInputs> {
  const { table, ...read } = await profileInputs(inputs, options);
  return {
    ...read,
    verdicts: judgeHosts(table, model),
    skips: table.skips,
    missing: missingFacts(table),
  };
}
