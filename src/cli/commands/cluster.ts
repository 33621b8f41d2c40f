import {
  CLUSTER_METHODS,
  clusterHosts,
  type HostCluster,
  type HostClusters,
} from '../../job/cluster-hosts.ts';
import { profileInputs } from '../../job/profile-inputs.ts';
import { STANDARD_OUTPUT, writeAll, writeOutput } from '../../job/write-output.ts';
import { toCsvRow } from '../../report/csv.ts';
import { formatCounted, visibleText } from '../../report/wording.ts';
import { UsageError, type Arguments } from '../arguments.ts';
import { EXIT_DONE, type Command } from '../command.ts';
import {
  INPUT_OPTIONS,
  OUTPUT_OPTION,
  outputPath,
  readOptions,
  WORKERS_OPTION,
} from '../input-options.ts';
import { noteInputs } from '../notes.ts';
import { ProgressLine } from '../progress-line.ts';
import { isTerminal } from '../terminal.ts';

/** `rapsheet cluster INPUT…` */
export const clusterCommand: Command = {
  options: {
    format: {
      value: 'FORMAT',
      help: 'text (default on a terminal), ndjson (a line a group) or csv (a line a host)',
    },
    method: {
      value: 'HOW',
      help: 'k-means (default): every host is in a group; density: groups of any number and shape, and hosts that are in none (HDBSCAN)',
    },
    smallest: { value: 'N', help: 'with --method density: fewer hosts are no group (default 5)' },
    clusters: { value: 'N', help: 'so many groups (default: as many as fit the hosts best)' },
    seed: { value: 'N', help: 'another seed for the starts (default 1)' },
    ...OUTPUT_OPTION,
    ...INPUT_OPTIONS,
    ...WORKERS_OPTION,
  },
  examples: [
    [
      'rapsheet cluster honeypot/*.pcap',
      'which kinds of visitors came, and what sets each kind apart',
    ],
    [
      'rapsheet cluster honeypot/ --method density --smallest 10 --format csv',
      'campaigns: hosts that behave alike, ten of a kind or more; 0 is in no group',
    ],
  ],
  run: runCluster,
};

async function runCluster(args: Arguments): Promise<number> {
  const path = outputPath(args);
  const readable = path === STANDARD_OUTPUT && isTerminal();
  const format =
    args.choice('format', ['text', 'ndjson', 'csv'] as const) ?? (readable ? 'text' : 'ndjson');
  const clusters = args.integer('clusters', { min: 1, max: 1000 });
  const method = args.choice('method', CLUSTER_METHODS) ?? 'k-means';
  const smallest = args.integer('smallest', { min: 2, max: 1_000_000 });
  if (method === 'density' && clusters !== undefined) {
    throw new UsageError('--clusters is for --method k-means: density finds the number of groups');
  }
  if (method === 'k-means' && smallest !== undefined) {
    throw new UsageError('--smallest is for --method density');
  }
  const seed = args.integer('seed', { min: 0, max: 2 ** 32 - 1 }) ?? 1;
  const progress = new ProgressLine(args);
  await writeOutput(path, async (write) => {
    const profiled = await profileInputs(args.positionals, readOptions(args, progress));
    const { table } = profiled;
    progress.say('grouping hosts');
    const result = clusterHosts(table, {
      method,
      seed,
      ...(clusters === undefined ? {} : { clusters }),
      ...(smallest === undefined ? {} : { smallest }),
    });
    progress.clear();
    noteInputs(profiled, table.skips);
    writeAll(write, RENDERERS[format](result));
  }).finally(() => progress.clear());
  return EXIT_DONE;
}

const RENDERERS = { text: renderText, ndjson: renderLines, csv: renderCsv };
const HOSTS_SHOWN = 8;

function* renderText({ clusters, silhouette, stability }: HostClusters): Generator<string> {
  for (const { cluster, size, name, features, hosts } of clusters) {
    const title = cluster < 0 ? 'No group' : `Group ${cluster + 1}`;
    yield `${title}: ${formatCounted(size, 'host')}, ${name}\n`;
    for (const { feature, direction, median, othersMedian } of features) {
      yield `    ${feature}: ${round(median)}, ${direction} than the ${round(othersMedian)} of the others\n`;
    }
    const more = hosts.length > HOSTS_SHOWN ? ` and ${hosts.length - HOSTS_SHOWN} more` : '';
    yield `    ${visibleText(hosts.slice(0, HOSTS_SHOWN).join(' '))}${more}\n\n`;
  }
  if (clusters.length > 1 && !Number.isNaN(stability)) {
    yield `Separation (silhouette) ${silhouette.toFixed(2)}, stability ${stability.toFixed(2)}${
      stability < 0.6 ? ': below 0.6, do not rely on these groups' : ''
    }\n`;
  }
}

function* renderLines({ clusters, silhouette, stability }: HostClusters): Generator<string> {
  for (const { cluster, name, size, share, features, hosts } of clusters) {
    const rows = features.map(({ feature, direction, median, othersMedian, difference }) => ({
      feature, direction, median, othersMedian, difference,
    })); // prettier-ignore
    yield `${JSON.stringify({ cluster: cluster + 1, name, size, share, features: rows, hosts, silhouette, stability })}\n`;
  }
}

function* renderCsv({ clusters }: HostClusters): Generator<string> {
  yield toCsvRow(['host', 'cluster', 'name']);
  for (const group of clusters) yield* group.hosts.map((host) => clusterRow(group, host));
}

function clusterRow({ cluster, name }: HostCluster, host: string): string {
  return toCsvRow([host, cluster + 1, name]);
}

function round(value: number): string {
  return String(Number(value.toPrecision(3)));
}
