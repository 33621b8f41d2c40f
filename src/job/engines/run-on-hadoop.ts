import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { RapsheetError } from '../errors.ts';
import { RANGE_BYTES, type ClusterJob, type JobOutput, type JobProgress } from './cluster-job.ts';
import { hadoopSteps, type HadoopOptions } from './hadoop-streaming.ts';
import { inputList } from './input-list.ts';
import { writeArchive } from './job-archive.ts';
import { clusterProgram } from './job-files.ts';
import { runProgram } from './run-program.ts';

export interface RunOnHadoopOptions extends HadoopOptions {
  /** A folder of the cluster's file system; by default a new one in the user's own. */
  readonly work?: string | undefined;
  readonly onProgress?: (progress: JobProgress) => void;
  /** Another place for what the package brings along. */
  readonly files?: { readonly program?: string; readonly node?: string };
}

/** Runs a job by Hadoop streaming and brings what it gives to this machine: lines of the `tsv` wire. */
export async function runOnHadoop(
  job: ClusterJob,
  options: RunOnHadoopOptions,
): Promise<JobOutput> {
  const inputs = await inputList(job.inputs, job.rangeBytes ?? RANGE_BYTES);
  const folder = mkdtempSync(join(tmpdir(), 'rapsheet-job-'));
  const archive = join(folder, 'rapsheet.tar.gz');
  const list = join(folder, 'inputs.txt');
  let isOver = false;
  try {
    const { program = clusterProgram(), node = process.execPath } = options.files ?? {};
    await writeArchive(archive, { node, program, model: job.model });
    writeFileSync(list, inputs.text);
    const steps = hadoopSteps(job, options, {
      archive,
      list,
      count: inputs.lines,
      bytes: inputs.bytes,
      work: `${options.work ?? '.'}/${basename(folder)}`,
      home: join(folder, 'home'),
    });
    for (const [done, { name, words }] of steps.entries()) {
      options.onProgress?.({ stage: name, done, of: steps.length });
      await runStep(name, words, folder);
    }
    isOver = true;
    const names = readdirSync(join(folder, 'home')).filter((n) => n.startsWith('part-'));
    return { folder, parts: names.sort().map((n) => join(folder, 'home', n)), reports: [] };
  } catch (error) {
    isOver = error instanceof RapsheetError && error.code === 'JOB_FAILED';
    throw error;
  } finally {
    rmSync(isOver ? archive : folder, { recursive: true, force: true });
  }
}

async function runStep(
  name: string,
  words: readonly [string, ...string[]],
  cwd: string,
): Promise<void> {
  let said = '';
  const log = join(cwd, 'hadoop.log');
  const onLine = (line: string): void => {
    if (line.startsWith('rapsheet: ')) said = line.slice('rapsheet: '.length);
  };
  const status = await runProgram(words, { log, cwd, onLine });
  if (status === 0) return;
  const why = said === '' ? `exit status ${status}` : said;
  throw new RapsheetError('JOB_FAILED', `Hadoop: ${name}: ${why}`, { hint: `the log is ${log}` });
}
