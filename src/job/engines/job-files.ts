import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { RapsheetError } from '../errors.ts';

/** What the package brings along for clusters; the same place from `src` and from `dist`. */
const FOLDER = new URL('../../../dist/job/spark/', import.meta.url);

/** The whole program in one file. */
export function clusterProgram(): string {
  return built('rapsheet.mjs');
}

/** The class that Spark runs. */
export function sparkJar(): string {
  return built('rapsheet-spark.jar');
}

function built(name: string): string {
  const path = fileURLToPath(new URL(name, FOLDER));
  if (existsSync(path)) return path;
  throw new RapsheetError('NOT_FOUND', `${path}: not built`, { hint: 'run npm run build:cluster' });
}
