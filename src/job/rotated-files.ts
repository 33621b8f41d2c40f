import { basename, dirname } from 'node:path';
import { captureStartUs } from '../capture/capture-start.ts';
import { recogniseCapture } from '../capture/recognise-capture.ts';
import { RapsheetError } from './errors.ts';
import { STANDARD_INPUT, type InputFile } from './find-inputs.ts';
import { openInput } from './open-input.ts';

/** Packets of two files of one set may be out of order by so much: several interfaces, one clock. */
export const ROTATION_SLACK_US = 1e6;

/**
 * Puts files together that one recording wrote, as their names say (`rotationName`), each set in the order in
 * which its captures begin; all others stay alone. Whether they really follow each other shows when they are
 * read: files of a set that overlap in time are taken for several captures.
 */
export async function groupRotated(files: readonly InputFile[]): Promise<InputFile[][]> {
  const byName = new Map<string, InputFile[]>();
  for (const file of files) {
    const name = rotationName(file.path);
    const group = byName.get(name);
    if (group === undefined) byName.set(name, [file]);
    else group.push(file);
  }
  const groups: InputFile[][] = [];
  for (const group of byName.values()) {
    if (group.length === 1) groups.push(group);
    else groups.push(...(await inOrder(group)));
  }
  return groups;
}

/**
 * What the names of one recording's files have in common: everything but digits, in the same folder, whatever
 * they are compressed with. tcpdump -C (`a.pcap`, `a.pcap1`), -W (`a.pcap00`), -G (`a-20260101.pcap`), dumpcap
 * -b (`a_00001_20260101120000.pcapng`), logrotate (`a.pcap.1`).
 */
export function rotationName(path: string): string {
  if (path === STANDARD_INPUT) return path;
  const name = basename(path)
    .replace(/\.(gz|zst|lz4)$/, '')
    .replace(/[0-9]+/g, '#')
    .replace(/\.?#$/, '');
  return `${dirname(path)}/${name}`;
}

/** The captures among the files in one group, by the time they begin; each of the others in one of its own. */
async function inOrder(files: readonly InputFile[]): Promise<InputFile[][]> {
  const captures: { file: InputFile; startUs: number }[] = [];
  const others: InputFile[][] = [];
  for (const file of files) {
    const startUs = await startOf(file);
    if (Number.isNaN(startUs)) others.push([file]);
    else captures.push({ file, startUs });
  }
  captures.sort((a, b) => a.startUs - b.startUs);
  return captures.length === 0 ? others : [captures.map(({ file }) => file), ...others];
}

async function startOf(file: InputFile): Promise<number> {
  // A pipe or a device gives its bytes once.
  if (Number.isNaN(file.bytes)) return NaN;
  try {
    const input = await openInput(file);
    await input.close();
    return recogniseCapture(input.head) === undefined ? NaN : captureStartUs(input.head);
  } catch (cause) {
    if (cause instanceof RapsheetError) return NaN; // told of when it is its turn
    throw cause;
  }
}
