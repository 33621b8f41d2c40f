import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CUTS_WORDS, jobStages } from '../../../src/job/cluster/stages.ts';
import { writeArchive } from '../../../src/job/engines/job-archive.ts';
import { runOnSpark } from '../../../src/job/engines/run-on-spark.ts';
import { DEFAULT_MODEL } from '../../../src/job/load-model.ts';
import { SAMPLE } from './cluster-inputs.ts';
import { ControlGroup } from './control-group.ts';
import { writeLargeCapture } from './large-capture.ts';
import { buildJar, buildProgram, SPARK_SUBMIT, StandaloneCluster } from './spark-cluster.ts';

/**
 * `CLUSTER=figures`: what a job costs. One process against Spark's standalone cluster, a worker pinned to each core.
 * `CLUSTER_BYTES` is the size of the capture it is measured on, `RAPSHEET_CLI` the program of the one process.
 */
const WITH_FIGURES = process.env['CLUSTER'] === 'figures';
if (!WITH_FIGURES)
  console.warn('what a job on a cluster costs is not measured: set CLUSTER=figures');

const BYTES = Number(process.env['CLUSTER_BYTES'] ?? 9e9);
const CLI = process.env['RAPSHEET_CLI'] ?? fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url)); // prettier-ignore

interface Cost {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
}

describe.skipIf(!WITH_FIGURES)('what a job costs', { timeout: 7_200_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'rapsheet-figures-'));
  const capture = join(folder, 'large.pcap');
  const figures: Record<string, unknown> = { cores: cpus().length, memoryGb: Math.round(totalmem() / 2 ** 30), loadAtStart: loadavg()[0] }; // prettier-ignore
  const group = ControlGroup.join('rapsheet-figures');

  beforeAll(() => {
    vi.stubEnv('TMPDIR', folder);
    figures['bytes'] = writeLargeCapture(capture, SAMPLE, BYTES);
  }, 600_000);
  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
    console.log(JSON.stringify(figures, undefined, 2));
  });

  async function cost<T>(work: () => T | Promise<T>): Promise<Cost & { result: T }> {
    const cpu = group?.cpuSeconds ?? Number.NaN;
    const start = performance.now();
    const result = await work();
    const round = (value: number) => Math.round(value * 10) / 10;
    return {
      result,
      wallSeconds: round((performance.now() - start) / 1000),
      cpuSeconds: round((group?.cpuSeconds ?? Number.NaN) - cpu),
    };
  }

  it('in processor time, in bytes shuffled and in memory', async () => {
    if (group === undefined)
      console.warn('no processor time: control groups (version 2, as root) are needed');
    const one = await cost(() => {
      const { status, stdout } = spawnSync(process.execPath, [CLI, 'label', capture, '--format', 'ndjson'], { encoding: 'utf8', maxBuffer: 1 << 29 }); // prettier-ignore
      expect(status).toBe(0);
      return stdout.split('\n').slice(0, -1).sort();
    });
    figures['oneProcess'] = { wallSeconds: one.wallSeconds, cpuSeconds: one.cpuSeconds };

    const archive = join(folder, 'rapsheet.tar.gz');
    await writeArchive(archive, { node: process.execPath, program: buildProgram(), model: DEFAULT_MODEL }); // prettier-ignore
    const jar = buildJar();
    for (const cores of [[0], [0, 1]]) {
      const cluster = await StandaloneCluster.start(
        join(folder, `cluster-${cores.length}`),
        17177,
        cores,
      );
      const peaks = watchMemory();
      try {
        const spark = await cost(() => runOnSpark({
          inputs: [capture],
          stages: jobStages({ output: 'verdicts' }),
          cuts: CUTS_WORDS,
          format: 'ndjson',
          model: DEFAULT_MODEL,
          nodeMemoryMb: 512,
        }, { master: cluster.master, sparkSubmit: SPARK_SUBMIT, executorMemory: '1g', files: { jar, archive } })); // prettier-ignore
        const { parts, folder: output, figures: counted } = spark.result;
        const lines = parts.flatMap((part) => readFileSync(part, 'utf8').split('\n').slice(0, -1)).sort(); // prettier-ignore
        rmSync(output, { recursive: true });
        expect(lines).toEqual(one.result);
        figures[`spark${cores.length}`] = {
          wallSeconds: spark.wallSeconds,
          cpuSeconds: spark.cpuSeconds,
          jobSeconds: counted.milliseconds / 1000,
          overOneProcess: spark.cpuSeconds / one.cpuSeconds,
          shuffledOfRead: counted.shuffledBytes / counted.bytes,
          tasks: counted.tasks,
          peakMb: peaks.stop(),
        };
      } finally {
        peaks.stop();
        await cluster.stop();
      }
    }
    const of = (name: string) => (figures[name] as { jobSeconds: number }).jobSeconds;
    figures['gainOfSecondExecutor'] = of('spark1') / of('spark2');
    writeFileSync(
      fileURLToPath(new URL('../../../.rapsheet-cache/cluster-figures.json', import.meta.url)),
      `${JSON.stringify(figures, undefined, 2)}\n`,
    );
  });
});

/** The largest resident memory of any program of each stage so far, in MB, as the kernel keeps it. */
function watchMemory(): { stop(): Record<string, number> } {
  const peaks: Record<string, number> = {};
  const look = (): void => {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        const at = words.indexOf('rapsheet/rapsheet.mjs');
        if (at < 0) continue;
        const stage = words.slice(at + 2, words.indexOf('--wire')).join(' ');
        const peak = Number(
          /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1],
        );
        if (peak > 0) peaks[stage] = Math.max(peaks[stage] ?? 0, Math.round(peak / 1024));
      } catch {
        // It has ended since.
      }
    }
  };
  const timer = setInterval(look, 250);
  return {
    stop() {
      clearInterval(timer);
      return peaks;
    },
  };
}
