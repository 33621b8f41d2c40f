import { CaptureDecoder } from '../../../src/capture/capture-decoder.ts';
import { recogniseCapture } from '../../../src/capture/recognise-capture.ts';
import {
  block,
  bytes,
  interfaceBlock,
  packetBlock,
  pcapFile,
  sectionBlock,
  simpleBlock,
} from '../../capture/frame-builder.ts';
import { Digest, Outcome } from '../digest.ts';
import { cutsOf, eachChunk, mustHold, type FuzzTarget } from '../fuzz-target.ts';
import { handMadeFrames } from '../hand-made-frames.ts';
import { syntheticCaptures } from '../synthetic-traffic.ts';
import { checkPacket } from './frames.ts';

/** A capture file of any dialect, read whole and in chunks of any size. */
export const capture: FuzzTarget = {
  name: 'capture',
  maxLength: 4000,
  seeds: () => [...dialects(), ...syntheticCaptures().map((one) => one.bytes.slice(0, 900))],
  seedsOfCapture: (file) => [file.slice(0, 1000)],
  run: (input) => {
    const outcome = new Outcome();
    const whole = read(input, [], 0, outcome);
    const chunked = read(input, cutsOf(input), 0xff, outcome);
    mustHold(whole === chunked, 'chunks change the result');
    return outcome.value;
  },
};

function read(
  input: Uint8Array,
  cuts: readonly number[],
  filler: number,
  outcome: Outcome,
): number {
  const digest = new Digest();
  const decoder = new CaptureDecoder((packet) => {
    checkPacket(packet, digest);
  });
  eachChunk(input, cuts, filler, (chunk) => decoder.push(chunk));
  decoder.end();
  for (const counts of [decoder.skipped, decoder.otherBlocks]) {
    for (const [reason, count] of counts) {
      digest.text(reason);
      digest.number(count);
      outcome.saw(reason);
    }
  }
  digest.number(decoder.frames);
  digest.number(decoder.packets);
  digest.text(decoder.stopped ?? '');
  mustHold(decoder.format === undefined || decoder.format === recogniseCapture(input), 'format');
  outcome.saw(decoder.format ?? 'none');
  outcome.sawSize('packets', decoder.packets);
  return digest.value;
}

/** Every dialect of both formats, small. */
export function dialects(): Uint8Array[] {
  const [first, second] = handMadeFrames().slice(-6);
  const frames = [...first!.frames, ...second!.frames];
  const records = frames.map((frame, i) => ({ frame, seconds: 1_700_000_000 + i, fraction: i }));
  const classic = [0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34].flatMap((magic) =>
    [true, false].map((littleEndian) => pcapFile({ magic, littleEndian }, records)),
  );
  const next = [true, false].map((order) =>
    bytes(
      sectionBlock(order),
      interfaceBlock(order, { resolution: 9, offsetSeconds: -5n }),
      interfaceBlock(order, { linkType: 101, resolution: 0x80 | 20 }),
      block(order, 4, bytes([0, 0, 0, 0])),
      ...frames.map((frame) => packetBlock(order, frame)),
      packetBlock(order, frames[0]!, { interfaceId: 1 }, 2),
      simpleBlock(order, frames[0]!),
      block(order, 5, bytes([0, 0, 0, 0, 0, 0, 0, 0])),
      block(order, 10, bytes([0x4b, 0x53, 0x4c, 0x54, 4, 0, 0, 0, 1, 2, 3, 4])),
      sectionBlock(!order),
      interfaceBlock(!order),
      packetBlock(!order, frames[1]!),
    ),
  );
  return [...classic, ...next];
}
