import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ModelBundle, ModelError } from '../score/model-bundle.ts';
import { RapsheetError, readError } from './errors.ts';

/** The model that comes with the package; the same place from `src` and from `dist`. */
export const DEFAULT_MODEL = fileURLToPath(
  new URL('../../models/default.rapsheet', import.meta.url),
);

/** Reads a model; every way it can be wrong is one line that says what to do. */
export function loadModel(path = DEFAULT_MODEL): ModelBundle {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw readError(path, cause);
  }
  try {
    return ModelBundle.decode(bytes);
  } catch (cause) {
    if (!(cause instanceof ModelError)) throw cause;
    throw new RapsheetError(cause.code, `${path}: ${cause.message}`, {
      cause,
      hint: 'use another with --model, or make one with `rapsheet train`',
    });
  }
}
