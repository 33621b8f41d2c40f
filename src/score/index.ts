/** `rapsheet/score`: profiles and a model into verdicts; labelled hosts into a model. */
export { CALM_FAMILIES, FAMILIES, FAMILY_NAMES, type Family } from './family.ts';
export {
  crossValidate,
  type CrossValidation,
  type CrossValidationOptions,
} from './cross-validate.ts';
export { figuresOf, type FamilyFigures, type Figures } from './figures.ts';
export { fitModel, type FitModelOptions, type FittedModel } from './fit-model.ts';
export { judgeHosts, judgeVector, type VectorVerdict } from './judge.ts';
export { ModelBundle, ModelError, type ModelParts } from './model-bundle.ts';
export type { ModelCard } from './model-card.ts';
export { modelCardText } from './model-card-text.ts';
export type { TrainingRow } from './training-row.ts';
export type { Behaviour, Evidence, Reason, Verdict } from './verdict.ts';
