import type { StageWords } from '../job/cluster/stage-task.ts';
import { loadModel } from '../job/load-model.ts';
import type { ModelBundle } from '../score/model-bundle.ts';
import { verdictLine } from './job-verdicts.ts';
import { vectorLine } from './vector-line.ts';

const models = new Map<string | undefined, ModelBundle>();

/** What the stages of a job need to know of formats, and of the model: it is read once in a thread. */
export const STAGE_WORDS: StageWords = {
  verdictLine,
  vectorLine,
  loadModel: (path) => {
    const model = models.get(path) ?? loadModel(path);
    models.set(path, model);
    return model;
  },
};
