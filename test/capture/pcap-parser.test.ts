import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CaptureDecoder } from '../../src/capture/capture-decoder.ts';
import { PcapWriter } from '../../src/capture/pcap-writer.ts';
import { recogniseCapture } from '../../src/capture/recognise-capture.ts';
import { readWithRival } from './rival.ts';
import { usualFrames } from './synthetic-frames.ts';

const data = process.env['RAPSHEET_DATA'] ?? '../shared/data';
const paths = capturePaths(data);
if (paths.length === 0) {
  console.warn(
    `SKIPPED: no captures in ${data}: real traffic is compared only where RAPSHEET_DATA has some`,
  );
}

/** Every packet's time and length, as both see them; the rival knows frames, so only IP frames are compared. */
async function compare(chunks: readonly Uint8Array[]): Promise<number> {
  const ours: number[] = [];
  let tunnels = 0;
  const decoder = new CaptureDecoder((packet) => {
    ours.push(packet.timeUs, packet.ipLength);
    if (packet.tunnelDepth > 0) tunnels++;
  });
  for (const chunk of chunks) decoder.push(chunk);
  decoder.end();
  // One datagram of many frames, or a packet within a packet: lengths of frames say nothing about those.
  if (decoder.heldFragments > 0 || tunnels > 0) return 0;
  let frames = 0;
  const theirs: number[] = [];
  await readWithRival(chunks, ({ header, data: frame }) => {
    frames++;
    const timeUs = header.timestampSeconds * 1e6 + header.timestampMicroseconds;
    const length = untaggedIpLength(frame);
    if (length !== undefined) theirs.push(timeUs, length);
  });
  expect(decoder.frames).toBe(frames);
  expect(ours).toEqual(theirs);
  return frames;
}

/** The IP length of a plain Ethernet frame; `undefined` when it holds no IP. */
function untaggedIpLength(frame: Buffer): number | undefined {
  if (frame.length < 34) return undefined;
  const etherType = frame.readUInt16BE(12);
  if (etherType === 0x0800) return frame.readUInt16BE(16) || frame.length - 14;
  if (etherType === 0x86dd) return frame.readUInt16BE(18) + 40;
  return undefined;
}

test('a generated capture has the same frames, times and lengths as with pcap-parser', async () => {
  const writer = new PcapWriter();
  const frames = usualFrames();
  const chunks = [writer.header()];
  for (let i = 0; i < 3000; i++) {
    chunks.push(writer.record(1_700_000_000_000_000 + i * 1_234_567, frames[i % frames.length]!));
  }
  const file = Buffer.concat(chunks);
  const cut = [0, 10, 23, 24, 30, 5000, 65_536, 1_000_000, file.length];
  const parts = cut.slice(1).map((to, i) => file.subarray(cut[i], to));
  expect(await compare(parts)).toBe(3000);
});

describe.skipIf(paths.length === 0)('real captures', () => {
  test('classic Ethernet captures have the same frames, times and lengths as with pcap-parser', async () => {
    let compared = 0;
    for (const path of paths) {
      const head = headOf(path);
      if (statSync(path).size > 2_000_000 || !isPlainPcap(head)) continue;
      const file = readFileSync(path);
      if (file.includes(TAGGED)) continue;
      if ((await compare([file])) > 0) compared++;
      if (compared >= 100) break;
    }
    expect(compared).toBeGreaterThan(20);
  });

  test('every capture is decoded to its end, or refused by name', () => {
    for (const path of paths) {
      const decoder = new CaptureDecoder(() => undefined);
      decoder.push(readFileSync(path));
      decoder.end();
      const told = [...decoder.skipped.values()].reduce((sum, count) => sum + count, 0);
      expect(decoder.packets > 0 || told > 0, path).toBe(true);
      const aboutTheFile = ['truncatedFile', 'corruptRecord', 'notACapture'].reduce(
        (sum, reason) => sum + (decoder.skipped.get(reason) ?? 0),
        0,
      );
      const asides = [...decoder.skipped].reduce(
        (sum, [reason, count]) => sum + (isAside(reason) ? count : 0),
        0,
      );
      const ofFrames = decoder.packets - (decoder.skipped.get('incompleteDatagram') ?? 0);
      const withoutPacket = told - aboutTheFile - asides + decoder.heldFragments;
      expect(ofFrames + withoutPacket, path).toBe(decoder.frames);
    }
  });
});

/** Oddities of frames that did give a packet, or of datagrams. */
function isAside(reason: string): boolean {
  return /^(inTunnel:|tunnelTooDeep|fragment|malformedFragment|truncatedFragment|incompleteDatagram)/.test(
    reason,
  );
}

/** What `untaggedIpLength` is too simple for: VLAN tags, PPPoE. */
const TAGGED = Buffer.from([0x81, 0x00]);

function isPlainPcap(head: Buffer): boolean {
  return (
    recogniseCapture(head) === 'pcap' &&
    head.readUInt32LE(0) === 0xa1b2c3d4 &&
    head.readUInt32LE(20) === 1
  );
}

function headOf(path: string): Buffer {
  const head = Buffer.alloc(24);
  const file = openSync(path, 'r');
  readSync(file, head);
  closeSync(file);
  return head;
}

function capturePaths(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(pcap|pcapng|cap|pcapclear)$/.test(name))
      .map((name) => join(folder, name))
      .filter((path) => statSync(path).isFile())
      .sort();
  } catch {
    return [];
  }
}
