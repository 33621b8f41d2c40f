import type { EventKind, TrafficSink } from '../../flow/event.ts';
import { readInputs } from '../../job/read-inputs.ts';
import { unknownName, type Arguments } from '../arguments.ts';
import { EXIT_DONE, type Command } from '../command.ts';
import { EVENT_KINDS, eventColumns, fieldColumns } from '../event-columns.ts';
import { wrapped } from '../help.ts';
import { INPUT_OPTIONS, OUTPUT_OPTION, outputPath, readOptions } from '../input-options.ts';
import { noteInputs } from '../notes.ts';
import { ProgressLine } from '../progress-line.ts';
import { chosenRowFormat, writeRows } from '../row-output.ts';
import { SkipCounts } from '../skip-counts.ts';

/** `rapsheet events INPUT…` */
export const eventsCommand: Command = {
  options: {
    kind: {
      value: 'KINDS',
      help: 'only these, with commas: dns-query …, or dns, http, tls, ssh for all of theirs (default: all)',
    },
    format: {
      value: 'FORMAT',
      help: 'ndjson, csv or parquet (default: by the ending of FILE, else ndjson)',
    },
    ...OUTPUT_OPTION,
    ...INPUT_OPTIONS,
  },
  examples: [
    ['rapsheet events capture.pcap', 'every message that was understood, a JSON object a line'],
    ['rapsheet events capture.pcap --kind dns --format csv', 'the lookups and their answers'],
    [
      'rapsheet events day/ --kind login,tls-client-hello -o day.parquet',
      'logins and TLS clients as one table',
    ],
  ],
  more: [
    'Kinds, with their columns beside timeUs kind originator originatorPort responder responderPort',
    'protocol communityId:',
    ...EVENT_KINDS.flatMap((kind) =>
      wrapped([`${kind}:`, ...fieldColumns(kind).map(({ name }) => name)]),
    ),
  ],
  run: runEvents,
};

async function runEvents(args: Arguments): Promise<number> {
  const format = chosenRowFormat(args, ['ndjson', 'csv', 'parquet'] as const, 'ndjson');
  const kinds = chosenKinds(args.text('kind'));
  const progress = new ProgressLine(args);
  await writeRows(outputPath(args), format, eventColumns(kinds), async (put) => {
    const skips = new SkipCounts();
    const sink: TrafficSink = {
      flow: () => undefined,
      event: (event) => {
        if (kinds.has(event.kind)) put(event);
      },
      visibility: () => undefined,
      skipped: skips.add,
    };
    const inputs = await readInputs(args.positionals, sink, readOptions(args, progress));
    progress.clear();
    noteInputs(inputs, skips.counts);
  }).finally(() => progress.clear());
  return EXIT_DONE;
}

/** What kinds begin with: `dns` stands for `dns-query` and `dns-response`. */
const FAMILIES = new Map<string, readonly EventKind[]>(
  EVENT_KINDS.filter((kind) => kind.includes('-')).map((kind) => {
    const family = kind.slice(0, kind.indexOf('-'));
    return [family, EVENT_KINDS.filter((other) => other.startsWith(`${family}-`))];
  }),
);

function chosenKinds(text: string | undefined): ReadonlySet<EventKind> {
  if (text === undefined) return new Set(EVENT_KINDS);
  return new Set(text.split(',').flatMap((name) => kindsNamed(name.trim())));
}

function kindsNamed(name: string): readonly EventKind[] {
  const family = FAMILIES.get(name);
  if (family !== undefined) return family;
  const kind = EVENT_KINDS.find((known) => known === name);
  if (kind !== undefined) return [kind];
  throw unknownName('--kind', name, [...FAMILIES.keys(), ...EVENT_KINDS]);
}
