import type { CommandEntry } from './command.ts';
import { JOB_COMMANDS, JOB_STAGE_COMMANDS } from './job-commands.ts';

/** Every command, in the order the help lists them. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'label',
    usage: 'INPUT…',
    summary: 'say what kind of host every host is, and why',
    load: async () => (await import('./commands/label.ts')).labelCommand,
  },
  {
    name: 'explain',
    usage: 'INPUT… HOST',
    summary: 'tell everything about one host: reasons, evidence, and what would change the verdict',
    load: async () => (await import('./commands/explain.ts')).explainCommand,
  },
  {
    name: 'cluster',
    usage: 'INPUT…',
    summary: 'group hosts that nobody has labelled, and name each group by what sets it apart',
    load: async () => (await import('./commands/cluster.ts')).clusterCommand,
  },
  {
    name: 'train',
    usage: 'LABELS',
    summary: 'fit a model to labelled captures or logs, and measure it on inputs it has not seen',
    load: async () => (await import('./commands/train.ts')).trainCommand,
  },
  {
    name: 'evaluate',
    usage: 'LABELS',
    summary: 'measure a model on labelled captures or logs',
    load: async () => (await import('./commands/evaluate.ts')).evaluateCommand,
  },
  {
    name: 'lint-dataset',
    usage: 'LABELS',
    summary: 'look for what would make a model of these labels, or its figures, untrue',
    load: async () => (await import('./commands/lint-dataset.ts')).lintDatasetCommand,
  },
  {
    name: 'flows',
    usage: 'INPUT…',
    summary: 'list the flows of captures or logs',
    load: async () => (await import('./commands/flows.ts')).flowsCommand,
  },
  {
    name: 'events',
    usage: 'INPUT…',
    summary: 'list what was said: DNS, TLS, HTTP, SSH, logins and more',
    load: async () => (await import('./commands/events.ts')).eventsCommand,
  },
  {
    name: 'hosts',
    usage: 'INPUT…',
    summary: 'list the feature vector of every host, or keep what was gathered of it',
    load: async () => (await import('./commands/hosts.ts')).hostsCommand,
  },
  {
    name: 'merge',
    usage: 'INPUT…',
    summary: 'merge profiles of hosts, from files of them, captures or logs, into one file',
    load: async () => (await import('./commands/merge.ts')).mergeCommand,
  },
  {
    name: 'slice',
    usage: 'INPUT…',
    summary: 'cut the packets of a host, a flow or a time out of captures',
    load: async () => (await import('./commands/slice.ts')).sliceCommand,
  },
  {
    name: 'synth',
    usage: 'RECIPE',
    summary: 'make labelled traffic from a recipe: a pcap and its labels file',
    load: async () => (await import('./commands/synth.ts')).synthCommand,
  },
  {
    name: 'model',
    usage: 'show|verify [FILE]',
    summary: 'show the card of a model, or check that its file is whole',
    load: async () => (await import('./commands/model.ts')).modelCommand,
  },
  {
    name: 'serve',
    usage: '',
    summary: 'score hosts over HTTP: an API and a web page',
    load: async () => (await import('./commands/serve.ts')).serveCommand,
  },
  ...JOB_COMMANDS,
  ...JOB_STAGE_COMMANDS,
];
