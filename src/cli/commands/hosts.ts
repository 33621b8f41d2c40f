import { featureNames, hostVectors, type HostVector } from '../../host/feature-schema.ts';
import type { HostTable } from '../../host/host-table.ts';
import { profileFile } from '../../job/profile-file.ts';
import { profileInputs } from '../../job/profile-inputs.ts';
import { writeAll, writeOutput } from '../../job/write-output.ts';
import { toCsvRow } from '../../report/csv.ts';
import type { Arguments } from '../arguments.ts';
import { EXIT_DONE, type Command } from '../command.ts';
import {
  INPUT_OPTIONS,
  OUTPUT_OPTION,
  outputPath,
  readOptions,
  WORKERS_OPTION,
} from '../input-options.ts';
import { noteInputs, noteNoHosts } from '../notes.ts';
import { isProfilesPath } from '../profiles-output.ts';
import { ProgressLine } from '../progress-line.ts';
import { plainValues, vectorLine } from '../vector-line.ts';

/** `rapsheet hosts INPUT…` */
export const hostsCommand: Command = {
  options: {
    format: {
      value: 'FORMAT',
      help: 'csv (default), ndjson, or profiles: what was gathered of every host, to merge and to go on from (default: by the ending of FILE)',
    },
    ...OUTPUT_OPTION,
    ...INPUT_OPTIONS,
    ...WORKERS_OPTION,
  },
  examples: [
    [
      'rapsheet hosts capture.pcap -o hosts.csv',
      'every host that sent something, one column a feature; missing is empty',
    ],
    [
      'rapsheet hosts monday/ -o monday.profiles.ndjson',
      'profiles: label, cluster, hosts and merge take them in place of the captures, a thousandth of the size',
    ],
    [
      'rapsheet label monday.profiles.ndjson tuesday.pcap',
      'Monday and Tuesday together, without reading Monday again',
    ],
  ],
  run: runHosts,
};

const FORMATS = ['csv', 'ndjson', 'profiles'] as const;

function formatOfEnding(args: Arguments): (typeof FORMATS)[number] | undefined {
  if (isProfilesPath(args)) return 'profiles';
  return /\.(ndjson|jsonl|json)$/i.test(outputPath(args)) ? 'ndjson' : undefined;
}

async function runHosts(args: Arguments): Promise<number> {
  const format = args.choice('format', FORMATS) ?? formatOfEnding(args) ?? 'csv';
  const progress = new ProgressLine(args);
  await writeOutput(outputPath(args), async (write) => {
    const profiled = await profileInputs(args.positionals, readOptions(args, progress));
    progress.clear();
    const { table } = profiled;
    noteInputs(profiled, table.skips);
    if (format === 'profiles') {
      writeAll(write, profileFile(table));
      noteNoHosts(table.size, profiled);
      return;
    }
    let hosts = 0;
    const vectors = counted(table, () => hosts++);
    writeAll(write, format === 'csv' ? csvRows(vectors) : jsonLines(vectors));
    noteNoHosts(hosts, profiled);
  }).finally(() => progress.clear());
  return EXIT_DONE;
}

function* counted(table: HostTable, onHost: () => void): Generator<HostVector> {
  for (const vector of hostVectors(table)) {
    onHost();
    yield vector;
  }
}

function* csvRows(vectors: Iterable<HostVector>): Generator<string> {
  yield toCsvRow(['host', ...featureNames]);
  for (const { host, vector } of vectors) yield toCsvRow([host, ...plainValues(vector)]);
}

function* jsonLines(vectors: Iterable<HostVector>): Generator<string> {
  for (const vector of vectors) yield `${vectorLine(vector)}\n`;
}
