import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ClusterJob } from '../../../src/job/engines/cluster-job.ts';
import { writeArchive } from '../../../src/job/engines/job-archive.ts';
import { runOnSpark, type RunOnSparkOptions } from '../../../src/job/engines/run-on-spark.ts';
import { buildJar, LOCAL, LOCAL_CLUSTER, removeWork, SPARK_SUBMIT, StandaloneCluster, WITH_CLUSTER } from './spark-cluster.ts'; // prettier-ignore

const RANGE_BYTES = 1 << 20;
/** Divides a range of 1 MiB: every range ends exactly on a line's end. */
const LINE_BYTES = 128;

/** What the stand-in program says of a range it read. */
interface RangeReport {
  readonly path: string;
  readonly start: number;
  readonly length: number;
  readonly size: number;
  readonly lead: number;
  readonly tail: number;
  readonly head: number;
  readonly recording?: string;
}

describe.skipIf(!WITH_CLUSTER)(
  'the jar, with a program that counts lines',
  { timeout: 600_000 },
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'rapsheet-jar-'));
    const data = join(folder, 'data');
    let options: RunOnSparkOptions;
    let expected: Map<string, number>;

    beforeAll(async () => {
      mkdirSync(data);
      // Work folders of jobs that fail are kept: here, to be removed.
      vi.stubEnv('TMPDIR', folder);
      expected = writeLines(data);
      const archive = join(folder, 'rapsheet.tar.gz');
      const program = fileURLToPath(new URL('stand-in.mjs', import.meta.url));
      await writeArchive(archive, { node: process.execPath, program, model: program });
      options = {
        master: LOCAL,
        sparkSubmit: SPARK_SUBMIT,
        files: { jar: buildJar(), archive },
      };
    }, 600_000);
    afterAll(() => {
      vi.unstubAllEnvs();
      removeWork();
      rmSync(folder, { recursive: true });
    });

    /** Runs map → reduce → finish; `faults` says what goes wrong in them. */
    async function run(
      faults: Readonly<Record<string, string>> = {},
      more: Partial<RunOnSparkOptions> = {},
      inputs = [data],
    ) {
      const stages = ['map', 'reduce', 'finish'].map((name) => ({ name, words: [name, faults[name] ?? 'none'], needsModel: false })); // prettier-ignore
      const job: ClusterJob = { inputs, stages, cuts: ['cuts'], format: 'ndjson', model: '', rangeBytes: RANGE_BYTES, reducers: 5, nodeMemoryMb: 256 }; // prettier-ignore
      const output = await runOnSpark(job, { ...options, ...more });
      const lines = (paths: readonly string[]) => paths.flatMap((path) => readFileSync(path, 'latin1').split('\n').slice(0, -1)); // prettier-ignore
      const counts = lines(output.parts).map((line) => JSON.parse(line) as { line: string; count: number }); // prettier-ignore
      const reports = lines(output.reports).map((line) => JSON.parse(line) as RangeReport);
      rmSync(output.folder, { recursive: true });
      return { counts: new Map(counts.map(({ line, count }) => [line, count])), reports, figures: output.figures }; // prettier-ignore
    }

    it('gives every line to one range, though ranges end exactly on a line', async () => {
      const stages = new Set<string>();
      const { counts, reports, figures } = await run(
        {},
        { master: LOCAL_CLUSTER, onProgress: ({ stage }) => stages.add(stage) },
      );
      expect(counts).toEqual(expected);
      expect(stages.has('map')).toBe(true);

      const fixed = reports
        .filter(({ path }) => path === join(data, 'fixed.txt'))
        .sort((a, b) => a.start - b.start);
      expect(fixed.length).toBe(10);
      expect(fixed.map(({ start }) => start)).toEqual(fixed.map((_, i) => i * RANGE_BYTES));
      expect(fixed.slice(1).every(({ lead, head }) => lead > 0 && head > 0)).toBe(true);
      expect(fixed.at(-1)!.tail).toBe(0);
      // What is compressed is not cut, what is small is not a task of its own.
      expect(reports.filter(({ path }) => path.endsWith('.gz')).map(({ start }) => start)).toEqual([
        0,
      ]);
      // By their names one recording wrote them.
      const recordings = new Set(reports.filter(({ path }) => path.includes('small')).map(({ recording }) => recording)); // prettier-ignore
      expect(recordings).toEqual(new Set([`file:${data}/small #.txt`]));
      expect(reports.filter(({ recording }) => recording !== undefined).length).toBe(20);
      expect(reports.length).toBe(10 + 1 + 20);
      expect(figures.files).toBe(22);
      expect(figures.failedTasks).toBe(0);
      expect(figures.tasks).toBeLessThan(30);
    });

    it('hands the settings of Hadoop to executors', async () => {
      const conf = join(folder, 'viewfs.conf');
      writeFileSync(conf, `spark.hadoop.fs.viewfs.mounttable.lake.link./in=file://${data}\n`);
      const { counts } = await run({}, { propertiesFile: conf }, ['viewfs://lake/in']);
      expect(counts).toEqual(expected);
    });

    it('does again what a killed program had begun', async () => {
      const { counts, figures } = await run({ map: `die-once=${join(folder, 'died')}` });
      expect(figures.failedTasks).toBe(1);
      expect(counts).toEqual(expected);
    });

    it('says in one line why a program cannot run, before it has read anything', async () => {
      const stages: string[] = [];
      const failed = run({ finish: 'fail' }, { onProgress: ({ stage }) => stages.push(stage) });
      await expect(failed).rejects.toMatchObject({
        code: 'JOB_FAILED',
        message: 'Spark: finish: the model is missing (exit status 65)',
      });
      expect(stages).toEqual([]);
    });

    it('trusts no output without a trailer, and no program that leaves before it has read everything', async () => {
      await expect(run({ reduce: 'no-trailer' })).rejects.toThrow(
        'reduce: its output ended without a trailer',
      );
      await expect(run({ map: 'exit-early' })).rejects.toThrow(
        'map: ended before it had read all its input',
      );
    });

    it('refuses to write over what is there, and names an input that is not', async () => {
      await expect(run({}, {}, [`file://${folder}/none.txt`])).rejects.toThrow('none.txt');
    });

    it.each(['map', 'reduce'])(
      'loses nothing when a worker dies with its executor in the %s stage',
      async (stage) => {
        const cluster = await StandaloneCluster.start(join(folder, `cluster-${stage}`));
        try {
          let killed = false;
          const onProgress = (progress: { stage: string; done: number }): void => {
            if (!killed && progress.stage === stage && progress.done > 0)
              killed = cluster.killWorker();
          };
          const { counts } = await run(
            { [stage]: 'slow=1500' },
            { master: cluster.master, onProgress },
          );
          expect(killed).toBe(true);
          expect(counts).toEqual(expected);
        } finally {
          await cluster.stop();
        }
      },
    );
  },
);

