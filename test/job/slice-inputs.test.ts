import { describe, expect, test } from 'vitest';
import { readFrames } from '../../src/job/slice-inputs.ts';
import { ethernet, ipv4, pcapFile, tcp } from '../capture/frame-builder.ts';
import { connLog, put, temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();
const frame = ethernet(0x0800, ipv4({}, tcp()));
const at = (...seconds: number[]) => pcapFile({}, seconds.map((second) => ({ frame, seconds: second }))); // prettier-ignore

async function read(inputs: readonly string[], options: { rotated?: boolean } = {}) {
  const seconds: number[] = [];
  const result = await readFrames(inputs, ({ timeUs }) => seconds.push(timeUs / 1e6), options);
  return { seconds, ...result };
}

describe('frames of inputs', () => {
  const rotated = ['a.pcap', 'a.pcap2', 'a.pcap10'].map((name, i) => put(folder, `rotated/${name}`, at(100 * i + 1, 100 * i + 2))); // prettier-ignore

  test('files of one recording come in the order of their times, unless each is asked for by itself', async () => {
    expect((await read([`${folder}/rotated`])).seconds).toEqual([1, 2, 101, 102, 201, 202]);
    const asNamed = await read([`${folder}/rotated`], { rotated: false });
    expect(asNamed.seconds).toEqual([1, 2, 201, 202, 101, 102]);
    expect(asNamed.frames).toBe(6);
  });

  test('in a folder what has no packets is left out and listed, named it is refused', async () => {
    const capture = put(folder, 'mixed/x.pcap', at(7));
    const log = put(folder, 'mixed/conn.log', connLog(['10.0.0.1']));
    const note = put(folder, 'mixed/notes.txt', 'a note\n');
    const { seconds, skipped } = await read([`${folder}/mixed`]);
    expect(seconds).toEqual([7]);
    expect(skipped.map(({ path, reason }) => [path, reason])).toEqual([
      [log, 'a log (zeek-tsv), which has no packets in it'],
      [note, expect.stringMatching(/^not a capture/) as string],
    ]);
    await expect(read([capture, log])).rejects.toThrow('conn.log: a log (zeek-tsv)');
    put(folder, 'logs/conn.log', connLog(['10.0.0.1']));
    await expect(read([`${folder}/logs`])).rejects.toThrow(/no capture among its one file, such as .*conn\.log \(a log/); // prettier-ignore
    await expect(read([put(folder, 'empty.pcap', '')])).rejects.toThrow('empty.pcap: empty');
  });

  test('a capture that was cut off gives what is there, and the count of what is not', async () => {
    const whole = at(1, 2, 3);
    const { seconds, skips } = await read([
      put(folder, 'cut.pcap', whole.subarray(0, whole.length - 5)),
    ]);
    expect(seconds).toEqual([1, 2]);
    expect([...skips]).toEqual([['truncatedFile', 1]]);
  });

  test('progress is told in bytes of all files', async () => {
    const told: number[] = [];
    await readFrames(rotated, () => undefined, {
      onProgress: ({ bytes, totalBytes }) => void told.push(bytes / totalBytes),
    });
    expect(told.at(-1)).toBe(1);
  });
});
