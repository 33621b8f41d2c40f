import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where Linux has version 2 of its control groups, alone or beside version 1. */
const ROOTS = ['/sys/fs/cgroup/unified', '/sys/fs/cgroup'];

/** Counts the processor time of this process and all that it starts from now on, those that were killed included. */
export class ControlGroup {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** `undefined` where there are none, or they are not ours to make. */
  static join(name: string): ControlGroup | undefined {
    const root = ROOTS.find((folder) => existsSync(join(folder, 'cgroup.controllers')));
    if (root === undefined) return undefined;
    const folder = join(root, name);
    try {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'cgroup.procs'), String(process.pid));
    } catch {
      return undefined;
    }
    return new ControlGroup(folder);
  }

  /** User and system time of all of them so far. */
  get cpuSeconds(): number {
    const stat = readFileSync(join(this.#folder, 'cpu.stat'), 'utf8');
    return Number(/^usage_usec (\d+)$/m.exec(stat)![1]) / 1e6;
  }
}
