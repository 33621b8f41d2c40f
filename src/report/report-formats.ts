import { csvReport } from './csv.ts';
import { htmlReport } from './html.ts';
import { ndjsonReport } from './ndjson.ts';
import type { ReportRenderer } from './report.ts';
import { tableReport } from './table.ts';

/** Every output format by the name `--format` knows it under. To add one: a file here and a line below. */
export const reportFormats: ReadonlyMap<string, ReportRenderer> = new Map([
  ['table', tableReport],
  ['ndjson', ndjsonReport],
  ['csv', csvReport],
  ['html', htmlReport],
]);

/** The format whose file name ending `path` has, or `undefined`. */
export function formatOfPath(path: string): string | undefined {
  const ending = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase();
  if (ending === undefined) return undefined;
  for (const [name, renderer] of reportFormats) {
    if (renderer.extensions.includes(ending)) return name;
  }
  return undefined;
}