/** One large file of lines of one width, twenty small ones and a compressed one; gives how often each line is there. */
function writeLines(data: string): Map<string, number> {
  const counts = new Map<string, number>();
  const note = (line: string): string => {
    counts.set(line, (counts.get(line) ?? 0) + 1);
    return `${line}\n`;
  };
  let fixed = '';
  for (let i = 0; i < (10 * RANGE_BYTES) / LINE_BYTES; i++) {
    fixed += note(String((i * 7919) % 5003).padStart(LINE_BYTES - 1, '0'));
  }
  writeFileSync(join(data, 'fixed.txt'), fixed);
  for (let file = 0; file < 20; file++) {
    const lines = Array.from({ length: file * 13 }, (_, i) => note(`x${(i * file) % 50}`));
    writeFileSync(join(data, `small ${file}.txt`), lines.join('').replace(/\n$/, ''));
  }
  // Incompressible, three ranges long, and without a line's end: one line of it.
  const bytes = gzipSync(Buffer.from(fixed.slice(0, 3 * RANGE_BYTES)), { level: 0 });
  for (const [i, byte] of bytes.entries()) if (byte === 10) bytes[i] = 11;
  writeFileSync(join(data, 'whole.gz'), bytes);
  const line = bytes.toString('latin1');
  counts.set(line, 1);
  return counts;
}
