import { CaptureDecoder } from '../capture/capture-decoder.ts';
import type { OnFrame } from '../capture/frame-decoder.ts';
import { recogniseInput, type InputFormat } from '../flow/recognise-input.ts';
import { describeContent } from './describe-content.ts';
import { RapsheetError } from './errors.ts';
import { findInputs, STANDARD_INPUT, type FileSkipped, type InputFile } from './find-inputs.ts';
import { openInput, type OpenedInput } from './open-input.ts';
import type { ReadInputsOptions } from './read-inputs.ts';
import { groupRotated } from './rotated-files.ts';

/** What was read of captures frame by frame. */
export interface FramesRead {
  readonly frames: number;
  /** Files of folders and globs that are no captures. */
  readonly skipped: readonly FileSkipped[];
  /** What could not be decoded, by reason. */
  readonly skips: ReadonlyMap<string, number>;
}

/**
 * Shows every frame of the captures that `inputs` stand for, in their order; those that one recording wrote, in the
 * order of their times. A file that was named and has no
 * packets in it, such as a log, is an error; in a folder it is skipped and listed.
 */
export async function readFrames(
  inputs: readonly string[],
  onFrame: OnFrame,
  options: Pick<ReadInputsOptions, 'format' | 'rotated' | 'onProgress'> = {},
): Promise<FramesRead> {
  const files = findInputs(inputs);
  const totalBytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const skipped: FileSkipped[] = [];
  const skips = new Map<string, number>();
  const skip = (reason: string, count: number): void =>
    void skips.set(reason, (skips.get(reason) ?? 0) + count);
  let bytes = 0;
  let frames = 0;
  const groups = (options.rotated ?? true) ? await groupRotated(files) : [files];
  for (const file of groups.flat()) {
    const input = await openInput(file, {
      onBytes: (count) => {
        bytes += count;
        return options.onProgress?.({ path: file.path, bytes, totalBytes });
      },
      onDamage: (reason) => skip(reason, 1),
    });
    const reason = refusal(input, options.format);
    if (reason !== undefined) {
      await input.close();
      if (file.named) throw refused(file, reason);
      skipped.push({ path: file.path, reason });
      continue;
    }
    const decoder = new CaptureDecoder(() => undefined, onFrame);
    for await (const chunk of input.chunks) decoder.push(chunk);
    decoder.end();
    frames += decoder.frames;
    for (const [why, count] of decoder.skipped) skip(why, count);
  }
  if (skipped.length === files.length) throw noCapture(inputs, skipped);
  return { frames, skipped, skips };
}

/** Why there are no packets in it; `undefined` for a capture. */
function refusal({ head }: OpenedInput, forced: InputFormat | undefined): string | undefined {
  if (head.length === 0) return 'empty';
  const format = forced ?? recogniseInput(head);
  if (format === 'pcap' || format === 'pcapng') return undefined;
  if (format !== undefined) return `a log (${format}), which has no packets in it`;
  const content = describeContent(head);
  return content === '' ? 'not a capture' : `not a capture (${content}?)`;
}

function refused(file: InputFile, reason: string): RapsheetError {
  const name = file.path === STANDARD_INPUT ? 'standard input' : file.path;
  return new RapsheetError('NOT_A_CAPTURE', `${name}: ${reason}`, {
    hint: 'name the pcap or pcapng that the packets are in',
  });
}

function noCapture(inputs: readonly string[], skipped: readonly FileSkipped[]): RapsheetError {
  const [first] = skipped;
  const example = first === undefined ? '' : `, such as ${first.path} (${first.reason})`;
  const count = skipped.length === 1 ? 'its one file' : `its ${skipped.length} files`;
  return new RapsheetError(
    'NOT_A_CAPTURE',
    `${inputs.join(', ')}: no capture among ${count}${example}`,
    { hint: 'name the pcap or pcapng that the packets are in' },
  );
}
