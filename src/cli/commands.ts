import type { CommandEntry } from './command.ts';

/** Every command, in the order the help lists them. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'cluster',
    usage: 'INPUT…',
    summary: 'group hosts that nobody has labelled, and name each group by what sets it apart',
    load: async () => (await import('./commands/cluster.ts')).clusterCommand,
  },
  {
    name: 'flows',
    usage: 'INPUT…',
    summary: 'list the flows of captures or logs',
    load: async () => (await import('./commands/flows.ts')).flowsCommand,
  },
  {
    name: 'hosts',
    usage: 'INPUT…',
    summary: 'list the feature vector of every host',
    load: async () => (await import('./commands/hosts.ts')).hostsCommand,
  },
  {
    name: 'synth',
    usage: 'RECIPE',
    summary: 'make labelled traffic from a recipe: a pcap and its labels file',
    load: async () => (await import('./commands/synth.ts')).synthCommand,
  },
];
