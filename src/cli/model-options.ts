import { DEFAULT_MODEL, loadModel } from '../job/load-model.ts';
import type { ModelBundle } from '../score/model-bundle.ts';
import type { Arguments } from './arguments.ts';
import type { Options } from './option.ts';

/** Option of every command that judges. */
export const MODEL_OPTION: Options = {
  model: {
    value: 'FILE',
    short: 'm',
    help: 'judge by this model instead of the one that comes with rapsheet',
  },
};

export function chosenModel(args: Arguments): ModelBundle {
  return loadModel(args.text('model') ?? DEFAULT_MODEL);
}
