import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));
const SPARK_HOME = join(PROJECT, '.rapsheet-cache', 'spark');

/** `CLUSTER=1`: tests that start Spark run; the first time they fetch it (180 MB, by Maven). */
export const WITH_CLUSTER = process.env['CLUSTER'] !== undefined;
if (!WITH_CLUSTER)
  console.warn('tests on Spark are skipped: set CLUSTER=1 (needs Java 17 and Maven)');

/** Spark's own `spark-submit`, without a distribution. */
export const SPARK_SUBMIT = join(SPARK_HOME, 'bin', 'spark-submit');

/** Two executors in processes of their own, in one command. */
export const LOCAL_CLUSTER = 'local-cluster[2,1,1024]';

/** One process with two cores; a task that fails is tried again. */
export const LOCAL = 'local[2,4]';

/** What workers of `LOCAL_CLUSTER` leave in Spark's own folder: an archive unpacked for every executor. */
export function removeWork(): void {
  rmSync(join(SPARK_HOME, 'work'), { recursive: true, force: true });
}

/** Compiles the jar; gives its path. */
export function buildJar(): string {
  return built('jar', 'rapsheet-spark.jar');
}

/** Makes the one-file program; gives its path. */
export function buildProgram(): string {
  return built('program', 'rapsheet.mjs');
}

function built(what: string, name: string): string {
  const folder = join(PROJECT, '.rapsheet-cache', 'cluster');
  const script = join(PROJECT, 'src', 'job', 'spark', 'build.mjs');
  const { status, stderr } = spawnSync(process.execPath, [script, what, folder], { encoding: 'utf8' }); // prettier-ignore
  if (status !== 0) throw new Error(stderr);
  return join(folder, name);
}

/**
 * A standalone cluster on this machine: a master and two workers, or one for each core they are pinned to. A worker
 * has one core, and each is a process that can be killed.
 */
export class StandaloneCluster {
  readonly master: string;
  readonly #daemons: readonly ChildProcess[];

  private constructor(master: string, daemons: readonly ChildProcess[]) {
    this.master = master;
    this.#daemons = daemons;
  }

  static async start(
    folder: string,
    port = 17077,
    cores: readonly (number | undefined)[] = [undefined, undefined],
  ): Promise<StandaloneCluster> {
    const url = `spark://127.0.0.1:${port}`;
    const at = 'org.apache.spark.deploy';
    const master = await daemon('elected leader', [`${at}.master.Master`, '--host', '127.0.0.1', '--port', String(port), '--webui-port', String(port + 1)]); // prettier-ignore
    const daemons = [master];
    for (const [i, core] of cores.entries()) {
      const work = join(folder, `worker-${i}`);
      mkdirSync(work, { recursive: true });
      const words = [`${at}.worker.Worker`, '--host', '127.0.0.1', '--cores', '1', '--memory', '2g', '--webui-port', String(port + 2 + i), '--work-dir', work, url]; // prettier-ignore
      daemons.push(await daemon('Successfully registered', words, core));
    }
    return new StandaloneCluster(url, daemons);
  }

  /** `kill -9` of a worker that has an executor, and of the executor with what it started. */
  killWorker(): boolean {
    for (const { pid } of this.#daemons.slice(1)) {
      const executors = childrenOf(pid!);
      if (executors.length === 0) continue;
      for (const victim of [pid!, ...executors]) process.kill(victim, 'SIGKILL');
      return true;
    }
    return false;
  }

  async stop(): Promise<void> {
    const ends = this.#daemons.map((child) =>
      child.exitCode !== null || child.signalCode !== null
        ? Promise.resolve()
        : new Promise((resolve) => child.once('exit', resolve)),
    );
    for (const child of this.#daemons) child.kill();
    await Promise.all(ends);
  }
}

/** Starts a daemon and waits until it says `ready`. */
async function daemon(
  ready: string,
  words: readonly string[],
  core?: number,
): Promise<ChildProcess> {
  const program = [join(SPARK_HOME, 'bin', 'spark-class'), ...words];
  const [command, ...rest] =
    core === undefined ? program : ['taskset', '-c', String(core), ...program];
  const child = spawn(command!, rest, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, SPARK_LOCAL_IP: '127.0.0.1', SPARK_DAEMON_MEMORY: '512m' },
  });
  let said = '';
  const late = setTimeout(() => child.kill(), 60_000);
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-20_000);
      if (said.includes(ready)) resolve();
    });
    child.once('exit', () => reject(new Error(`${words[0]!} ended: ${said}`)));
  }).finally(() => clearTimeout(late));
  return child;
}

/** Process ids whose parent is `parent`, as /proc has them. */
function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        // After the name in brackets: state, parent.
        return (
          Number(/\) \S (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1]) === parent
        );
      } catch {
        return false;
      }
    });
}
