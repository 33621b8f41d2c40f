import { parseNetwork } from '../../bytes/ip-address.ts';
import { RapsheetError } from '../../job/errors.ts';
import { CAPTURE_OUTPUTS, frameWriter, type CaptureOutput } from '../../job/frame-writer.ts';
import { readFrames } from '../../job/slice-inputs.ts';
import { frameMatcher, parseFlowSelector, type SliceQuery } from '../../job/slice-query.ts';
import { writeOutput } from '../../job/write-output.ts';
import { formatCounted } from '../../report/wording.ts';
import { UsageError, type Arguments } from '../arguments.ts';
import { EXIT_DONE, type Command } from '../command.ts';
import { CAPTURE_OPTIONS, OUTPUT_OPTION, outputPath, readOptions } from '../input-options.ts';
import { noteSkippedFiles, noteSkips } from '../notes.ts';
import { parseInstant } from '../parse-instant.ts';
import { ProgressLine } from '../progress-line.ts';
import { ReaderGone } from '../reader-gone.ts';
import { refuseTerminal } from '../row-output.ts';

/** `rapsheet slice INPUT… --host H` */
export const sliceCommand: Command = {
  options: {
    host: { value: 'HOST', help: 'packets from or to this address, or a network: 10.0.0.0/24' },
    flow: {
      value: 'ID',
      help: 'packets of this flow: its Community ID, or any flowId of a verdict’s evidence',
    },
    port: { value: 'PORT', help: 'packets from or to this TCP, UDP or SCTP port' },
    from: { value: 'TIME', help: 'packets from this time on: 2021-01-06T14:03:22, or epoch seconds' }, // prettier-ignore
    to: { value: 'TIME', help: 'packets before this time; UTC where no zone is given' },
    format: {
      value: 'FORMAT',
      help: 'pcap or pcapng (default: by the ending of FILE, else pcap)',
    },
    ...OUTPUT_OPTION,
    ...CAPTURE_OPTIONS,
  },
  examples: [
    ['rapsheet slice capture.pcap --host 10.0.0.7 -o host.pcap', 'all packets of one host'],
    [
      "rapsheet slice day/ --flow '1:LQU9qZlK+B5F3KDmev6m5PMibrg=' -o flow.pcapng",
      'those of a flow that a verdict names, out of a day of captures',
    ],
    [
      'rapsheet slice capture.pcap --host 10.0.0.7 --port 445 --from 2021-01-06T14:00 | tshark -r -',
      'what it did there, in words',
    ],
  ],
  more: [
    'Packets that meet every condition are written as they were captured, to the byte and nanosecond.',
    'A host in a tunnel is found by its inner and its outer addresses; an ICMP error also by what it quotes.',
  ],
  run: runSlice,
};

async function runSlice(args: Arguments): Promise<number> {
  const query = sliceQuery(args);
  const path = outputPath(args);
  const ending: CaptureOutput = /\.(pcapng|ntar)$/i.test(path) ? 'pcapng' : 'pcap';
  const format = args.choice('format', CAPTURE_OUTPUTS) ?? ending;
  refuseTerminal(path, 'A capture');
  const matches = frameMatcher(query);
  const progress = new ProgressLine(args);
  await writeOutput(path, async (write) => {
    const output = frameWriter(format, (piece) => {
      if (!write(piece)) throw new ReaderGone();
    });
    const { frames, skipped, skips } = await readFrames(
      args.positionals,
      (frame, packet) => {
        if (matches(frame, packet)) output.frame(frame);
      },
      readOptions(args, progress),
    );
    output.end();
    progress.clear();
    noteSkippedFiles(skipped);
    noteSkips(skips);
    if (output.frames === 0) throw nothingFound(args.positionals, frames);
  }).finally(() => progress.clear());
  return EXIT_DONE;
}

function sliceQuery(args: Arguments): SliceQuery {
  const host = args.text('host');
  const flow = args.text('flow');
  const port = args.integer('port', { min: 0, max: 65_535 });
  const fromUs = instant(args, 'from');
  const toUs = instant(args, 'to');
  const query: SliceQuery = {
    ...(host === undefined ? {} : { host: parsed('host', host, 'an address or a network', parseNetwork) }), // prettier-ignore
    ...(flow === undefined ? {} : { flow: parsed('flow', flow, 'a Community ID (1:…) or the flowId of a verdict’s evidence', parseFlowSelector) }), // prettier-ignore
    ...(port === undefined ? {} : { port }),
    ...(fromUs === undefined ? {} : { fromUs }),
    ...(toUs === undefined ? {} : { toUs }),
  };
  if (Object.keys(query).length === 0) {
    throw new UsageError('which packets? Give --host, --flow, --port, --from or --to');
  }
  if (fromUs !== undefined && toUs !== undefined && fromUs >= toUs) {
    throw new UsageError('--to: expected a time later than --from');
  }
  return query;
}

function instant(args: Arguments, name: 'from' | 'to'): number | undefined {
  const text = args.text(name);
  if (text === undefined) return undefined;
  const us = parseInstant(text);
  if (!Number.isNaN(us)) return us;
  throw new UsageError(`--${name}: expected a time such as 2021-01-06T14:03:22 or epoch seconds, got ${text}`); // prettier-ignore
}

function parsed<T>(
  name: string,
  text: string,
  expected: string,
  parse: (text: string) => T | undefined,
): T {
  const value = parse(text);
  if (value !== undefined) return value;
  throw new UsageError(`--${name}: expected ${expected}, got ${text}`);
}

function nothingFound(inputs: readonly string[], frames: number): RapsheetError {
  return new RapsheetError(
    'HOST_NOT_FOUND',
    `${inputs.join(', ')}: none of ${formatCounted(frames, 'packet')} is what was asked for`,
    { hint: 'rapsheet flows lists what there is' },
  );
}
