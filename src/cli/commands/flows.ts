import type { TrafficSink } from '../../flow/event.ts';
import { readInputs } from '../../job/read-inputs.ts';
import { joinPieces, writeOutput } from '../../job/write-output.ts';
import { toCsvRow } from '../../report/csv.ts';
import type { Arguments } from '../arguments.ts';
import { EXIT_DONE, type Command } from '../command.ts';
import { FLOW_COLUMNS, type FlowColumn } from '../flow-columns.ts';
import { INPUT_OPTIONS, OUTPUT_OPTION, outputPath, readOptions } from '../input-options.ts';
import { noteSkippedFiles } from '../notes.ts';
import { ProgressLine } from '../progress-line.ts';
import { ReaderGone } from '../reader-gone.ts';

/** `rapsheet flows INPUT…` */
export const flowsCommand: Command = {
  options: {
    format: { value: 'FORMAT', help: 'csv (default) or ndjson' },
    columns: {
      value: 'SET',
      help: 'rapsheet (default), or zeek: names, order and meaning of conn.log',
    },
    ...OUTPUT_OPTION,
    ...INPUT_OPTIONS,
  },
  examples: [
    ['rapsheet flows capture.pcap', 'every flow as a line of CSV'],
    [
      'rapsheet flows capture.pcap --columns zeek --format ndjson',
      'what Zeek would write into conn.log',
    ],
  ],
  run: runFlows,
};

async function runFlows(args: Arguments): Promise<number> {
  const format = args.choice('format', ['csv', 'ndjson'] as const) ?? 'csv';
  const columns = FLOW_COLUMNS[args.choice('columns', ['rapsheet', 'zeek'] as const) ?? 'rapsheet'];
  const progress = new ProgressLine(args);
  await writeOutput(outputPath(args), async (write) => {
    const pieces = joinPieces(write);
    const put = (text: string): void => {
      if (!pieces.write(text)) throw new ReaderGone();
    };
    if (format === 'csv') put(toCsvRow(columns.map(([name]) => name)));
    const sink: TrafficSink = {
      flow: (flow) => {
        const cells = columns.map(([, read]) => read(flow));
        put(format === 'csv' ? toCsvRow(cells) : toJsonLine(columns, cells));
      },
      event: () => undefined,
      visibility: () => undefined,
      skipped: () => undefined,
    };
    const { skipped } = await readInputs(args.positionals, sink, readOptions(args, progress));
    pieces.flush();
    progress.clear();
    noteSkippedFiles(skipped);
  }).finally(() => progress.clear());
  return EXIT_DONE;
}

/** What is missing is left out, as Zeek does. */
function toJsonLine(columns: readonly FlowColumn[], cells: readonly unknown[]): string {
  const fields = columns.flatMap(([name], i) =>
    cells[i] === null ? [] : [[name, cells[i]] as const],
  );
  return `${JSON.stringify(Object.fromEntries(fields))}\n`;
}
