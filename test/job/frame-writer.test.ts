import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CaptureDecoder } from '../../src/capture/capture-decoder.ts';
import type { CapturedFrame } from '../../src/capture/frame-decoder.ts';
import { frameWriter, type CaptureOutput } from '../../src/job/frame-writer.ts';
import { bytes, ethernet, interfaceBlock, ipv4, packetBlock, pcapFile, sectionBlock, tcp } from '../capture/frame-builder.ts'; // prettier-ignore

interface Shown extends Omit<CapturedFrame, 'bytes' | 'offset'> {
  readonly frame: readonly number[];
}

/** Every frame of a capture, as the decoder shows it. */
function framesOf(capture: Uint8Array, onFrame?: (frame: CapturedFrame) => void): Shown[] {
  const frames: Shown[] = [];
  const decoder = new CaptureDecoder(
    () => undefined,
    (frame) => {
      const { bytes: all, offset, ...rest } = frame;
      frames.push({ ...rest, frame: [...all.subarray(offset, offset + frame.capturedLength)] });
      onFrame?.(frame);
    },
  );
  for (let i = 0; i < capture.length; i += 1000) decoder.push(capture.subarray(i, i + 1000));
  decoder.end();
  expect([...decoder.skipped.keys()].filter((reason) => !reason.includes(':'))).toEqual([]);
  return frames;
}

/** The frames of captures, written into one. */
function copy(format: CaptureOutput, captures: readonly Uint8Array[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  const writer = frameWriter(format, (piece) => void pieces.push(piece.slice()));
  for (const capture of captures) framesOf(capture, (frame) => writer.frame(frame));
  writer.end();
  return bytes(...pieces);
}

const FRAME = ethernet(0x0800, ipv4({}, tcp()));
const ARP = ethernet(0x0806, new Uint8Array(28));
const RECORDS = [
  { frame: FRAME, seconds: 1_700_000_000, fraction: 1 },
  { frame: ARP, seconds: 0, fraction: 999_999 },
  { frame: FRAME.subarray(0, 40), seconds: 0xffffffff, fraction: 0, originalLength: 1514 },
];
const MICRO = pcapFile({}, RECORDS);
const NANO = pcapFile({ magic: 0xa1b23c4d }, [
  { frame: FRAME, seconds: 1_700_000_000, fraction: 123_456_789 },
  { frame: FRAME, seconds: 1_700_000_001, fraction: 999_999_999 },
]);
const RAW = pcapFile({ linkType: 101 }, [{ frame: ipv4({}, tcp()) }]);

describe('frames written into a capture', () => {
  test.each(['pcap', 'pcapng'] as const)('%s keeps bytes, lengths, link type and times', (format) => {
    for (const capture of [MICRO, NANO, RAW]) {
      expect(framesOf(copy(format, [capture]))).toEqual(framesOf(capture));
    }
  }); // prettier-ignore

  test('a pcap of microseconds is copied to the byte but for its snap length', () => {
    const again = copy('pcap', [MICRO]);
    expect([...again.subarray(0, 16), ...again.subarray(20)]).toEqual([
      ...MICRO.subarray(0, 16),
      ...MICRO.subarray(20),
    ]);
  });

  test('ticks finer than nanoseconds are floored, coarser ones are no nanoseconds', () => {
    const capture = (resolution: number, ticks: bigint) =>
      bytes(
        sectionBlock(true),
        interfaceBlock(true, { resolution }),
        packetBlock(true, FRAME, { ticks }),
      );
    const shown = (resolution: number, ticks: bigint) => framesOf(copy('pcap', [capture(resolution, ticks)]))[0]!; // prettier-ignore
    expect(shown(12, 1_000_001_234_999n)).toMatchObject({ timeUs: 1_000_001, nanoseconds: 234 });
    expect(shown(9, 1_000_001_234n)).toMatchObject({ timeUs: 1_000_001, nanoseconds: 234 });
    expect(shown(6, 1_000_001n)).toMatchObject({ timeUs: 1_000_001, nanoseconds: -1 });
    expect(shown(0x80 | 30, 3n << 29n)).toMatchObject({ timeUs: 1_500_000, nanoseconds: 0 });
  });

  test('a pcapng holds every link type and resolution at once', () => {
    const again = framesOf(copy('pcapng', [MICRO, RAW, NANO]));
    expect(again).toEqual([...framesOf(MICRO), ...framesOf(RAW), ...framesOf(NANO)]);
  });

  test('a pcap refuses what it cannot hold, and says what can', () => {
    const hint = /write a pcapng, which can: --format pcapng, or -o FILE\.pcapng/;
    const error = (captures: readonly Uint8Array[]) => {
      try {
        copy('pcap', captures);
      } catch (cause) {
        return (cause as { line: string }).line;
      }
      return 'none';
    };
    expect(error([MICRO, RAW])).toMatch(/two \(ethernet and raw\)/);
    expect(error([MICRO, RAW])).toMatch(hint);
    expect(error([MICRO, NANO])).toMatch(/some of these packets have nanoseconds/);
    expect(error([NANO, MICRO])).toBe('none');
    const late = bytes(sectionBlock(true), interfaceBlock(true), packetBlock(true, FRAME, { ticks: (1n << 32n) * 1_000_000n })); // prettier-ignore
    expect(error([late])).toMatch(/ends with the year 2106/);
  });

  test('any frames, in any pieces, come back as they were', () => {
    const record = fc.record({
      frame: fc.uint8Array({ minLength: 1, maxLength: 3000 }),
      seconds: fc.nat({ max: 86_000 }),
      fraction: fc.nat({ max: 999_999 }),
      more: fc.nat({ max: 9000 }),
    });
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 60 }), (records) => {
        const capture = pcapFile(
          { linkType: 147 },
          records.map(({ more, ...rest }) => ({ ...rest, originalLength: rest.frame.length + more })), // prettier-ignore
        );
        const frames = framesOf(capture);
        expect(frames).toHaveLength(records.length);
        expect(framesOf(copy('pcap', [capture]))).toEqual(frames);
        expect(framesOf(copy('pcapng', [capture]))).toEqual(frames);
      }),
      { numRuns: 60 },
    );
  });
});
