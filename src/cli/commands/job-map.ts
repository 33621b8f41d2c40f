import { INPUT_FORMATS } from '../../flow/recognise-input.ts';
import { mapSections } from '../../job/cluster/map-stage.ts';
import { fileSection, frameSections, type SectionSource } from '../../job/cluster/section.ts';
import { textLines } from '../../job/cluster/wire.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { CAPTURE_OPTIONS } from '../input-options.ts';
import { runStage, WIRE_OPTION, type StageStreams } from '../job-stage.ts';

/** `rapsheet job map` */
export const jobMapCommand: Command = {
  options: { ...WIRE_OPTION, 'input-format': CAPTURE_OPTIONS['input-format']! },
  examples: [
    [
      'ls captures/*.pcap | rapsheet job map --wire tsv > parts.tsv',
      'partial profiles of the hosts in the files that are named, a line each',
    ],
  ],
  more: [
    'With --wire frames, standard input holds the files themselves: sections of frames, each a header and its bytes.',
  ],
  run: runMap,
};

function runMap(args: Arguments): Promise<number> {
  const format = args.choice('input-format', INPUT_FORMATS);
  return runStage(args, async (streams) => {
    await mapSections(sectionsOf(streams), streams.put, { format });
  });
}

function* sectionsOf({ wire, chunks, records }: StageStreams): Generator<SectionSource> {
  if (wire === 'frames') yield* frameSections(records);
  else for (const line of textLines(chunks)) if (line !== '') yield fileSection(line);
}
