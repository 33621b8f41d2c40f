import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { DEFAULT_MODEL } from '../../../src/job/load-model.ts';
import type { JobStage } from '../../../src/job/engines/job-stage.ts';
import { jobStages } from '../../../src/job/cluster/stages.ts';

/** A program in one file, as a cluster gets it; gives its path. */
export function buildProgram(folder: string, entry: 'job-main' | 'job-worker'): string {
  const outfile = join(folder, 'bin', `${entry}.mjs`);
  const require = "import{createRequire as _r}from'node:module';const require=_r(import.meta.url);";
  buildSync({
    entryPoints: [`src/cli/${entry}.ts`],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: require },
    logLevel: 'error',
  });
  return outfile;
}

/** A job as a line for a shell: its stages on the `tsv` wire, a sort before each but the first. */
export function pipedJob(program: string, list: string): string {
  const words = ({ words: w, needsModel }: Pick<JobStage, 'words' | 'needsModel'>): string =>
    [process.execPath, program, ...w, '--wire', 'tsv', ...(needsModel ? ['--model', DEFAULT_MODEL] : [])].join(' '); // prettier-ignore
  const [map, ...rounds] = jobStages({ output: 'verdicts' });
  const combine = words({ words: ['job', 'combine'], needsModel: false });
  const stages = [`${words(map!)} < ${list}`, 'sort', combine, ...rounds.flatMap((round) => ['sort', words(round)])]; // prettier-ignore
  return `set -o pipefail; export LC_ALL=C; ${stages.join(' | ')}`;
}
