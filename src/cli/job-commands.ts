import type { CommandEntry } from './command.ts';

/** The programs that a job is made of: what runs on the machines of a cluster. */
export const JOB_STAGE_COMMANDS: readonly CommandEntry[] = [
  {
    name: 'job map',
    usage: '',
    summary: 'read the files that standard input names or holds into partial profiles of hosts',
    isInner: true,
    load: async () => (await import('./commands/job-map.ts')).jobMapCommand,
  },
  {
    name: 'job cuts',
    usage: '',
    summary: 'say of files, by their beginnings, which may be read in ranges',
    isInner: true,
    load: async () => (await import('./commands/job-cuts.ts')).jobCutsCommand,
  },
  {
    name: 'job combine',
    usage: '',
    summary: 'merge partial profiles before they are sorted',
    isInner: true,
    load: async () => (await import('./commands/job-combine.ts')).jobCombineCommand,
  },
  {
    name: 'job reduce',
    usage: '',
    summary: 'merge, exchange or judge records that are sorted by key',
    isInner: true,
    load: async () => (await import('./commands/job-reduce.ts')).jobReduceCommand,
  },
  {
    name: 'job finish',
    usage: '',
    summary: 'make verdicts, vectors or profiles of the last sorted records',
    isInner: true,
    load: async () => (await import('./commands/job-finish.ts')).jobFinishCommand,
  },
];

/** What people ask for. */
export const JOB_COMMANDS: readonly CommandEntry[] = [
  {
    name: 'job run',
    usage: 'INPUT…',
    summary:
      'do the same work by map and reduce: in threads of this machine, on Spark or on Hadoop',
    load: async () => (await import('./commands/job-run.ts')).jobRunCommand,
  },
  {
    name: 'job plan',
    usage: 'INPUT…',
    summary: 'print the commands of a job, for people who submit by their own means',
    load: async () => (await import('./commands/job-plan.ts')).jobPlanCommand,
  },
];
