import type { TrafficSink } from '../../flow/event.ts';
import { FLOW_FIELDS } from '../../flow/logs/flow-csv.ts';
import { WEB_FIELDS } from '../../flow/logs/web-json.ts';
import { readInputs } from '../../job/read-inputs.ts';
import { UsageError, type Arguments } from '../arguments.ts';
import { chosenColumns } from '../chosen-columns.ts';
import { EXIT_DONE, type Command } from '../command.ts';
import { FLOW_COLUMNS, type FlowColumn } from '../flow-columns.ts';
import { aligned, wrapped } from '../help.ts';
import { INPUT_OPTIONS, OUTPUT_OPTION, outputPath, readOptions } from '../input-options.ts';
import { noteInputs } from '../notes.ts';
import { ProgressLine } from '../progress-line.ts';
import { chosenRowFormat, writeRows } from '../row-output.ts';
import { SkipCounts } from '../skip-counts.ts';

const FORMATS = ['csv', 'ndjson', 'parquet', 'zeek'] as const;

/** `rapsheet flows INPUT…` */
export const flowsCommand: Command = {
  options: {
    format: {
      value: 'FORMAT',
      help: 'csv, ndjson, parquet, or zeek: a conn.log (default: by the ending of FILE, else csv)',
    },
    columns: {
      value: 'SET',
      help: 'rapsheet (default), zeek, nfstream, or names of columns with commas',
    },
    ...OUTPUT_OPTION,
    ...INPUT_OPTIONS,
  },
  examples: [
    ['rapsheet flows capture.pcap', 'every flow as a line of CSV'],
    ['rapsheet flows day/*.pcap.gz -o day.parquet', 'a table for DuckDB, Spark or pandas'],
    ['rapsheet flows capture.pcap --format zeek -o conn.log', 'what Zeek would write'],
    [
      'rapsheet flows capture.pcap --columns startUs,originator,responder,connState',
      'these columns only',
    ],
    [
      "rapsheet flows firewall.csv --map 'Source=originator,Destination=responder,Proto=protocol,Time=start'",
      'a table that is no known one',
    ],
  ],
  more: [
    'Columns (what is missing is an empty cell, no field, or null):',
    ...aligned(FLOW_COLUMNS.rapsheet.map(({ name, meaning }) => [name, meaning])),
    '',
    'Columns of --columns zeek and --columns nfstream, as these tools define them:',
    ...wrapped(FLOW_COLUMNS.zeek.map(({ name }) => name)),
    '',
    ...wrapped(FLOW_COLUMNS.nfstream.map(({ name }) => name)),
    '',
    'Fields of --map COLUMN=FIELD (originator, responder and protocol are needed; start and end are epoch seconds',
    'or a date, duration seconds, the fields in Ms milliseconds; bytes with IP headers are …IpBytes):',
    ...wrapped(FLOW_FIELDS),
    'Fields of --map MEMBER=FIELD for JSON access logs; those not given are looked for under their usual names:',
    ...wrapped(WEB_FIELDS),
  ],
  run: runFlows,
};

async function runFlows(args: Arguments): Promise<number> {
  const format = chosenRowFormat(args, FORMATS, 'csv');
  const columns = columnsFor(args, format);
  const progress = new ProgressLine(args);
  await writeRows(outputPath(args), format, columns, async (put) => {
    const skips = new SkipCounts();
    const sink: TrafficSink = {
      flow: put,
      event: () => undefined,
      visibility: () => undefined,
      skipped: skips.add,
    };
    const inputs = await readInputs(args.positionals, sink, readOptions(args, progress));
    progress.clear();
    noteInputs(inputs, skips.counts);
  }).finally(() => progress.clear());
  return EXIT_DONE;
}

function columnsFor(args: Arguments, format: (typeof FORMATS)[number]): readonly FlowColumn[] {
  const asked = args.text('columns');
  if (format !== 'zeek') return chosenColumns(asked ?? 'rapsheet');
  const columns = chosenColumns(asked ?? 'zeek');
  const other = columns.find((column) => !FLOW_COLUMNS.zeek.includes(column));
  if (other === undefined) return columns;
  throw new UsageError(`--format zeek has columns of Zeek alone, not ${other.name}`);
}
