import { matrixRow } from '../learn/matrix.ts';
import { FAMILY_NAMES } from './family.ts';
import type { ModelBundle } from './model-bundle.ts';
import type { TrainingRow } from './training-row.ts';

/** The hosts a model remembers, as rows of their old groups. */
export function summaryRows(model: ModelBundle): TrainingRow[] {
  const { vectors, families, groups, groupOf } = model.parts.training;
  return Array.from(families, (family, i) => ({
    input: `${model.id}/${groups[groupOf[i]!]!}`,
    group: groups[groupOf[i]!]!,
    host: `#${i}`,
    family: FAMILY_NAMES[family]!,
    detail: '',
    view: 'capture',
    vector: matrixRow(vectors, i),
  }));
}
